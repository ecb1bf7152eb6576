import GitStore
import Testing

struct TreeTests {
    @Test func aTreeIsWhatGitMakesOfTheSameEntries() throws {
        try TemporaryRepository.with { fixture in
            let blob = try fixture.repository.write(.blob, Array("x".utf8))
            let subtree = try fixture.tree(["inner": "y"])
            // Git's order: "a-b" (2d) before "a/" (2f) before "a0" (30).
            let entries = [
                TreeEntry(name: "a0", mode: .file, id: blob),
                TreeEntry(name: "a", mode: .directory, id: subtree),
                TreeEntry(name: "a-b", mode: .executable, id: blob),
                TreeEntry(name: "é", mode: .symlink, id: blob),
                TreeEntry(
                    name: "module", mode: .submodule, id: ObjectID.hash(.blob, [1])),
            ]
            let id = try fixture.repository.writeTree(entries)
            let listing = entries.map { entry in
                let kind =
                    entry.mode == .directory
                    ? "tree" : entry.mode == .submodule ? "commit" : "blob"
                return "\(entry.mode) \(kind) \(entry.id)\t\(entry.name)\0"
            }
            let git = try fixture.git("mktree", "-z", input: Array(listing.joined().utf8))
            #expect(id.hex == git)
            #expect(try fixture.repository.treeID(entries) == id)
            #expect(
                try fixture.reopened().tree(id).entries.map(\.name) == [
                    "a-b", "a", "a0", "module", "é",
                ])
        }
    }

    @Test func theEmptyTreeIsGits() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.writeTree([])
            #expect(id.hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
            #expect(try fixture.repository.tree(id).isEmpty)
        }
    }

    @Test func entriesAndBlobsAreFoundByPath() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["models/churn/card.md": "card", "top": "t"])
            let repository = fixture.repository
            #expect(try repository.blob(at: "models/churn/card.md", in: tree) == Array("card".utf8))
            #expect(try repository.blob(at: "top", in: tree) == Array("t".utf8))
            let directory = try #require(try repository.entry(at: "models/churn", in: tree))
            #expect(directory.mode == .directory)
            #expect(directory.name == "churn")
            for missing in [
                "", "models/", "/top", "top/below", "models/churn", "absent", "models//churn",
            ] {
                #expect(try repository.blob(at: missing, in: tree) == nil, "\(missing)")
            }
        }
    }

    @Test func aCutTreeIsDamagedWhereverItIsRead() throws {
        try TemporaryRepository.with { fixture in
            let whole = try #require(
                try fixture.repository.read(fixture.tree(["a": "1", "bc": "2"]))?.bytes)
            let first = "100644 a\0".utf8.count + 20
            for size in 1..<whole.count where size != first {
                let id = try fixture.repository.write(.tree, Array(whole.prefix(size)))
                for reading in [fixture.repository, try fixture.reopened()] {
                    #expect(throws: GitError.self, "\(size)") {
                        try reading.entry(at: "none", in: id)
                    }
                }
            }
        }
    }

    @Test func filesAreListedInTheOrderOfGit() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(
                ["a/z": "1", "a-b": "2", "a.c/d/e": "3", "a0": "4", "b": "5"])
            let files = try fixture.repository.files(in: tree)
            #expect(
                files.map(\.path).joined(separator: "\n")
                    == (try fixture.git("ls-tree", "-r", "--name-only", tree.hex)))
            #expect(throws: GitError.self) { try fixture.repository.files(in: tree, limit: 4) }
            #expect(try fixture.repository.files(in: tree, limit: 5).count == 5)
        }
    }

    @Test func treesNestedTooDeepAreRefused() throws {
        try TemporaryRepository.with { fixture in
            var tree = try fixture.repository.writeTree([])
            for _ in 0..<40 {
                tree = try fixture.repository.writeTree(
                    [TreeEntry(name: "d", mode: .directory, id: tree)])
            }
            #expect(throws: GitError.self) { try fixture.repository.files(in: tree) }
            #expect(throws: GitError.self) { try fixture.repository.changes(from: nil, to: tree) }
        }
    }

    @Test func entriesNoTreeMayHaveAreNotWritten() throws {
        try TemporaryRepository.with { fixture in
            let blob = try fixture.repository.write(.blob, [])
            for name in ["", ".", "..", ".git", ".GIT", "a/b", "a\0b"] {
                #expect(throws: GitError.self, "\(name)") {
                    try fixture.repository.writeTree([TreeEntry(name: name, mode: .file, id: blob)])
                }
            }
            #expect(throws: GitError.self) {
                try fixture.repository.writeTree([
                    TreeEntry(name: "a", mode: .file, id: blob),
                    TreeEntry(name: "a", mode: .directory, id: blob),
                ])
            }
            #expect(throws: GitError.self) {
                try fixture.repository.writeTree(
                    [TreeEntry(name: "a", mode: FileMode(rawValue: 0o100664), id: blob)])
            }
            #expect(throws: GitError.self) {
                try fixture.repository.writeTree([TreeEntry(name: "a", mode: .file, id: .zero)])
            }
        }
    }

    @Test func namesAreComparedByBytes() throws {
        try TemporaryRepository.with { fixture in
            let blob = try fixture.repository.write(.blob, [])
            let composed = TreeEntry(name: "\u{e9}", mode: .file, id: blob)
            let decomposed = TreeEntry(name: "e\u{301}", mode: .file, id: blob)
            #expect(composed != decomposed)
            let id = try fixture.repository.writeTree([composed, decomposed])
            #expect(try fixture.repository.tree(id).entries.count == 2)
            let found = try fixture.repository.entry(at: "e\u{301}", in: id)
            #expect(found == decomposed)
        }
    }
}
