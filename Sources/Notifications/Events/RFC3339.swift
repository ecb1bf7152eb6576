import FoundationEssentials

/// RFC 3339 times in UTC, to the millisecond: the only precision that is written and compared.
enum RFC3339 {
    /// The time without what is finer than a millisecond.
    static func rounded(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// `2026-07-26T10:15:00Z`, with milliseconds where there are any.
    static func text(_ date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let seconds = (milliseconds / 1000).rounded(.down)
        // A formatter would cut 0.001 s, which is a little less in binary, down to nothing.
        let rest = Int(milliseconds - seconds * 1000)
        let text = Date(timeIntervalSince1970: seconds).formatted(.iso8601(fraction: false))
        guard rest > 0 else { return text }
        return "\(text.dropLast()).\("\(1000 + rest)".dropFirst())Z"
    }

    /// `20260726T101500Z`, for file names that sort by time.
    static func compact(_ date: Date) -> String {
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
            .formatted(.iso8601(fraction: false)).filter { !"-:".contains($0) }
    }

    /// Reads either form; nil for any other.
    static func date(_ text: String) -> Date? {
        for fraction in [false, true] {
            // A text of the other style is no failure, only the other style.
            if let date = try? Date.ISO8601FormatStyle.iso8601(fraction: fraction).parse(text) {
                return rounded(date)
            }
        }
        return nil
    }
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    fileprivate static func iso8601(fraction: Bool) -> Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)
    }
}
