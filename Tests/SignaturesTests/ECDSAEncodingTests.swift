import Crypto
import Testing

@testable import Signatures

/// The numbers r and s of an ECDSA signature have one encoding.
@Suite struct ECDSAEncodingTests {
    private static let type = "ecdsa-sha2-nistp256"
    private static let key = P256.Signing.PrivateKey()

    private static var keyBlob: [UInt8] {
        SSHSignatureTests.encoded([
            type.bytes, "nistp256".bytes, [UInt8](key.publicKey.x963Representation),
        ])
    }

    private func numbers() throws -> (r: [UInt8], s: [UInt8]) {
        let signed = SSHSignature.signedBytes(of: SSHSignatureTests.message, hash: .sha512)
        let raw = [UInt8](try Self.key.signature(for: signed).rawRepresentation)
        return (Self.shortest(raw.prefix(32)), Self.shortest(raw.suffix(32)))
    }

    private static func shortest(_ number: ArraySlice<UInt8>) -> [UInt8] {
        let digits = [UInt8](number.drop { $0 == 0 })
        return digits.first.map { $0 >= 0x80 } == true ? [0] + digits : digits
    }

    private func verdict(r: [UInt8], s: [UInt8], rest: [UInt8] = []) throws -> SignatureVerdict {
        var parts = try SSHSignatureTests.Parts()
        parts.key = Self.keyBlob
        parts.signature = SSHSignatureTests.encoded(
            Self.type, SSHSignatureTests.encoded([r, s]) + rest)
        return parts.verify()
    }

    @Test func shortestNumbersAreGood() throws {
        let (r, s) = try numbers()
        #expect(try verdict(r: r, s: s) == .good(try PublicKey(blob: Self.keyBlob)))
    }

    @Test func otherEncodingsAreMalformed() throws {
        let (r, s) = try numbers()
        let malformed = SignatureVerdict.bad(reason: .malformedSignature(Self.type))
        #expect(try verdict(r: [0] + r, s: s) == malformed)
        #expect(try verdict(r: r, s: [0] + s) == malformed)
        #expect(try verdict(r: [0x80] + r, s: s) == malformed)
        #expect(try verdict(r: [], s: s) == malformed)
        #expect(try verdict(r: [0], s: s) == malformed)
        #expect(try verdict(r: r, s: [UInt8](repeating: 1, count: 33)) == malformed)
        #expect(try verdict(r: r, s: s, rest: [0]) == malformed)
    }

    @Test func zeroedNumbersDoNotMatch() throws {
        let (r, s) = try numbers()
        #expect(try verdict(r: [1], s: s) == .bad(reason: .mismatch))
        #expect(try verdict(r: s, s: r) == .bad(reason: .mismatch))
    }

    @Test func pointsOffTheCurveAreMalformed() throws {
        var point = [UInt8](Self.key.publicKey.x963Representation)
        point[64] ^= 1
        let blob = SSHSignatureTests.encoded([Self.type.bytes, "nistp256".bytes, point])
        #expect(throws: SignatureFault.malformedKey(Self.type)) { try PublicKey(blob: blob) }
        let compressed = [UInt8](Self.key.publicKey.compressedRepresentation)
        let short = SSHSignatureTests.encoded([Self.type.bytes, "nistp256".bytes, compressed])
        #expect(throws: SignatureFault.malformedKey(Self.type)) { try PublicKey(blob: short) }
        let curve = SSHSignatureTests.encoded([
            Self.type.bytes, "nistp384".bytes, [UInt8](Self.key.publicKey.x963Representation),
        ])
        #expect(throws: SignatureFault.malformedKey(Self.type)) { try PublicKey(blob: curve) }
    }
}
