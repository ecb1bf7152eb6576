import GitStore
import Testing

struct ChangesTests {
    @Test func additionsRemovalsAndEditsAreFound() throws {
        try TemporaryRepository.with { fixture in
            let old = try fixture.tree(["a/same": "1", "a/edited": "1", "gone/x": "1", "z": "1"])
            let new = try fixture.tree(["a/same": "1", "a/edited": "2", "new/y": "1", "z": "1"])
            let changes = try fixture.repository.changes(from: old, to: new)
            #expect(changes.map(\.path) == ["a/edited", "gone/x", "new/y"])
            #expect(changes.map { $0.old != nil } == [true, true, false])
            #expect(changes.map { $0.new != nil } == [true, false, true])
            #expect(changes[0].old?.id == ObjectID.hash(.blob, Array("1".utf8)))
            #expect(changes[0].new?.id == ObjectID.hash(.blob, Array("2".utf8)))
        }
    }

    @Test func nilStandsForTheEmptyTree() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a/b": "1", "c": "2"])
            #expect(
                try fixture.repository.changes(from: nil, to: tree).map(\.path) == ["a/b", "c"])
            #expect(
                try fixture.repository.changes(from: tree, to: nil).map(\.new) == [nil, nil])
            #expect(try fixture.repository.changes(from: tree, to: tree).isEmpty)
            #expect(try fixture.repository.changes(from: nil, to: nil).isEmpty)
        }
    }

    @Test func aChangeOfModeIsAChange() throws {
        try TemporaryRepository.with { fixture in
            let old = try fixture.tree(["a": "1"])
            let new = try fixture.repository.replacing(
                "a", in: old, with: fixture.file("1", mode: .executable))
            let changes = try fixture.repository.changes(from: old, to: new)
            #expect(changes.map(\.path) == ["a"])
            #expect(changes.first?.old?.mode == .file)
            #expect(changes.first?.new?.mode == .executable)
        }
    }

    @Test func whatChangesIsWhatGitSays() throws {
        try TemporaryRepository.with { fixture in
            let old = try fixture.tree(
                ["a": "1", "a.b": "1", "a0/c": "1", "d/e/f": "1", "d/e/g": "1", "h": "1"])
            let new = try fixture.tree(
                ["a/x": "1", "a/y/z": "1", "a.b": "1", "a0": "1", "d/e/f": "2", "d/e.g": "1"])
            let git = try fixture.git(
                "diff-tree", "-r", "--no-renames", "--name-only", old.hex, new.hex)
            let paths = try fixture.repository.changes(from: old, to: new).map(\.path)
            #expect(paths.joined(separator: "\n") == git)
            #expect(paths == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    @Test func equalSubtreesAreNotRead() throws {
        try TemporaryRepository.with { fixture in
            let absent = TreeEntry(
                name: "", mode: .directory, id: ObjectID.hash(.tree, Array("absent".utf8)))
            let old = try fixture.repository.replacing(
                "big", in: fixture.tree(["a": "1"]), with: absent)
            let new = try fixture.repository.replacing(
                "big", in: fixture.tree(["a": "2"]), with: absent)
            #expect(try fixture.repository.changes(from: old, to: new).map(\.path) == ["a"])
            #expect(throws: GitError.missingObject(absent.id)) {
                try fixture.repository.changes(from: nil, to: new)
            }
        }
    }

    @Test func moreChangesThanTheLimitAreAnError() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a": "1", "b": "1", "c": "1"])
            #expect(throws: GitError.self) {
                try fixture.repository.changes(from: nil, to: tree, limit: 2)
            }
        }
    }
}
