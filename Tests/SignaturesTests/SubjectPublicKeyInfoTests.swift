import Crypto
import Testing

@testable import Signatures

/// P-256 keys in the form of X.509.
@Suite struct SubjectPublicKeyInfoTests {
    private let key = P256.Signing.PrivateKey().publicKey

    @Test func aKeyIsReadAndWrittenAsOpenSSLWritesIt() throws {
        try Sandbox.with { sandbox in
            try sandbox.sh(
                "openssl ecparam -name prime256v1 -genkey -noout -out key && "
                    + "openssl pkey -in key -pubout -out pem && "
                    + "openssl pkey -in key -pubout -outform DER -out der")
            let pem = try String(decoding: sandbox.read("pem"), as: UTF8.self)
            let read = try PublicKey(subjectPublicKeyInfo: pem)
            #expect(read.type == .ecdsaP256)
            #expect(read.pem == pem)
            #expect(try read.subjectPublicKeyInfo == sandbox.read("der"))
            #expect(try read == PublicKey(subjectPublicKeyInfo: sandbox.read("der")))
        }
    }

    @Test func theSameKeyInOpenSSHsFormIsTheSameKey() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", "-t ecdsa -b 256")
            let pem = try #require(key.pem)
            #expect(try PublicKey(subjectPublicKeyInfo: pem) == key)
            #expect(try sandbox.makeKey("other").pem == nil)
        }
    }

    @Test func otherBytesAreNoKey() throws {
        let der = [UInt8](key.derRepresentation)
        let compressed = [UInt8](key.compressedRepresentation)
        var offCurve = der
        offCurve[der.count - 1] ^= 1
        let wrong = [
            [], Array(der.dropLast()), der + [0], [0x31] + der.dropFirst(), offCurve,
            Array(der.prefix(26)) + compressed,
            [UInt8](P384.Signing.PrivateKey().publicKey.derRepresentation),
        ]
        for bytes in wrong {
            #expect(throws: SignatureFault.self) { try PublicKey(subjectPublicKeyInfo: bytes) }
        }
    }

    @Test(arguments: ["", "key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func otherTextIsNoKey(text: String) {
        #expect(throws: SignatureFault.self) { try PublicKey(subjectPublicKeyInfo: text) }
    }
}
