import GitStore
import SystemPackage

/// The ledger's refusals of the last hour, so that nobody can fill it by being refused: the same
/// one is entered once a minute, and at most `limit` of them an hour. Made again from the ledger.
package struct RecentRefusals {
    package let file: FilePath

    static let limit = 200
    private static let hour: Int64 = 3600
    private static let minute: Int64 = 60

    /// When a refusal came in, and what makes it the same as another.
    package struct Line: Hashable, Sendable {
        package let received: Timestamp
        package let key: String

        package init(_ received: Timestamp, _ verdict: Verdict) {
            self.received = received
            let rules = verdict.denials.map(\.rule.rawValue)
            let text = ([verdict.reference, verdict.new?.hex ?? "-"] + rules)
                .joined(separator: "\0")
            key = RawObject(kind: .blob, bytes: Array(text.utf8)).id.hex
        }

        /// Nil for an entry that moved something, and for one that only counts.
        package init?(_ entry: LedgerEntry) {
            guard entry.verdict.kind == .refused, entry.omitted == nil else { return nil }
            self.init(entry.received, entry.verdict)
        }

        fileprivate init?(_ text: Substring) {
            let fields = text.split(separator: " ")
            guard fields.count == 2, let received = Timestamp(fields[0]) else { return nil }
            self.received = received
            key = String(fields[1])
        }

        fileprivate var text: String { "\(received) \(key)\n" }
    }

    /// What becomes of one more refusal.
    enum Fate { case entered, known, omitted }

    func fate(of line: Line) throws -> Fate {
        let recent = try lines(before: line.received)
        let isKnown = recent.contains {
            $0.key == line.key && $0.received.seconds > line.received.seconds - Self.minute
        }
        if isKnown { return .known }
        return recent.count < Self.limit ? .entered : .omitted
    }

    package func add(_ line: Line) throws {
        let kept = try lines(before: line.received).filter { $0 != line } + [line]
        try DurableFile.write(
            Array(kept.map(\.text).joined().utf8), to: file, synced: false)
    }

    /// Whether an hour has passed since `time`.
    static func isOver(_ time: Timestamp, at now: Timestamp) -> Bool {
        now.seconds >= time.seconds + hour
    }

    private func lines(before time: Timestamp) throws -> [Line] {
        guard let bytes = try DurableFile.read(file) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Line($0) }
            .filter { !Self.isOver($0.received, at: time) }
    }
}
