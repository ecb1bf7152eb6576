/// A length of time in the policy, such as `24h`: a whole number and a unit.
package struct PolicyDuration: Sendable, CustomStringConvertible {
    /// The length in seconds.
    package let seconds: Int64
    /// The length as it was written.
    package let description: String

    /// The longest that can be written: ten years of 365 days.
    package static let limit: Int64 = 3650 * 86_400

    private static let units: [Character: Int64] = [
        "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
    ]

    package init(_ text: String) throws(DocumentError) {
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ Self.units[$0] }), !digits.isEmpty,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.first != "0"
        else {
            throw DocumentError(
                file: "", problem: "is '\(text)', which is not a duration",
                hint: "a whole number above 0 and a unit of s, m, h, d or w, such as 24h")
        }
        // Digits that don't fit an integer are above the limit too.
        let (seconds, overflows) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: unit)
        guard !overflows, seconds <= Self.limit else {
            throw DocumentError(
                file: "", problem: "is '\(text)', which is longer than ten years",
                hint: "at most \(Self.limit / 86_400)d")
        }
        self.seconds = seconds
        description = text
    }

    /// A length of so many seconds as people read it: its two largest units, rounded down.
    package static func text(of seconds: Int64) -> String {
        let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m")]
            .drop { $0.0 == 0 }.prefix(2).filter { $0.0 != 0 }
        return parts.isEmpty ? "\(seconds)s" : parts.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }
}

/// `24h` and `1d` are the same length.
extension PolicyDuration: Hashable {
    package static func == (left: PolicyDuration, right: PolicyDuration) -> Bool {
        left.seconds == right.seconds
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(seconds) }
}

extension DocumentNode {
    /// The length of time that stands here.
    func duration() throws(DocumentError) -> PolicyDuration {
        let text = try text()
        do {
            return try PolicyDuration(text)
        } catch {
            throw self.error(error.problem, hint: error.hint)
        }
    }
}
