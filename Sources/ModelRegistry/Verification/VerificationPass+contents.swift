import GitStore
import Synchronization

/// What came in and no environment took up, and configuration: rules read a part of it, people all.
extension VerificationPass {
    private static let movesAtATime = 256

    /// Reads every file that the ledger's other commits bring: all of them are there, as they were.
    func verifyContents(
        but judged: JudgedMoves, into verification: inout Verification
    ) throws {
        verification.findings += own.faults(inContentsOf: registry.founding, on: Judge.main)
        let next = Mutex(0)
        let (facts, count) = (facts, facts.moveCount)
        let parts = try crew.run(facts) { verifier in
            var found: [(move: Int, finding: Verification.Finding)] = []
            while true {
                let start = next.withLock { next in
                    defer { next += Self.movesAtATime }
                    return next
                }
                guard start < count else { return found }
                for index in start..<min(start + Self.movesAtATime, count)
                where !judged.contains(index) {
                    let (commit, reference) = facts.move(index)
                    guard facts.firstMove(of: commit) == index else { continue }
                    found += verifier.faults(inContentsOf: commit, on: reference).map {
                        (index, $0)
                    }
                }
            }
        }
        verification.findings += parts.flatMap { $0 }.sorted { $0.move < $1.move }.map(\.finding)
    }
}

extension Verifier {
    /// What can't be read of what a commit brings, and of commits it merges that never moved by themselves.
    fileprivate func faults(
        inContentsOf commit: ObjectID, on reference: String
    ) -> [Verification.Finding] {
        var findings: [Verification.Finding] = []
        var seen: Set<ObjectID> = []
        var waiting = [commit]
        while let id = waiting.popLast() {
            guard seen.insert(id).inserted else { continue }
            func note(_ saw: String) {
                findings.append(
                    .init(
                        reference: reference, commit: id, basis: .content, rule: .tree, saw: saw))
            }
            do {
                let commit = try judge.commits.commit(id)
                waiting += commit.parents.dropFirst().filter { facts.firstMove(of: $0) == nil }
                for (path, error) in try unreadableFiles(of: commit) {
                    note("'\(path)' can't be read: \(error.firstLine)")
                }
            } catch {
                note("it can't be read: \(error.firstLine)")
            }
        }
        return findings
    }

    /// The files that a commit has and its first parent hasn't, as far as they can't be read.
    private func unreadableFiles(of commit: Commit) throws -> [(path: String, any Error)] {
        let below = try commit.parents.first.map { try judge.commits.commit($0).tree }
        return try repository.changes(from: below, to: commit.tree).compactMap { change in
            guard let file = change.new else { return nil }
            do {
                _ = try repository.read(file.id, as: .blob)
                return nil
            } catch {
                return (change.path, error)
            }
        }
    }
}
