import GitStore
import Testing

struct ComposingTests {
    @Test func replacingAFileWritesTheTreesAbove() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["models/churn/card.md": "old", "keep": "k"])
            let new = try fixture.repository.replacing(
                "models/churn/card.md", in: tree, with: fixture.file("new"))
            #expect(new == (try fixture.tree(["models/churn/card.md": "new", "keep": "k"])))
            #expect(try fixture.git("show", "\(new):models/churn/card.md") == "new")
        }
    }

    @Test func theEntryTakesItsNameFromThePath() throws {
        try TemporaryRepository.with { fixture in
            var entry = try fixture.file("x", mode: .executable)
            entry.name = "another"
            let tree = try fixture.repository.replacing(
                "a/b", in: fixture.repository.writeTree([]), with: entry)
            let found = try #require(try fixture.repository.entry(at: "a/b", in: tree))
            #expect(found.name == "b")
            #expect(found.mode == .executable)
        }
    }

    @Test func directoriesLeftEmptyGo() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a/b/c": "1", "d": "2"])
            let new = try fixture.repository.replacing("a/b/c", in: tree, with: nil)
            #expect(new == (try fixture.tree(["d": "2"])))
        }
    }

    @Test func removingTheLastFileGivesTheEmptyTree() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a/b": "1"])
            let new = try fixture.repository.replacing("a/b", in: tree, with: nil)
            #expect(new.hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        }
    }

    @Test func removingWhatIsNotThereChangesNothing() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a": "1"])
            for path in ["b", "b/c", "a/b", "a/b/c"] {
                #expect(
                    try fixture.repository.replacing(path, in: tree, with: nil) == tree, "\(path)")
            }
        }
    }

    @Test func aFileBecomesADirectoryAndBack() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a": "1"])
            let directory = try fixture.repository.replacing(
                "a/b", in: tree, with: fixture.file("2"))
            #expect(directory == (try fixture.tree(["a/b": "2"])))
            let file = try fixture.repository.replacing("a", in: directory, with: fixture.file("1"))
            #expect(file == tree)
        }
    }

    @Test func aDirectoryIsReplacedWhole() throws {
        try TemporaryRepository.with { fixture in
            let base = try fixture.tree(["models/churn/old": "1", "policy": "p"])
            let other = try fixture.tree(["models/churn/new": "2"])
            let entry = try #require(try fixture.repository.entry(at: "models/churn", in: other))
            let composed = try fixture.repository.composed(
                [("models/churn", entry)], over: base, writing: true)
            #expect(composed == (try fixture.tree(["models/churn/new": "2", "policy": "p"])))
        }
    }

    @Test func laterChangesApplyOverEarlierOnes() throws {
        try TemporaryRepository.with { fixture in
            let base = try fixture.tree(["a/old": "1", "x": "x"])
            let other = try fixture.tree(["a/new": "2"])
            let entry = try #require(try fixture.repository.entry(at: "a", in: other))
            let composed = try fixture.repository.composed(
                [
                    ("a/gone", try fixture.file("gone")), ("a", entry),
                    ("a/more", try fixture.file("3")), ("x", nil), ("x", try fixture.file("y")),
                ], over: base, writing: true)
            #expect(composed == (try fixture.tree(["a/new": "2", "a/more": "3", "x": "y"])))
        }
    }

    @Test func withoutWritingOnlyTheIdIsComputed() throws {
        try TemporaryRepository.with { fixture in
            let base = try fixture.tree(["a/b": "1", "c": "2"])
            let blob = TreeEntry(
                name: "", mode: .file, id: ObjectID.hash(.blob, Array("unwritten".utf8)))
            let changes: [(path: String, entry: TreeEntry?)] = [
                ("a/d/e", blob), ("a/d/f", blob), ("c", nil),
            ]
            let id = try fixture.repository.composed(changes, over: base, writing: false)
            #expect(!fixture.repository.contains(id))
            #expect(throws: GitError.missingObject(id)) { try fixture.repository.tree(id) }
            #expect(try fixture.repository.composed(changes, over: base, writing: true) == id)
            #expect(try fixture.reopened().tree(id).entries.map(\.name) == ["a"])
        }
    }

    @Test func pathsNoFileCanHaveAreRefused() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.repository.writeTree([])
            let file = try fixture.file("x")
            let deep = Array(repeating: "d", count: 33).joined(separator: "/")
            for path in ["", "/a", "a/", "a//b", "a/../b", "./a", ".git/hooks", "a/.Git", deep] {
                #expect(throws: GitError.self, "\(path)") {
                    try fixture.repository.replacing(path, in: tree, with: file)
                }
            }
        }
    }

    /// What an approval does: the scope from the proposal, the rest from the environment.
    @Test func theComposedTreeIsTheOneGitMerges() throws {
        try TemporaryRepository.with { fixture in
            let base = try fixture.commit(
                "base", tree: fixture.tree(["models/a/card": "1", ".signet/environment": "dev"]))
            let ours = try fixture.commit(
                "ours",
                tree: fixture.tree([
                    "models/a/card": "1", ".signet/environment": "dev", "models/b/card": "b",
                ]), parents: [base])
            let theirs = try fixture.commit(
                "theirs",
                tree: fixture.tree(["models/a/card": "2", ".signet/environment": "dev"]),
                parents: [base])
            let merged = try fixture.git("merge-tree", "--write-tree", ours.hex, theirs.hex)
            let repository = fixture.repository
            let scope = try repository.entry(at: "models/a", in: repository.tree(ofCommit: theirs))
            let composed = try repository.composed(
                [("models/a", scope)], over: repository.tree(ofCommit: ours), writing: false)
            #expect(composed.hex == merged)
        }
    }

    @Test func whatIsToldComposedIsExactlyWhatComposingMakes() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let files: [String: String] = ["m/a/x": "1", "m/b/x": "2", "p/a": "3", "k": "4"]
            let base = try fixture.tree(files)
            let other = try #require(try repository.entry(at: "m/b", in: base))
            let changes: [(path: String, entry: TreeEntry?)] = [
                ("m/a", other), ("p/a", try fixture.file("9")), ("e/a", nil),
            ]
            let right = try repository.composed(changes, over: base, writing: true)
            #expect(try repository.isComposed(right, of: changes, over: base))
            let changed = try fixture.tree([
                "m/a/x": "2", "m/b/x": "2", "p/a": "9", "k": "4",
            ])
            #expect(changed == right)
            for (path, text) in [
                ("m/a/x", "1"), ("m/b/x", "5"), ("m/c/x", "1"), ("p/a", "3"), ("p/b", "1"),
                ("k", "5"), ("l", "1"), ("e/a", "1"), ("e/b", "1"),
            ] {
                let wrong = try repository.replacing(path, in: right, with: fixture.file(text))
                #expect(try !repository.isComposed(wrong, of: changes, over: base), "\(path)")
            }
            for path in ["m/b/x", "k", "p", "m"] {
                let wrong = try repository.replacing(path, in: right, with: nil)
                #expect(try !repository.isComposed(wrong, of: changes, over: base), "\(path)")
            }
            let flipped = try repository.replacing(
                "k", in: right, with: fixture.file("4", mode: .executable))
            #expect(try !repository.isComposed(flipped, of: changes, over: base))
        }
    }

    /// Whichever of the two was read before.
    @Test(arguments: [true, false])
    func whatWasReadBesideALikeTreeIsReadRight(_ isBaseFirst: Bool) throws {
        try TemporaryRepository.with { fixture in
            let names = (0..<200).map { "m/a-long-name-of-a-model-\($0)/x" }
            let base = try fixture.tree(
                Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }))
            let changes: [(path: String, entry: TreeEntry?)] = [(names[77], try fixture.file("2"))]
            let right = try fixture.repository.composed(changes, over: base, writing: true)
            let reader = try fixture.reopened()
            _ = try reader.files(in: isBaseFirst ? base : right)
            #expect(try reader.isComposed(right, of: changes, over: base))
            let plain = try fixture.reopened()
            for tree in [base, right] {
                #expect(
                    try reader.files(in: tree).map(\.entry) == plain.files(in: tree).map(\.entry))
            }
        }
    }

    @Test func aDirectoryThatComesOrGoesIsToldComposed() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let base = try fixture.tree(["m/a": "1", "k": "4"])
            let changes: [(path: String, entry: TreeEntry?)] = [
                ("m/a", nil), ("n/a", try fixture.file("2")),
            ]
            let right = try repository.composed(changes, over: base, writing: true)
            #expect(try repository.isComposed(right, of: changes, over: base))
            // An empty directory would be left by none who composes.
            let empty = TreeEntry(
                name: "m", mode: .directory, id: try repository.writeTree([]))
            let wrong = try repository.writeTree(repository.tree(right).entries + [empty])
            #expect(try !repository.isComposed(wrong, of: changes, over: base))
        }
    }
}
