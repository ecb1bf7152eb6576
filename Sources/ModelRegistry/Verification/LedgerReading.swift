import GitStore
import Synchronization

/// The ledger read from its tip down by a crew: each entry checked, its essence kept.
struct LedgerReading {
    enum Outcome {
        /// What the ledger says, and what is wrong with its entries, the oldest first.
        case read(LedgerFacts, faults: [Fault])
        case unreadable([Verification.Finding])
    }

    /// How much is asked of an entry's text.
    enum Strictness: Sendable {
        /// That it is laid out as the registry lays it out: one pass over its bytes.
        case layout
        /// That it is what the registry writes for what it says: read, and written again.
        case everyByte
    }

    /// What is wrong with an entry.
    struct Fault: Sendable {
        let commit: ObjectID
        let saw: String
    }

    let outcome: Outcome
    /// The newest entry's commit; nil without a ledger, and when it can't be read.
    let tip: ObjectID?

    private static let entriesAtATime = 128

    init(of registry: Registry, by crew: VerifierCrew, _ strictness: Strictness) throws {
        let snapshot = try registry.mainSnapshot()
        do {
            tip = try registry.ledger.tip()
        } catch {
            tip = nil
            outcome = Self.unreadable(registry.ledger, error)
            return
        }
        guard let tip else {
            outcome = .read(.none, faults: [])
            return
        }
        let queue = FirstParentQueue(from: tip)
        let gathered = Gathered()
        do {
            let pieces = try crew.run(.none) { verifier in
                try verifier.readEntries(
                    from: queue, Self.entriesAtATime, under: snapshot, strictness, into: gathered)
            }
            outcome = .read(
                gathered.finish(),
                faults: Self.faults(in: pieces.flatMap { $0 }.sorted { $0.place > $1.place }))
        } catch {
            outcome = Self.unreadable(registry.ledger, error)
        }
    }

    /// Where the ledger is damaged, looked for entry by entry.
    private static func unreadable(_ ledger: Ledger, _ error: any Error) -> Outcome {
        let damage = LedgerDamage(ledger: ledger).findings()
        return .unreadable(damage.isEmpty ? [LedgerDamage.finding(error)] : damage)
    }

    /// The faults of all pieces, oldest first, and those of where one ends and the next begins.
    private static func faults(in pieces: [Verifier.PieceOfLedger]) -> [Fault] {
        var faults: [Fault] = []
        var previous = 0
        for piece in pieces {
            // A gap is the fault that is told of an entry, whatever else is wrong with it.
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
