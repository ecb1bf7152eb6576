import GitStore
import Synchronization

/// What came in and no environment took up, and configuration: rules read a part of it, people all.
extension VerificationPass {
    private static let placesAtATime = 256

    /// Reads every file that the ledger's other commits bring: all of them are there, as they were.
    func verifyContents(
        but judged: JudgedMoves, into verification: inout Verification
    ) throws {
        verification.findings += own.faults(inContentsOf: registry.founding, on: Judge.main)
        let next = Mutex(0)
        let (facts, places) = (facts, facts.moveCount)
        let parts = try crew.run(facts) { verifier in
            var findings: [Verification.Finding] = []
            while true {
                let start = next.withLock { next in
                    defer { next += Self.placesAtATime }
                    return next
                }
                guard start < places else { return findings }
                for place in start..<min(start + Self.placesAtATime, places)
                where !judged.contains(place) {
                    guard let move = facts.move(at: place) else { continue }
                    findings += verifier.faults(inContentsOf: move.commit, on: move.reference)
                }
            }
        }
        verification.findings += parts.flatMap { $0 }.sorted {
            ($0.reference, $0.commit ?? registry.founding)
                < ($1.reference, $1.commit ?? registry.founding)
        }
    }
}

extension Verifier {
    /// What can't be read of the files that a commit brings beyond its first parent's.
    fileprivate func faults(
        inContentsOf id: ObjectID, on reference: String
    ) -> [Verification.Finding] {
        func finding(_ saw: String) -> Verification.Finding {
            .init(reference: reference, commit: id, basis: .content, rule: .tree, saw: saw)
        }
        do {
            let commit = try judge.commits.commit(id)
            let below = try commit.parents.first.map { try judge.commits.commit($0).tree }
            var findings: [Verification.Finding] = []
            for change in try repository.changes(from: below, to: commit.tree) {
                guard let file = change.new else { continue }
                do {
                    _ = try repository.read(file.id, as: .blob)
                } catch {
                    findings.append(finding("'\(change.path)' can't be read: \(error.firstLine)"))
                }
            }
            return findings
        } catch {
            return [finding("it can't be read: \(error.firstLine)")]
        }
    }
}
