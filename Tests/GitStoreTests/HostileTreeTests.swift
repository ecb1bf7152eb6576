import GitStore
import Testing

struct HostileTreeTests {
    /// A tree's bytes, and what is wrong with them.
    struct Hostile: CustomTestStringConvertible, Sendable {
        var bytes: [UInt8]
        var why: String
        var testDescription: String { why }

        init(_ why: String, _ entries: (String, [UInt8])...) {
            self.why = why
            bytes = []
            for (mode, name) in entries {
                bytes += Array(mode.utf8) + [UInt8(ascii: " ")]
                bytes += name + [0] + Self.id
            }
        }

        init(_ why: String, bytes: [UInt8]) {
            self.why = why
            self.bytes = bytes
        }

        static let id = [UInt8](repeating: 7, count: 20)
    }

    static let hostile = [
        Hostile("the entry 'a' is out of order", ("100644", [0x62]), ("100644", [0x61])),
        Hostile("the name 'a' is there twice", ("100644", [0x61]), ("100644", [0x61])),
        Hostile("the name 'a' is there twice", ("100644", [0x61]), ("40000", [0x61])),
        Hostile(
            "the name 'a' is there twice", ("100644", [0x61]), ("100644", [0x61, 0x2e]),
            ("40000", [0x61])),
        // "a" as a directory sorts after "a.".
        Hostile(
            "the entry 'a.' is out of order", ("40000", [0x61]), ("100644", [0x61, 0x2e])),
        Hostile("the name '.' is reserved", ("40000", Array(".".utf8))),
        Hostile("the name '..' is reserved", ("40000", Array("..".utf8))),
        Hostile("the name '.git' is reserved", ("40000", Array(".git".utf8))),
        Hostile("the name '.GiT' is reserved", ("100644", Array(".GiT".utf8))),
        Hostile("a name is empty", ("100644", [])),
        Hostile("the name 'a/b' holds '/' or NUL", ("100644", Array("a/b".utf8))),
        Hostile("the tree has a name that isn't UTF-8", ("100644", [0xFF, 0xFE])),
        Hostile("the tree has an entry of an unknown mode", ("100664", [0x61])),
        Hostile("the tree has an entry of an unknown mode", ("040000", [0x61])),
        Hostile("the tree has an entry of an unknown mode", ("0100644", [0x61])),
        Hostile("the tree has an entry of an unknown mode", ("", [0x61])),
        Hostile("the tree has an entry of an unknown mode", ("10064x", [0x61])),
        Hostile(
            "the tree ends in the middle of an entry",
            bytes: Array("100644 a\0".utf8) + [UInt8](repeating: 7, count: 19)),
        Hostile("the tree ends in the middle of an entry", bytes: Array("100644 a".utf8)),
        Hostile("the tree has an entry of an unknown mode", bytes: Array("100644".utf8)),
        Hostile(
            "the entry 'a' names no object",
            bytes: Array("100644 a\0".utf8) + [UInt8](repeating: 0, count: 20)),
    ]

    @Test(arguments: hostile)
    func aTreeGitWouldNotWriteIsCorrupt(tree: Hostile) throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.tree, tree.bytes)
            #expect(throws: GitError.corruptObject(id, why: tree.why)) {
                try fixture.repository.tree(id)
            }
        }
    }

    /// A tree that is like one read before is read by what differs, and just as strictly.
    @Test(arguments: hostile)
    func besideAGoodTreeItIsAsCorrupt(_ hostile: Hostile) throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let id = try repository.write(.tree, hostile.bytes)
            for names in [["a"], ["a", "b"], ["a", "a."], [".g"]] {
                let good = try repository.writeTree(
                    names.map { TreeEntry(name: $0, mode: .file, id: id) })
                _ = try repository.tree(good)
                #expect(throws: GitError.corruptObject(id, why: hostile.why)) {
                    try repository.isComposed(id, of: [], over: good)
                }
            }
        }
    }

    @Test func everyCutOfATreeIsCorruptOrShorter() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.tree(["a": "1", "b/c": "2"])
            let bytes = try fixture.repository.read(tree, as: .tree)
            for length in 1..<bytes.count {
                let id = try fixture.repository.write(.tree, Array(bytes.prefix(length)))
                guard length != 29 else { continue }  // The first entry alone is a tree.
                #expect(throws: GitError.self) { try fixture.repository.tree(id) }
            }
        }
    }
}
