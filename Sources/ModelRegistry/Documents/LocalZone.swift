import Foundation

/// A time zone of the IANA database, by its name: what turns instants into local times and back.
///
/// The zones' data comes with the program, not from the machine, whose own zone plays no part. A
/// local time is written as the seconds that UTC's clock would have shown it at.
package struct LocalZone: Hashable, Sendable {
    /// The zone's name, such as `Europe/Berlin`.
    package let name: String
    private let zone: TimeZone

    /// Nil for a name that is not in the database; abbreviations such as `EST` are none.
    package init?(_ name: String) {
        guard name == "UTC" || name.contains("/"),
            let zone = TimeZone(identifier: name), name == "UTC" || zone.identifier == name
        else { return nil }
        self.name = name
        self.zone = zone
    }

    /// The local time at an instant.
    package func local(_ time: Timestamp) -> Int64 { time.seconds + offset(at: time.seconds) }

    /// The first instant at which the clock shows the local time, or else jumps over it.
    package func first(_ local: Int64) -> Timestamp {
        let found = instants(of: local)
        return Timestamp(seconds: found.min() ?? jump(over: local))
    }

    /// The last instant at which the clock shows the local time, or else jumps over it.
    package func last(_ local: Int64) -> Timestamp {
        let found = instants(of: local)
        return Timestamp(seconds: found.max() ?? jump(over: local))
    }

    /// An instant as people there write it: `Mon 2026-01-05 08:00 Europe/Berlin`.
    package func text(_ time: Timestamp) -> String {
        let local = local(time)
        let digits = Timestamp(seconds: local).description
        let day = Weekday(ofLocal: local).rawValue
        return "\(day) \(digits.prefix(10)) \(digits.dropFirst(11).prefix(5)) \(name)"
    }

    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// The instants with this local time: one, two where clocks are set back, none where forward.
    private func instants(of local: Int64) -> Set<Int64> {
        let candidates = [local - 86_400, local + 86_400].map { local - offset(at: $0) }
        return Set(candidates.filter { $0 + offset(at: $0) == local })
    }

    /// The instant at which clocks are set forward from before `local` to after it.
    private func jump(over local: Int64) -> Int64 {
        var (before, after) = (local - 86_400, local + 86_400)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if middle + offset(at: middle) < local { before = middle } else { after = middle }
        }
        return after
    }
}

/// A day of the week, as it is written in a freeze window.
package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case monday = "Mon"
    case tuesday = "Tue"
    case wednesday = "Wed"
    case thursday = "Thu"
    case friday = "Fri"
    case saturday = "Sat"
    case sunday = "Sun"

    /// The day of a local time; 1970-01-01 was a Thursday.
    init(ofLocal local: Int64) {
        let days = (local - Self.remainder(local, 86_400)) / 86_400
        self = Self.allCases[Int(Self.remainder(days + 3, 7))]
    }

    /// The remainder that is never negative.
    private static func remainder(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
