/// A time in which an environment accepts nothing but rollbacks and withdrawals.
///
/// Its ends are local times of a zone: the first belongs to the window, the last does not. Where
/// clocks are set back, the window reaches from the earlier `from` to the later `to`; a time that
/// clocks jump over is the instant of the jump.
package struct FreezeWindow: Hashable, Sendable {
    /// When the window is.
    package let span: Span
    /// The zone of both ends.
    package let zone: LocalZone

    package init(_ span: Span, zone: LocalZone) {
        self.span = span
        self.zone = zone
    }

    package enum Span: Hashable, Sendable {
        /// Every week, in minutes since Monday 00:00; `to` may be in the week after.
        case weekly(from: Int, to: Int)
        /// Once, in local seconds as `LocalZone` has them.
        case once(from: Int64, to: Int64)
    }

    /// Whether the window is open at this time.
    package func contains(_ time: Timestamp) -> Bool { end(after: time) != nil }

    /// When the window that is open at this time ends, nil when none is.
    package func end(after time: Timestamp) -> Timestamp? {
        locals(around: zone.local(time)).lazy
            .map { (from: zone.first($0.from), to: zone.last($0.to)) }
            .first { $0.from <= time && time < $0.to }?.to
    }

    /// The occurrences that may be open at a local time: last week's, this week's, the next.
    private func locals(around local: Int64) -> [(from: Int64, to: Int64)] {
        switch span {
        case .once(let from, let to): return [(from, to)]
        case .weekly(let from, let to):
            let week: Int64 = 7 * 86_400
            // 1969-12-29 was a Monday.
            let monday = local - ((local + 3 * 86_400) % week + week) % week
            let length = Int64(to > from ? to - from : to - from + 7 * 24 * 60) * 60
            return [-week, 0, week].map { shift in
                let start = monday + shift + Int64(from) * 60
                return (start, start + length)
            }
        }
    }
}

extension [FreezeWindow] {
    /// When the last of the windows ends that follow on each other from this time, and its zone; nil
    /// when no window is open.
    ///
    /// What lies further ahead than `horizon`, in seconds, is not looked at.
    package func end(
        after time: Timestamp, horizon: Int64 = 400 * 86_400
    ) -> (time: Timestamp, zone: LocalZone)? {
        var found: (time: Timestamp, zone: LocalZone)?
        let last = Timestamp(seconds: time.seconds + horizon)
        while (found?.time ?? time) < last {
            let next = compactMap { window in
                window.end(after: found?.time ?? time).map { (time: $0, zone: window.zone) }
            }.max { $0.time < $1.time }
            guard let next else { break }
            found = next
        }
        return found
    }

    /// Whether the weekly windows leave no time at all.
    package var isEndless: Bool {
        let weekly = filter { if case .weekly = $0.span { true } else { false } }
        // Any time does: what is closed for a fortnight without a gap is closed every week.
        let (start, fortnight) = (Timestamp(seconds: 1_767_225_600), Int64(14 * 86_400))
        let end = weekly.end(after: start, horizon: fortnight)
        return end.map { $0.time.seconds >= start.seconds + fortnight } ?? false
    }
}

extension FreezeWindow: CustomStringConvertible {
    /// The window as people read it: `Fri 16:00 to Mon 08:00 Europe/Berlin`.
    package var description: String { "\(from) to \(to) \(zone.name)" }

    /// The beginning as it is written in the policy.
    package var from: String {
        switch span {
        case .weekly(let from, _): Self.text(minute: from)
        case .once(let from, _): Self.text(local: from)
        }
    }

    /// The end as it is written in the policy.
    package var to: String {
        switch span {
        case .weekly(_, let to): Self.text(minute: to)
        case .once(_, let to): Self.text(local: to)
        }
    }

    private static func text(minute: Int) -> String {
        func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = Weekday.allCases[minute / (24 * 60)].rawValue
        return "\(day) \(pad(minute / 60 % 24)):\(pad(minute % 60))"
    }

    private static func text(local: Int64) -> String {
        String(Timestamp(seconds: local).description.dropLast(4))
    }
}
