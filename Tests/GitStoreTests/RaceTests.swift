import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import GitStore

struct RaceTests {
    /// One attempt of a racer: whether it won; losing is a conflict or a lock, nothing else.
    private static func attempt(_ body: () throws -> Void) -> Bool {
        do {
            try body()
            return true
        } catch GitError.conflict {
            return false
        } catch GitError.locked {
            return false
        } catch {
            Issue.record("an unexpected error: \(error)")
            return false
        }
    }

    private static func race(_ racers: Int, _ body: @Sendable @escaping (Int) -> Void) {
        let threads = DispatchGroup()
        for racer in 0..<racers {
            threads.enter()
            Thread.detachNewThread {
                body(racer)
                threads.leave()
            }
        }
        threads.wait()
    }

    @Test func ofManyWritersExactlyOneWinsEachRound() throws {
        try TemporaryRepository.with { fixture in
            let path = fixture.path
            var old: ObjectID?
            for round in 0..<5 {
                let commits = try (0..<4).map { try fixture.commit("round \(round) racer \($0)") }
                let before = old
                let winners = Mutex<[ObjectID]>([])
                Self.race(4) { racer in
                    let won = Self.attempt {
                        try GitRepository.open(at: path).update(
                            [
                                .init(
                                    name: "refs/heads/env/dev", old: before, new: commits[racer])
                            ], log: "race")
                    }
                    if won { winners.withLock { $0.append(commits[racer]) } }
                }
                let won = winners.withLock { $0 }
                #expect(won.count == 1)
                old = try fixture.repository.reference("refs/heads/env/dev")
                #expect(won.first == old)
            }
        }
    }

    @Test func againstGitExactlyOneWins() throws {
        try TemporaryRepository.with { fixture in
            let name = "refs/heads/env/dev"
            let git = fixture.git
            let path = fixture.path
            let base = try fixture.commit("base")
            try git("update-ref", name, base.hex)
            let ours = try fixture.commit("ours")
            let theirs = try fixture.commit("theirs")
            for _ in 0..<5 {
                let wins = Mutex<[ObjectID]>([])
                Self.race(2) { racer in
                    let won: Bool
                    if racer == 0 {
                        won = Self.attempt {
                            try GitRepository.open(at: path).update(
                                [.init(name: name, old: base, new: ours)], log: "race")
                        }
                    } else {
                        won = (try? git.succeeds("update-ref", name, theirs.hex, base.hex)) == true
                    }
                    if won { wins.withLock { $0.append(racer == 0 ? ours : theirs) } }
                }
                let won = wins.withLock { $0 }
                #expect(won.count == 1)
                #expect(try fixture.repository.reference(name) == won.first)
                try git("update-ref", name, base.hex)
            }
        }
    }

    @Test func twoUpdatesOfTheSameRefsInAnyOrderDoNotBlockEachOther() throws {
        try TemporaryRepository.with { fixture in
            let path = fixture.path
            let one = try fixture.commit("one")
            let names = ["refs/heads/a", "refs/heads/b", "refs/heads/c"]
            let wins = Mutex(0)
            Self.race(4) { racer in
                let updates = (racer % 2 == 0 ? names : names.reversed()).map {
                    ReferenceUpdate(name: $0, old: nil, new: one)
                }
                let won = Self.attempt {
                    try GitRepository.open(at: path).update(updates, log: "race")
                }
                if won { wins.withLock { $0 += 1 } }
            }
            #expect(wins.withLock { $0 } == 1)
            #expect(try fixture.repository.references(prefix: "refs/").map(\.name) == names)
        }
    }

    /// `git pack-refs` beside deletions and new refs: none comes back, none is lost.
    @Test func packingWhileRefsComeAndGoLosesNothing() throws {
        try TemporaryRepository.with { fixture in
            let git = fixture.git
            let path = fixture.path
            let one = try fixture.commit("one")
            for index in 0..<40 { try git("update-ref", "refs/heads/old/\(index)", one.hex) }
            Self.race(3) { racer in
                do {
                    switch racer {
                    case 0:
                        for _ in 0..<15 { _ = try git.succeeds("pack-refs", "--all") }
                    case 1:
                        let repository = try GitRepository.open(at: path)
                        for index in 0..<40 {
                            try repository.update(
                                [.init(name: "refs/heads/old/\(index)", old: one, new: nil)],
                                log: "")
                        }
                    default:
                        let repository = try GitRepository.open(at: path)
                        for index in 0..<40 {
                            try repository.update(
                                [.init(name: "refs/heads/new/\(index)", old: nil, new: one)],
                                log: "")
                        }
                    }
                } catch {
                    Issue.record("racer \(racer): \(error)")
                }
            }
            let expected = (0..<40).map { "refs/heads/new/\($0)" }.sorted()
            #expect(try fixture.repository.references(prefix: "refs/").map(\.name) == expected)
            #expect(
                try git("for-each-ref", "--format=%(refname)")
                    == expected.joined(separator: "\n"))
        }
    }

    /// Whoever removes the last ref or log in a directory takes the directory away.
    @Test func aDirectoryThatIsTakenAwayIsMadeAgain() throws {
        try TemporaryRepository.with { fixture in
            let directory = fixture.path.appending("logs/refs/heads/promote/dev/m")
            var timesTakenAway = 0
            let log = try RepositoryFile.inDirectory(directory) { () throws(Errno) in
                if timesTakenAway < 5 {
                    RepositoryFile.pruneDirectories(directory, below: fixture.path)
                    timesTakenAway += 1
                }
                return try RepositoryFile.open(directory.appending("v1"), options: .create)
            }
            try log.close()
            #expect(timesTakenAway == 5)
            #expect(RepositoryFile.exists(directory.appending("v1")))
        }
    }

    @Test func logsThatComeAndGoBesideEachOtherAllGetTheirDirectory() throws {
        try TemporaryRepository.with { fixture in
            let path = fixture.path
            Self.race(4) { racer in
                let log = ReferenceLog(of: "refs/heads/promote/dev/m/v\(racer)", in: path)
                for _ in 0..<100 {
                    guard Self.attempt({ try log.append("line\n", isNew: true) }) else { return }
                    log.remove()
                }
            }
        }
    }
}
