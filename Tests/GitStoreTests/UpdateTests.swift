import Foundation
import GitStore
import SystemPackage
import Testing

struct UpdateTests {
    private struct Refused: Error {}

    @Test func refsAreMadeMovedAndDeleted() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            let name = "refs/heads/env/dev"
            let repository = fixture.repository
            try repository.update([.init(name: name, old: nil, new: one)], log: "made")
            #expect(try fixture.git("rev-parse", name) == one.hex)
            try repository.update([.init(name: name, old: one, new: two)], log: "moved")
            #expect(try fixture.git("rev-parse", name) == two.hex)
            try repository.update([.init(name: name, old: two, new: nil)], log: "deleted")
            #expect(try repository.reference(name) == nil)
            #expect(try !fixture.git.succeeds("show-ref", "--verify", name))
        }
    }

    @Test func anotherValueThanExpectedIsAConflictAndNothingMoves() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            let repository = fixture.repository
            try repository.update([.init(name: "refs/heads/b", old: nil, new: one)], log: "")
            let moves: [(old: ObjectID?, new: ObjectID?)] = [(nil, two), (two, one), (two, nil)]
            for (old, new) in moves {
                #expect(
                    throws: GitError.conflict(reference: "refs/heads/b", expected: old, found: one)
                ) {
                    try repository.update(
                        [
                            .init(name: "refs/heads/a", old: nil, new: two),
                            .init(name: "refs/heads/b", old: old, new: new),
                        ], log: "")
                }
            }
            #expect(
                throws: GitError.conflict(reference: "refs/heads/c", expected: one, found: nil)
            ) {
                try repository.update([.init(name: "refs/heads/c", old: one, new: two)], log: "")
            }
            #expect(try repository.references(prefix: "refs/").map(\.name) == ["refs/heads/b"])
        }
    }

    @Test func whenTheJudgeRefusesNothingMoves() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let name = "refs/heads/main"
            #expect(throws: Refused.self) {
                try fixture.repository.update([.init(name: name, old: nil, new: one)], log: "") {
                    throw Refused()
                }
            }
            #expect(try fixture.repository.reference(name) == nil)
            // The lock is gone too.
            try fixture.git("update-ref", name, one.hex)
        }
    }

    @Test func whileJudgedTheRefsAreLocked() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            try fixture.git("update-ref", "refs/heads/held", one.hex)
            try fixture.repository.update(
                [
                    .init(name: "refs/heads/main", old: nil, new: one),
                    .init(name: "refs/heads/held", old: one, new: one),
                ], log: ""
            ) {
                for name in ["refs/heads/main", "refs/heads/held"] {
                    let moved = try fixture.git.succeeds("update-ref", name, two.hex)
                    #expect(!moved)
                }
            }
            #expect(try fixture.repository.reference("refs/heads/main") == one)
            #expect(try fixture.repository.reference("refs/heads/held") == one)
        }
    }

    @Test func aLockLeftByAnotherIsWaitedForAndThenReported() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let lock = URL(filePath: fixture.path.appending("refs/heads/main.lock").string)
            try Data().write(to: lock)
            let update = ReferenceUpdate(name: "refs/heads/main", old: nil, new: one)
            #expect(throws: GitError.locked(reference: "refs/heads/main")) {
                try fixture.repository.update([update], log: "")
            }
            try FileManager.default.removeItem(at: lock)
            try fixture.repository.update([update], log: "")
            #expect(try fixture.repository.reference("refs/heads/main") == one)
        }
    }

    @Test func packedRefsAreMovedAndDeletedToo() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            let repository = fixture.repository
            for name in ["refs/heads/a", "refs/heads/b", "refs/heads/c"] {
                try fixture.git("update-ref", name, one.hex)
            }
            try fixture.git("tag", "-a", "-m", "x", "t", one.hex)
            let tag = try #require(try repository.reference("refs/tags/t"))
            try fixture.git("pack-refs", "--all")
            // Packed and loose; packed alone; with a second line; left alone.
            try repository.update([.init(name: "refs/heads/a", old: one, new: two)], log: "")
            try repository.update(
                [
                    .init(name: "refs/heads/a", old: two, new: nil),
                    .init(name: "refs/heads/b", old: one, new: nil),
                    .init(name: "refs/tags/t", old: tag, new: nil),
                ], log: "")
            #expect(try repository.references(prefix: "refs/").map(\.name) == ["refs/heads/c"])
            #expect(try fixture.git("for-each-ref", "--format=%(refname)") == "refs/heads/c")
            #expect(try fixture.git("rev-parse", "refs/heads/c") == one.hex)
            #expect(try fixture.reopened().reference("refs/heads/b") == nil)
            // Git can pack again: no lock and no temporary file is left.
            try fixture.git("pack-refs", "--all")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: fixture.path.string)
                    .filter { $0.hasPrefix("packed-refs") } == ["packed-refs"])
        }
    }

    @Test func aRefCannotBeTheDirectoryOfAnother() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let repository = fixture.repository
            try repository.update([.init(name: "refs/heads/p/a", old: nil, new: one)], log: "")
            for _ in 0..<2 {  // Loose, then packed.
                #expect(
                    throws: GitError.nameConflict(
                        reference: "refs/heads/p/a/b", existing: "refs/heads/p/a")
                ) {
                    try repository.update(
                        [.init(name: "refs/heads/p/a/b", old: nil, new: one)], log: "")
                }
                #expect(
                    throws: GitError.nameConflict(
                        reference: "refs/heads/p", existing: "refs/heads/p/a")
                ) {
                    try repository.update(
                        [.init(name: "refs/heads/p", old: nil, new: one)], log: "")
                }
                try fixture.git("pack-refs", "--all")
            }
            #expect(throws: GitError.self) {
                try repository.update(
                    [
                        .init(name: "refs/heads/q", old: nil, new: one),
                        .init(name: "refs/heads/q/r", old: nil, new: one),
                    ], log: "")
            }
            #expect(
                try repository.references(prefix: "refs/").map(\.name) == ["refs/heads/p/a"])
            try repository.update([.init(name: "refs/heads/p/a", old: one, new: nil)], log: "")
            try repository.update([.init(name: "refs/heads/p", old: nil, new: one)], log: "")
            #expect(try repository.reference("refs/heads/p") == one)
        }
    }

    @Test func whatNoRefMayHoldIsRefused() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let absent = ObjectID.hash(.commit, [])
            #expect(throws: GitError.missingObject(absent)) {
                try repository.update(
                    [.init(name: "refs/heads/a", old: nil, new: absent)], log: "")
            }
            let blob = try repository.write(.blob, [])
            #expect(throws: GitError.wrongKind(blob, expected: .commit, found: .blob)) {
                try repository.update([.init(name: "refs/heads/a", old: nil, new: blob)], log: "")
            }
            let one = try fixture.commit("one")
            for name in ["HEAD", "main", "refs/heads/a..b", "refs/heads/a.lock", "refs/heads/a\0"] {
                #expect(throws: GitError.self, "\(name)") {
                    try repository.update([.init(name: name, old: nil, new: one)], log: "")
                }
            }
            #expect(throws: GitError.self) {
                try repository.update(
                    [
                        .init(name: "refs/heads/a", old: nil, new: one),
                        .init(name: "refs/heads/a", old: nil, new: one),
                    ], log: "")
            }
        }
    }

    @Test func aSymbolicRefIsNotUpdated() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            try fixture.git("update-ref", "refs/heads/main", one.hex)
            try fixture.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
            do {
                try fixture.repository.update(
                    [.init(name: "refs/heads/alias", old: one, new: nil)], log: "")
                Issue.record("a symbolic ref was updated")
            } catch GitError.corruptReference(let name, _) {
                #expect(name == "refs/heads/alias")
            }
            #expect(try fixture.repository.reference("refs/heads/main") == one)
        }
    }

    @Test func aLogHoldsOneLinePerChange() throws {
        try TemporaryRepository.with(
            config: [("core.logAllRefUpdates", "true"), ("user.name", "N"), ("user.email", "e@f")]
        ) { fixture in
            let one = try fixture.commit("one")
            try fixture.repository.update(
                [.init(name: "refs/heads/main", old: nil, new: one)], log: "first\nsecond")
            #expect(
                try fixture.git("log", "-g", "--format=%gs", "refs/heads/main") == "first second")
        }
    }
}
