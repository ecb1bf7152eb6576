import Foundation
import GitStore
import SystemPackage
import Testing

struct ObjectTests {
    @Test(arguments: ["", "\0", "text\r\n\0more", "large"])
    func aBlobIsWhatGitReads(content: String) throws {
        let bytes =
            content == "large" ? [UInt8](repeating: 0xFF, count: 3_000_000) : Array(content.utf8)
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, bytes)
            #expect(id == ObjectID.hash(.blob, bytes))
            #expect(try fixture.git.bytes("cat-file", "blob", id.hex) == bytes)
            #expect(try fixture.reopened().read(id) == RawObject(kind: .blob, bytes: bytes))
        }
    }

    @Test func aBlobGitWroteIsRead() throws {
        try TemporaryRepository.with { fixture in
            let hex = try fixture.git(
                "hash-object", "-w", "--stdin", input: Array("from git".utf8))
            let id = try #require(ObjectID(hex))
            #expect(try fixture.repository.read(id)?.bytes == Array("from git".utf8))
            let header = try #require(try fixture.repository.header(id))
            #expect(header.kind == .blob)
            #expect(header.size == 8)
            #expect(fixture.repository.contains(id))
        }
    }

    @Test func aSignedCommitKeepsEveryByte() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.repository.writeTree([])
            let text = """
                tree \(tree)
                author A <a@example.com> 1700000000 +0000
                committer A <a@example.com> 1700000000 +0000
                gpgsig -----BEGIN SSH SIGNATURE-----
                 U1NIU0lHAAAAAQ==
                 -----END SSH SIGNATURE-----

                subject

                 trailing space 
                """
            let bytes = Array(text.utf8)
            let id = try fixture.repository.write(.commit, bytes)
            #expect(try fixture.git.bytes("cat-file", "commit", id.hex) == bytes)
            #expect(try fixture.git("fsck", "--strict").contains("dangling commit \(id)"))
            #expect(try fixture.reopened().read(id, as: .commit) == bytes)
        }
    }

    @Test func packedObjectsAreRead() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, Array("packed".utf8))
            try fixture.git("pack-objects", "objects/pack/pack", input: Array("\(id)\n".utf8))
            try fixture.git("prune-packed")
            #expect(try fixture.repository.read(id)?.bytes == Array("packed".utf8))
        }
    }

    @Test func anAbbreviatedIdIsTheOneObjectsItBegins() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            // The last two begin with the same four digits.
            let ids = try [0, 142, 784].map { try repository.write(.blob, Array("\($0)".utf8)) }
            let id = ids[0]
            #expect(try repository.id(abbreviated: id.hex) == id)
            #expect(try repository.id(abbreviated: id.short) == id)
            for none in [
                "", "abc", id.hex + "0", "xyzw", "0000000000", id.short.uppercased() + "A",
            ] {
                #expect(try repository.id(abbreviated: none) == nil, "\(none)")
            }
            let begins = Dictionary(grouping: ids) { $0.hex.prefix(4) }
            let twins = try #require(begins.first { $0.value.count > 1 })
            #expect(throws: GitError.self) { try repository.id(abbreviated: String(twins.key)) }
        }
    }

    @Test func aMissingObjectIsNil() throws {
        try TemporaryRepository.with { fixture in
            let id = ObjectID.hash(.blob, Array("never written".utf8))
            let object = try fixture.repository.read(id)
            let header = try fixture.repository.header(id)
            let nothing = try fixture.repository.read(.zero)
            #expect(object == nil)
            #expect(header == nil)
            #expect(nothing == nil)
            #expect(!fixture.repository.contains(id))
            #expect(throws: GitError.missingObject(id)) {
                try fixture.repository.read(id, as: .blob)
            }
        }
    }

    @Test func anotherKindThanAskedForIsRefused() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, [])
            #expect(throws: GitError.wrongKind(id, expected: .commit, found: .blob)) {
                try fixture.repository.read(id, as: .commit)
            }
        }
    }

    @Test func anObjectUnderAnotherIdIsCorrupt() throws {
        try TemporaryRepository.with { fixture in
            let right = try fixture.repository.write(.blob, Array("right".utf8))
            let wrong = ObjectID.hash(.blob, Array("wrong".utf8))
            try fixture.copyLooseObject(right, to: wrong)
            #expect(throws: GitError.self) { try fixture.reopened().read(wrong) }
            do {
                _ = try fixture.reopened().read(wrong)
            } catch GitError.corruptObject(let id, _) {
                #expect(id == wrong)
            }
        }
    }

    @Test func anObjectWithMoreBehindItIsCorrupt() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, Array("x".utf8))
            let path = fixture.looseObject(id).string
            var bytes = try #require(FileManager.default.contents(atPath: path))
            bytes.append(0)
            try FileManager.default.removeItem(atPath: path)
            try bytes.write(to: URL(filePath: path))
            #expect(throws: GitError.corruptObject(id, why: "the file goes on after its end")) {
                try fixture.repository.read(id)
            }
        }
    }

    @Test func objectsOfAnAlternateAreRead() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, Array("shared".utf8))
            let borrower = fixture.directory.appending("borrower.git")
            try fixture.git("clone", "-q", "--bare", "--shared", ".", borrower.string)
            let repository = try GitRepository.open(at: borrower)
            #expect(try repository.read(id)?.bytes == Array("shared".utf8))
            try Data("junk".utf8).write(to: fixture.emptied(id))
            #expect(throws: GitError.self) { try repository.read(id) }
        }
    }

    @Test func aTruncatedObjectIsCorrupt() throws {
        try TemporaryRepository.with { fixture in
            let id = try fixture.repository.write(.blob, Array("to be cut short".utf8))
            let path = fixture.looseObject(id).string
            let bytes = try #require(FileManager.default.contents(atPath: path))
            let repository = try fixture.reopened()
            for length in 0..<bytes.count {
                try FileManager.default.removeItem(atPath: path)
                try bytes.prefix(length).write(to: URL(filePath: path))
                do {
                    _ = try repository.read(id)
                    Issue.record("an object of \(length) of \(bytes.count) bytes was read")
                } catch GitError.corruptObject(let found, _) {
                    #expect(found == id)
                }
            }
        }
    }
}

extension TemporaryRepository {
    func looseObject(_ id: ObjectID) -> FilePath {
        path.appending("objects").appending(String(id.hex.prefix(2)))
            .appending(String(id.hex.dropFirst(2)))
    }

    /// Where the object was.
    func emptied(_ id: ObjectID) throws -> URL {
        let path = looseObject(id).string
        try FileManager.default.removeItem(atPath: path)
        return URL(filePath: path)
    }

    func copyLooseObject(_ id: ObjectID, to other: ObjectID) throws {
        let target = looseObject(other)
        try FileManager.default.createDirectory(
            atPath: target.removingLastComponent().string, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: looseObject(id).string, toPath: target.string)
    }
}
