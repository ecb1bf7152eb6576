import GitStore
import Synchronization

/// The ledger read from its tip down by a crew: the signature of each entry checked, its essence
/// kept.
struct LedgerReading {
    enum Outcome {
        case read(LedgerFacts)
        case unreadable(any Error)
    }

    /// What is wrong with an entry.
    struct Fault: Sendable {
        let commit: ObjectID
        let saw: String
    }

    let outcome: Outcome
    /// Oldest first.
    let faults: [Fault]

    private static let entriesAtATime = 128

    init(of registry: Registry, by crew: AuditCrew) throws {
        guard let tip = try registry.ledger.tip() else {
            outcome = .read(.none)
            faults = []
            return
        }
        let snapshot = try registry.judge.mainSnapshot()
        let queue = FirstParentQueue(from: tip)
        let gathered = Gathered()
        do {
            let parts = try crew.run(.none) { auditor in
                try auditor.readEntries(
                    from: queue, Self.entriesAtATime, under: snapshot, into: gathered)
            }
            outcome = .read(gathered.finish())
            faults = Self.faults(in: parts.flatMap { $0 }.sorted { $0.place > $1.place })
        } catch {
            outcome = .unreadable(error)
            faults = []
        }
    }

    /// The faults of all pieces, oldest first, and those of where one ends and the next begins.
    private static func faults(in pieces: [Auditor.PieceOfLedger]) -> [Fault] {
        var faults: [Fault] = []
        var previous = 0
        for piece in pieces {
            // A gap is the fault that is told of an entry, whatever its signature.
            if let gap = gap(after: previous, piece.first.number, at: piece.first.commit) {
                faults.append(gap)
            } else if let fault = piece.first.fault {
                faults.append(fault)
            }
            faults += piece.others
            previous = piece.last
        }
        return faults
    }

    static func gap(after previous: Int, _ number: Int, at commit: ObjectID) -> Fault? {
        guard number != previous + 1 else { return nil }
        return Fault(commit: commit, saw: "entry \(number) follows \(previous)")
    }

    /// The facts that the threads have read so far.
    final class Gathered: Sendable {
        private let builder = Mutex(LedgerFacts.Builder())

        func add(_ essences: [LedgerEntry.Essence], _ piece: FirstParentQueue.Piece) {
            builder.withLock { builder in
                for (index, essence) in essences.enumerated() {
                    builder.add(
                        essence, at: piece.commits[index].id, position: piece.start + index)
                }
            }
        }

        func finish() -> LedgerFacts {
            builder.withLock { builder in
                let whole = builder
                builder = LedgerFacts.Builder()
                return whole.finish()
            }
        }
    }
}

extension Auditor {
    /// What is to be told of entries that follow each other.
    struct PieceOfLedger: Sendable {
        /// The distance of its newest entry from the ledger's tip.
        let place: Int
        /// The oldest entry, with the fault of its signature.
        let first: (number: Int, commit: ObjectID, fault: LedgerReading.Fault?)
        /// The newest entry's number.
        let last: Int
        /// The faults of the entries after the oldest, oldest first.
        let others: [LedgerReading.Fault]
    }

    /// Reads and checks entries until none is left.
    fileprivate func readEntries(
        from queue: FirstParentQueue, _ count: Int, under snapshot: PolicySnapshot,
        into gathered: LedgerReading.Gathered
    ) throws -> [PieceOfLedger] {
        var pieces: [PieceOfLedger] = []
        while let piece = try queue.take(count, from: judge.commits) {
            let essences = try piece.commits.map {
                try LedgerEntry.Essence(of: $0, in: repository)
            }
            gathered.add(essences, piece)
            let faults = zip(piece.commits, essences).map { signatureFault($0, $1, snapshot) }
            let oldest = essences.count - 1
            var others: [LedgerReading.Fault] = []
            for index in stride(from: oldest - 1, through: 0, by: -1) {
                let gap = LedgerReading.gap(
                    after: essences[index + 1].number, essences[index].number,
                    at: piece.commits[index].id)
                if let fault = gap ?? faults[index] { others.append(fault) }
            }
            pieces.append(
                PieceOfLedger(
                    place: piece.start,
                    first: (essences[oldest].number, piece.commits[oldest].id, faults[oldest]),
                    last: essences[0].number, others: others))
        }
        return pieces
    }

    private func signatureFault(
        _ commit: Commit, _ essence: LedgerEntry.Essence, _ snapshot: PolicySnapshot
    ) -> LedgerReading.Fault? {
        switch judge.signatures.signer(of: commit, under: snapshot, received: essence.received) {
        case .failure(let unresolved):
            return LedgerReading.Fault(commit: commit.id, saw: unresolved.saw)
        case .success(let signer):
            guard signer.principal != .registry else { return nil }
            return LedgerReading.Fault(
                commit: commit.id,
                saw:
                    "entry \(essence.number) is signed by \(signer.principal), not by the registry")
        }
    }
}
