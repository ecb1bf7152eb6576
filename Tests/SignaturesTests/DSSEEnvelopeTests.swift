import Crypto
import Testing

@testable import Signatures

/// Envelopes of our own services and of other tools' P-256 keys.
@Suite struct DSSEEnvelopeTests {
    private let text = [UInt8]("hello world".utf8)

    /// The example of DSSE's specification, its signature written in DER.
    private static let example = (
        key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jgMeCvV"
            + "TiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==",
        signature:
            "MEQCIANyarEBrVbCdjtsaqyOSHJ14qeRk6CdxfhZ2fjvPEo7AiBR6rDAajabZKciJTfUiHqJPcIAriEG"
            + "AHTVeCUjW2JIZA=="
    )

    private func example() throws -> DSSEEnvelope {
        let signature = try #require(Base64.decode(Self.example.signature.utf8))
        return DSSEEnvelope(
            payloadType: "http://example.com/HelloWorld", payload: text,
            signatures: [.init(keyID: "", bytes: signature)])
    }

    @Test func theSpecificationsExampleIsRead() throws {
        let envelope = try example()
        #expect(
            envelope.signedBytes
                == [UInt8]("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
        let key = try PublicKey(subjectPublicKeyInfo: Self.example.key)
        #expect(envelope.verify(with: key) == .good(key))
    }

    @Test func typeAndPayloadAreSigned() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Self.example.key)
        var other = try example()
        other.payloadType = "http://example.com/HelloWorlds"
        #expect(other.verify(with: key) == .bad(reason: .mismatch))
        other = try example()
        other.payload += [0]
        #expect(other.verify(with: key) == .bad(reason: .mismatch))
    }

    @Test func aSignatureThatIsNotDERIsRefused() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Self.example.key)
        let right = try example().signatures[0].bytes
        let der = try P256.Signing.ECDSASignature(derRepresentation: right)
        // A longer form of the length, bytes after the end, the two numbers alone, none at all.
        let forms = [
            [0x30, 0x81] + right.dropFirst(), right + [0], [UInt8](der.rawRepresentation), [],
        ]
        for bytes in forms {
            var envelope = try example()
            envelope.signatures[0].bytes = bytes
            #expect(envelope.verify(with: key) == .bad(reason: .mismatch))
        }
    }

    @Test func whatAServiceSignsIsItsAlone() throws {
        let key = try ServiceKey.generate(comment: "registry")
        let other = try ServiceKey.generate(comment: "runner")
        var envelope = try DSSEEnvelope.signed(text, type: "text/plain", by: key)
        #expect(envelope.signatures.map(\.keyID) == [key.publicKey.fingerprint])
        #expect(envelope.verify(with: key.publicKey) == .good(key.publicKey))
        #expect(envelope.verify(with: other.publicKey) == .bad(reason: .mismatch))
        try envelope.sign(with: other)
        #expect(envelope.verify(with: key.publicKey) == .good(key.publicKey))
        #expect(envelope.verify(with: other.publicKey) == .good(other.publicKey))
    }

    @Test func aKeyIDProvesNothing() throws {
        let key = try ServiceKey.generate(comment: "registry")
        let other = try ServiceKey.generate(comment: "runner")
        var envelope = try DSSEEnvelope.signed(text, type: "text/plain", by: key)
        envelope.signatures[0].keyID = other.publicKey.fingerprint
        #expect(envelope.verify(with: key.publicKey) == .good(key.publicKey))
        #expect(envelope.verify(with: other.publicKey) == .bad(reason: .mismatch))
    }

    @Test func aCommitsSignatureIsNoEnvelopes() throws {
        let key = try ServiceKey.generate(comment: "registry")
        let envelope = DSSEEnvelope(payloadType: "text/plain", payload: text)
        let armor = try key.sign(envelope.signedBytes)
        let signature = try SSHSignature.parse(armor: [UInt8](armor.utf8)).signatureBytes
        var forged = envelope
        forged.signatures = [.init(keyID: "", bytes: signature)]
        #expect(forged.verify(with: key.publicKey) == .bad(reason: .mismatch))
    }

    @Test func anEnvelopeWithoutSignaturesIsUnsigned() throws {
        let key = try ServiceKey.generate(comment: "registry")
        let envelope = DSSEEnvelope(payloadType: "text/plain", payload: text)
        #expect(envelope.verify(with: key.publicKey) == .bad(reason: .unsigned))
    }

    @Test func keysOfOtherKindsAreNotChecked() throws {
        try Sandbox.with { sandbox in
            for (type, name) in [
                ("rsa -b 3072", "ssh-rsa"), ("ecdsa -b 384", "ecdsa-sha2-nistp384"),
            ] {
                let key = try sandbox.makeKey(name, "-t \(type)")
                #expect(try example().verify(with: key) == .unsupported(name))
            }
        }
    }
}
