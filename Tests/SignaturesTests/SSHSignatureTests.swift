import Crypto
import Testing

@testable import Signatures

/// Signatures that OpenSSH would not write, each with its named fault.
@Suite struct SSHSignatureTests {
    static let message = "the payload".bytes

    /// A signature file taken apart, so that one part can be wrong.
    struct Parts {
        var magic = "SSHSIG"
        var version: UInt32 = 1
        var key: [UInt8]
        var namespace = "git"
        var reserved = ""
        var hash = "sha512"
        var signature: [UInt8]
        var rest: [UInt8] = []

        init() throws {
            let armor = try Sample.key().sign(message).bytes
            let sound = try SSHSignature.parse(armor: armor)
            key = sound.publicKey.blob
            signature = encoded("ssh-ed25519", sound.signatureBytes)
        }

        var blob: [UInt8] {
            var writer = WireWriter()
            writer.raw(magic.utf8)
            writer.uint32(version)
            writer.string(key)
            writer.string(namespace)
            writer.string(reserved)
            writer.string(hash)
            writer.string(signature)
            writer.raw(rest)
            return writer.bytes
        }

        func verify() -> SignatureVerdict {
            SSHSignature.verify(armor: SSHSignature.armor(blob), over: message)
        }
    }

    static func encoded(_ fields: String..., numbers: [[UInt8]] = []) -> [UInt8] {
        encoded(fields.map(\.bytes) + numbers)
    }

    static func encoded(_ type: String, _ content: [UInt8]) -> [UInt8] {
        encoded([type.bytes, content])
    }

    static func encoded(_ fields: [[UInt8]]) -> [UInt8] {
        var writer = WireWriter()
        for field in fields { writer.string(field) }
        return writer.bytes
    }

    private func verdict(_ change: (inout Parts) throws -> Void) throws -> SignatureVerdict {
        var parts = try Parts()
        try change(&parts)
        return parts.verify()
    }

    @Test func soundSignatureIsGood() throws {
        let verdict = try verdict { _ in }
        #expect(verdict == .good(try Sample.key().publicKey))
        #expect(verdict.key == (try Sample.key().publicKey))
    }

    @Test(arguments: [0, 2, UInt32.max])
    func otherVersionIsRefused(_ version: UInt32) throws {
        let verdict = try verdict { $0.version = version }
        #expect(verdict == .bad(reason: .unknownVersion(version)))
    }

    @Test func otherMagicIsRefused() throws {
        #expect(try verdict { $0.magic = "SSHSIH" } == .bad(reason: .missingMagic))
    }

    @Test(arguments: ["file", "", "Git", "git\0"])
    func otherNamespaceIsRefused(_ name: String) throws {
        #expect(try verdict { $0.namespace = name } == .bad(reason: .wrongNamespace(name)))
    }

    @Test func reservedBytesAreRefused() throws {
        #expect(try verdict { $0.reserved = "x" } == .bad(reason: .reservedNotEmpty))
    }

    @Test(arguments: ["sha1", "md5", "", "SHA512"])
    func otherHashIsRefused(_ name: String) throws {
        #expect(try verdict { $0.hash = name } == .bad(reason: .weakHash(name)))
    }

    @Test func trailingBytesAreRefused() throws {
        #expect(try verdict { $0.rest = [0] } == .bad(reason: .trailingBytes))
        #expect(try verdict { $0.signature.append(0) } == .bad(reason: .trailingBytes))
        #expect(
            try verdict { $0.key.append(0) } == .bad(reason: .malformedKey("ssh-ed25519")))
    }

    @Test func everyShorterBlobIsRefusedAsTruncated() throws {
        let blob = try Parts().blob
        for count in 6..<blob.count {
            let verdict = SSHSignature.verify(
                armor: SSHSignature.armor([UInt8](blob[..<count])), over: Self.message)
            #expect(verdict == .bad(reason: .truncated), "cut at \(count)")
        }
    }

    @Test func lengthBeyondTheEndIsRefused() throws {
        var blob = try Parts().blob
        blob.replaceSubrange(10..<14, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let verdict = SSHSignature.verify(armor: SSHSignature.armor(blob), over: Self.message)
        #expect(verdict == .bad(reason: .truncated))
    }

    @Test func signatureOfAnotherTypeThanTheKeyIsRefused() throws {
        let type = "ecdsa-sha2-nistp256"
        let verdict = try verdict { $0.signature = Self.encoded(type, [1]) }
        #expect(verdict == .bad(reason: .wrongSignatureType(type, key: "ssh-ed25519")))
    }

    @Test func signatureOfAnotherLengthIsRefused() throws {
        let verdict = try verdict {
            $0.signature = Self.encoded("ssh-ed25519", [UInt8](repeating: 0, count: 63))
        }
        #expect(verdict == .bad(reason: .malformedSignature("ssh-ed25519")))
    }

    @Test func signatureOfAnotherKeyDoesNotMatch() throws {
        let other = try Sample.key(2).publicKey.blob
        #expect(try verdict { $0.key = other } == .bad(reason: .mismatch))
    }

    @Test func scalarAboveTheGroupOrderDoesNotMatch() throws {
        let order: [UInt8] = [
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9,
            0xDE, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        let sound = try SSHSignature.parse(armor: Sample.key().sign(Self.message).bytes)
        var bytes = sound.signatureBytes
        var carry = 0
        for index in 0..<32 {
            let sum = Int(bytes[32 + index]) + Int(order[index]) + carry
            bytes[32 + index] = UInt8(sum & 0xFF)
            carry = sum >> 8
        }
        let verdict = try verdict { $0.signature = Self.encoded("ssh-ed25519", bytes) }
        #expect(verdict == .bad(reason: .mismatch))
    }

    @Test(arguments: [
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "ssh-mldsa65", "ssh-dss",
        "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com",
    ])
    func otherKeyTypesAreUnsupported(_ type: String) throws {
        let verdict = try verdict {
            $0.key = Self.encoded(type, [1, 2, 3])
            $0.signature = Self.encoded(type, [4, 5, 6]) + [1, 0, 0, 0, 9]
        }
        #expect(verdict == .unsupported(type))
    }

    @Test func sha256OfTheMessageIsAccepted() throws {
        let key = Curve25519.Signing.PrivateKey()
        let signed = SSHSignature.signedBytes(of: Self.message, hash: .sha256)
        let signature = [UInt8](try key.signature(for: signed))
        let verdict = try verdict {
            $0.hash = "sha256"
            $0.key = Self.encoded("ssh-ed25519", [UInt8](key.publicKey.rawRepresentation))
            $0.signature = Self.encoded("ssh-ed25519", signature)
        }
        #expect(verdict.key?.type == .ed25519)
    }
}
