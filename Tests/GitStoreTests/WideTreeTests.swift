import GitStore
import Testing

/// Trees of many entries, which are read and compared in other ways than narrow ones.
struct WideTreeTests {
    /// Names that sort differently as files and as directories, and many plain ones.
    private static let names =
        (0..<200).map { "model-\($0)" } + [
            "a", "a-b", "a.c", "a0", "b", "b-", "b.", "b0", "é", "z",
        ]

    private static func isDirectory(_ name: String) -> Bool {
        name.utf8.reduce(0) { $0 &+ Int($1) }.isMultiple(of: 2)
    }

    private func entries(_ repository: GitRepository) throws -> [TreeEntry] {
        let (blob, below) = (try repository.write(.blob, [1]), try repository.writeTree([]))
        return Self.names.map {
            TreeEntry(
                name: $0, mode: Self.isDirectory($0) ? .directory : .file,
                id: Self.isDirectory($0) ? below : blob)
        }
    }

    @Test func everyEntryIsFoundAndNoOther() throws {
        try TemporaryRepository.with { fixture in
            let entries = try entries(fixture.repository)
            let id = try fixture.repository.writeTree(entries)
            let listed = try fixture.git("ls-tree", "-z", "--name-only", id.hex)
                .split(separator: "\0").map(String.init)
            let tree = try fixture.reopened().tree(id)
            #expect(tree.entries.map(\.name) == listed)
            for entry in entries { #expect(tree.named(entry.name) == entry) }
            for name in ["", "a-", "aa", "model-", "model-2000", "zz", "!", "A", "model-1/", "e"] {
                #expect(tree.named(name) == nil, "\(name)")
            }
        }
    }

    /// Beside one that is known, a tree reads as it does alone, whatever byte of it is another.
    @Test func besideAKnownTreeAnotherReadsAsItDoesAlone() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let good = try repository.writeTree(try entries(repository))
            let bytes = try repository.read(good, as: .tree)
            let blob = try repository.write(.blob, [2])
            var seen = (read: 0, refused: 0)
            for place in Array(0..<80) + Array((bytes.count / 2)..<(bytes.count / 2 + 80))
                + Array((bytes.count - 60)..<bytes.count)
            {
                for change in [bytes[place] ^ 1, 0, UInt8(ascii: "/")]
                where change != bytes[place] {
                    var changed = bytes
                    changed[place] = change
                    let id = try repository.write(.tree, changed)
                    let alone = outcome { try fixture.reopened().tree(id).entries }
                    let beside = try fixture.reopened()
                    _ = try beside.tree(good)
                    let known = outcome {
                        _ = try beside.isComposed(id, of: [("b0", nil)], over: good)
                        return try beside.tree(id).entries
                    }
                    #expect(alone == known, "byte \(place) as \(change)")
                    if alone.fault == nil { seen.read += 1 } else { seen.refused += 1 }
                }
            }
            #expect(seen.read > 50 && seen.refused > 50)
            // Ids of nothing but zeros, which no entry has.
            let first = try #require(bytes.firstIndex(of: 0))
            var changed = bytes
            changed.replaceSubrange((first + 1)..<(first + 21), with: repeatElement(0, count: 20))
            let id = try repository.write(.tree, changed)
            #expect(throws: GitError.self) {
                try repository.isComposed(
                    id, of: [("a", TreeEntry(name: "a", mode: .file, id: blob))], over: good)
            }
        }
    }

    /// What was read, or why it was not.
    private struct Outcome: Equatable {
        var entries: [TreeEntry] = []
        var fault: String?
    }

    private func outcome(_ read: () throws -> [TreeEntry]) -> Outcome {
        do { return Outcome(entries: try read()) } catch { return Outcome(fault: "\(error)") }
    }

    @Test func whatIsComposedIsToldFromEverythingElse() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let entries = try entries(repository)
            let base = try repository.writeTree(entries)
            let other = TreeEntry(name: "", mode: .file, id: try repository.write(.blob, [3]))
            for name in ["model-7", "model-199", "a", "b", "z", "new", "0", "~"] {
                for entry in [other, nil] {
                    let changes = [(path: name, entry: entry)]
                    let tree = try repository.composed(changes, over: base, writing: true)
                    #expect(try repository.isComposed(tree, of: changes, over: base), "\(name)")
                    // One more that differs, or is gone.
                    let more = changes + [(path: "model-100", entry: nil)]
                    let wrong = try repository.composed(more, over: base, writing: true)
                    #expect(try !repository.isComposed(wrong, of: changes, over: base), "\(name)")
                    let second = changes + [(path: "model-101", entry: other)]
                    let also = try repository.composed(second, over: base, writing: true)
                    #expect(try !repository.isComposed(also, of: changes, over: base), "\(name)")
                    #expect(
                        try repository.changes(from: base, to: tree).map(\.path)
                            .allSatisfy { $0 == name })
                }
            }
        }
    }
}
