import SoftwareKeys
import Testing

@testable import Signatures

/// Keys and signatures of security keys have one encoding each.
@Suite struct SecurityKeyEncodingTests {
    private static let message = SSHSignatureTests.message

    private func verdict(_ key: SoftwareKey, _ signature: [UInt8]) -> SignatureVerdict {
        let blob = SSHSignature.blob(key: key.publicKey, signature: signature)
        return SSHSignature.verify(armor: SSHSignature.armor(blob), over: Self.message)
    }

    private func signature(of key: SoftwareKey) throws -> [UInt8] {
        try key.signature(over: SSHSignature.signedBytes(of: Self.message, hash: .sha512))
    }

    /// The first strings of SSH's encoding, and what follows them.
    private static func strings(
        _ count: Int, of bytes: [UInt8]
    ) -> (strings: [[UInt8]], rest: [UInt8]) {
        var reader = WireReader(bytes)
        let strings = (0..<count).map { _ in reader.string() ?? [] }
        var rest: [UInt8] = []
        while let byte = reader.byte() { rest.append(byte) }
        return (strings, rest)
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func everyShorterSignatureIsTruncated(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind)
        let sound = try signature(of: key)
        #expect(verdict(key, sound) == .good(key.publicKey))
        for count in 0..<sound.count {
            let verdict = verdict(key, [UInt8](sound[..<count]))
            #expect(verdict == .bad(reason: .truncated), "cut at \(count)")
        }
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func everyShorterKeyIsMalformed(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind).publicKey
        #expect(try PublicKey(blob: key.blob) == key)
        #expect(try PublicKey(openSSHLine: key.openSSHLine + " comment") == key)
        let name = key.type.name
        for count in (4 + name.utf8.count)..<key.blob.count {
            #expect(throws: SignatureFault.malformedKey(name), "cut at \(count)") {
                try PublicKey(blob: [UInt8](key.blob[..<count]))
            }
        }
        #expect(throws: SignatureFault.malformedKey(name)) { try PublicKey(blob: key.blob + [0]) }
    }

    @Test(arguments: ["", "ssh:\0", "ssh:\n", "ssh:ß", String(repeating: "a", count: 256)])
    func anApplicationThatIsNotPlainTextIsMalformed(_ application: String) throws {
        for kind in SoftwareKey.Kind.allCases {
            let type = try SoftwareKey(kind).publicKey.type.name
            #expect(throws: SignatureFault.malformedKey(type)) {
                try SoftwareKey(kind, application: application)
            }
        }
    }

    @Test func aPointOffTheCurveIsMalformed() throws {
        let key = try SoftwareKey(.ecdsa).publicKey
        var blob = key.blob
        blob[blob.count - 4 - "ssh:".utf8.count - 1] ^= 1
        #expect(throws: SignatureFault.malformedKey(key.type.name)) { try PublicKey(blob: blob) }
    }

    @Test func numbersInALongerFormAreMalformed() throws {
        for kind in [SoftwareKey.Kind.ecdsa, .browser] {
            let key = try SoftwareKey(kind)
            let (parts, fields) = Self.strings(2, of: try signature(of: key))
            let numbers = Self.strings(2, of: parts[1]).strings
            for wrong in [
                parts[1] + [0], Wire.string([0] + numbers[0]) + Wire.string(numbers[1]),
                Wire.string(numbers[0]) + Wire.string([0] + numbers[1]),
                Wire.string(numbers[0]), [],
            ] {
                let altered = Wire.string(parts[0]) + Wire.string(wrong) + fields
                #expect(verdict(key, altered) == .bad(reason: .malformedSignature(kind.rawValue)))
            }
        }
    }

    @Test func aSignatureOfAnotherTypeThanTheKeyIsRefused() throws {
        for (kind, other) in [
            (SoftwareKey.Kind.ed25519, "sk-ecdsa-sha2-nistp256@openssh.com"),
            (.ed25519, "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"), (.ed25519, "ssh-ed25519"),
            (.ecdsa, "ecdsa-sha2-nistp256"), (.ecdsa, "sk-ssh-ed25519@openssh.com"),
        ] {
            let key = try SoftwareKey(kind)
            let fields = try signature(of: key).dropFirst(4 + kind.rawValue.utf8.count)
            #expect(
                verdict(key, Wire.string(other) + fields)
                    == .bad(reason: .wrongSignatureType(other, key: kind.rawValue)))
        }
    }

    /// An assertion made for one kind of signature is no signature of the other kind.
    @Test func aPlainSignatureIsNoBrowsersAndTheOtherWayRound() throws {
        let plain = try SoftwareKey(.ecdsa)
        let type = SoftwareKey.Kind.browser.rawValue
        let fields = try signature(of: plain).dropFirst(4 + plain.kind.rawValue.utf8.count)
        #expect(verdict(plain, Wire.string(type) + fields) == .bad(reason: .truncated))
        let browser = try SoftwareKey(.browser)
        let cut = try signature(of: browser).dropFirst(4 + type.utf8.count)
        #expect(
            verdict(browser, Wire.string(plain.kind.rawValue) + cut)
                == .bad(reason: .trailingBytes))
    }

    private func demandSSHKeygenAgrees(_ blob: [UInt8], _ key: SoftwareKey) throws {
        try Sandbox.with { sandbox in
            let line = AllowedSigners.line(principal: "jane", key: key.publicKey)
            try sandbox.write(line.bytes + [10], to: "allowed")
            try sandbox.write(SSHSignature.armor(blob), to: "armor")
            try sandbox.write(Self.message, to: "message")
            try sandbox.sh("ssh-keygen -Y verify -f allowed -I jane -n git -s armor < message")
        }
    }

    /// Anybody can make it: an approval is therefore known by the hash of its payload.
    @Test(arguments: [SoftwareKey.Kind.ecdsa, .browser])
    func theTwinOfASignatureIsGoodToo(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind)
        let (parts, fields) = Self.strings(2, of: try signature(of: key))
        let numbers = Self.strings(2, of: parts[1]).strings
        let twin = Wire.string(numbers[0]) + Wire.number(Self.order(minus: numbers[1]))
        let altered = Wire.string(parts[0]) + Wire.string(twin) + fields
        #expect(verdict(key, altered) == .good(key.publicKey))
        try demandSSHKeygenAgrees(
            SSHSignature.blob(key: key.publicKey, signature: altered), key)
    }

    /// The order of P-256's group less a number below it.
    private static func order(minus number: [UInt8]) -> [UInt8] {
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63,
            0x25, 0x51,
        ]
        let padded = [UInt8]([UInt8](repeating: 0, count: 32) + number).suffix(32)
        var borrow = 0
        let digits = zip(order, padded).reversed().map { digit, less in
            let rest = Int(digit) - Int(less) - borrow
            borrow = rest < 0 ? 1 : 0
            return UInt8(truncatingIfNeeded: rest)
        }
        return digits.reversed()
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func aSignatureOverSHA256IsGood(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind)
        var parts = try SSHSignatureTests.Parts()
        parts.hash = "sha256"
        parts.key = key.publicKey.blob
        parts.signature = try key.signature(
            over: SSHSignature.signedBytes(of: Self.message, hash: .sha256))
        #expect(parts.verify() == .good(key.publicKey))
        try demandSSHKeygenAgrees(parts.blob, key)
        parts.hash = "sha512"
        let fault: SignatureFault = kind == .browser ? .wrongClientData : .mismatch
        #expect(parts.verify() == .bad(reason: fault))
    }
}
