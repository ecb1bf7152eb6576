import Testing

@testable import Signatures

@Suite struct PublicKeyTests {
    @Test func lineIsReadWithAndWithoutCommentAndLineEnd() throws {
        let key = try Sample.key().publicKey
        let line = key.openSSHLine
        #expect(line == AllowedSignersTests.first)
        for text in [line, line + "\n", line + " a comment\n", line + "\ta", " " + line] {
            #expect(try PublicKey(openSSHLine: text) == key, "\(text)")
        }
    }

    @Test func otherTextIsRefused() throws {
        let line = try Sample.key().publicKey.openSSHLine
        let blob = line.split(separator: " ")[1]
        let wrong: [(String, SignatureFault)] = [
            ("", .malformedKey("public key line")),
            ("ssh-ed25519", .malformedKey("public key line")),
            ("\(line)\n\(line)\n", .malformedKey("public key line")),
            ("ssh-ed25519\u{A0}\(blob)", .malformedKey("public key line")),
            ("ssh-rsa \(blob)", .malformedKey("ssh-rsa")),
            ("ssh-ed25519 AAAA", .malformedKey("public key")),
            ("ssh-ed25519 \(blob.dropLast(4))", .malformedKey("ssh-ed25519")),
            ("ssh-ed25519 \(blob)AAAA", .malformedKey("ssh-ed25519")),
        ]
        for (text, fault) in wrong {
            #expect(throws: fault, "\(text)") { try PublicKey(openSSHLine: text) }
        }
    }

    @Test func aKindWithoutANameIsRefused() throws {
        #expect(throws: SignatureFault.malformedKey("public key")) {
            try PublicKey(blob: SSHSignatureTests.encoded([[], "x".bytes]))
        }
    }

    @Test func rsaNumbersOutsideTheRulesAreRefused() throws {
        let exponent: [UInt8] = [1, 0, 1]
        let modulus = [0] + [UInt8](repeating: 0xFF, count: 384)
        func blob(_ exponent: [UInt8], _ modulus: [UInt8]) -> [UInt8] {
            SSHSignatureTests.encoded(["ssh-rsa".bytes, exponent, modulus])
        }
        #expect(try PublicKey(blob: blob(exponent, modulus)).type == .rsa)
        let even = [UInt8](modulus.dropLast()) + [0xFE]
        let wrong: [[UInt8]] = [
            blob([], modulus), blob([1], modulus), blob([4], modulus), blob([0x80, 1], modulus),
            blob([1, 0, 0, 0, 1], modulus), blob([0, 1, 0, 1], modulus), blob(exponent, []),
            blob(exponent, [0] + modulus), blob(exponent, even),
            blob(exponent, [UInt8](modulus.dropFirst())),
            blob(exponent, [0] + [UInt8](repeating: 0xFF, count: 2049)),
        ]
        for bytes in wrong {
            #expect(throws: SignatureFault.malformedKey("ssh-rsa")) { try PublicKey(blob: bytes) }
        }
        #expect(throws: SignatureFault.shortKey(bits: 3071)) {
            try PublicKey(blob: blob(exponent, [0x7F] + [UInt8](repeating: 0xFF, count: 383)))
        }
    }
}
