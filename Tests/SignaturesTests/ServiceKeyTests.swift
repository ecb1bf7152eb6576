import SystemPackage
import Testing

@testable import Signatures

@Suite struct ServiceKeyTests {
    @Test func writtenKeyFileIsReadBack() throws {
        try Sandbox.with { sandbox in
            let key = try ServiceKey.generate(comment: "a comment")
            let path = sandbox.path("key")
            try key.write(to: path)
            #expect(try sandbox.sh("stat -c %a key") == "600\n")
            let read = try ServiceKey(contentsOf: path)
            #expect(read.publicKey == key.publicKey)
            #expect(read.comment == "a comment")
            #expect(read.privateKeyFile() == key.privateKeyFile())
            #expect(throws: SigningError.file(path, action: "write", .fileExists)) {
                try key.write(to: path)
            }
        }
    }

    @Test func unencryptedKeyOfSSHKeygenSigns() throws {
        try Sandbox.with { sandbox in
            let publicKey = try sandbox.makeKey("key")
            let key = try ServiceKey(contentsOf: sandbox.path("key"))
            #expect(key.publicKey == publicKey)
            #expect(key.comment == "a comment")
            let armor = try key.sign([1, 2, 3]).bytes
            #expect(SSHSignature.verify(armor: armor, over: [1, 2, 3]) == .good(publicKey))
        }
    }

    @Test func signatureIsTheOneSSHKeygenMakes() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            try sandbox.write([1, 2, 3], to: "message")
            try sandbox.sh("ssh-keygen -q -Y sign -n git -f key message")
            let key = try ServiceKey(contentsOf: sandbox.path("key"))
            #expect(try key.sign([1, 2, 3]).bytes == sandbox.read("message.sig"))
        }
    }

    @Test(arguments: ["640", "604", "620", "677"])
    func keyThatOthersMayReachIsRefused(_ mode: String) throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            try sandbox.sh("chmod \(mode) key")
            let path = sandbox.path("key")
            #expect(throws: SigningError.openToOthers(path)) { try ServiceKey(contentsOf: path) }
        }
    }

    @Test func keyThatCannotSignInProcessIsRefusedWithItsReason() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("ecdsa", "-t ecdsa")
            try sandbox.sh("ssh-keygen -q -t ed25519 -N secret -f locked")
            try sandbox.write("hello\n".bytes, to: "text")
            try sandbox.sh("chmod 600 text; mkdir folder; head -c 100000 /dev/zero > huge")
            try sandbox.sh("chmod 600 huge folder; mkfifo -m 600 fifo")
            let wrong: [(String, SigningError)] = [
                ("ecdsa", .wrongKeyType(sandbox.path("ecdsa"), "ecdsa-sha2-nistp256")),
                ("locked", .encrypted(sandbox.path("locked"))),
                ("missing", .file(sandbox.path("missing"), action: "read", .noSuchFileOrDirectory)),
                ("folder", .notAKey(sandbox.path("folder"), "not a regular file")),
                ("fifo", .notAKey(sandbox.path("fifo"), "not a regular file")),
                ("huge", .notAKey(sandbox.path("huge"), "larger than 65536 bytes")),
                ("text", .notAKey(sandbox.path("text"), "\(SignatureFault.malformedArmor)")),
            ]
            for (name, error) in wrong {
                #expect(throws: error) { try ServiceKey(contentsOf: sandbox.path(name)) }
            }
        }
    }

    @Test func halvesOfTwoKeysAreRefused() throws {
        try Sandbox.with { sandbox in
            let (one, other) = (try Sample.key(1), try Sample.key(2))
            let point = [UInt8](other.publicKey.blob.suffix(32))
            let text = PrivateKeyFile.text(
                publicKey: other.publicKey, point: point,
                seed: [UInt8](repeating: 1, count: 32), comment: one.comment)
            try sandbox.write(text, to: "key")
            try sandbox.sh("chmod 600 key")
            let reason = "its private and public parts do not belong together"
            #expect(throws: SigningError.notAKey(sandbox.path("key"), reason)) {
                try ServiceKey(contentsOf: sandbox.path("key"))
            }
        }
    }

    @Test func damagedKeyFileIsRefused() throws {
        let text = try Sample.key().privateKeyFile().bytes
        let blob = try #require(Armor.unwrap(text, label: PrivateKeyFile.label))
        for count in 0..<blob.count - 1 {
            let cut = Armor.wrap([UInt8](blob[..<count]), label: PrivateKeyFile.label)
            #expect(throws: SignatureFault.self) { try PrivateKeyFile(text: cut) }
        }
    }
}
