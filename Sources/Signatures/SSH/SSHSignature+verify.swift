import Crypto
import CryptoExtras
import Foundation

extension SSHSignature {
    /// Parses an armored signature and checks it over `message`.
    package static func verify(armor: [UInt8], over message: [UInt8]) -> SignatureVerdict {
        do {
            return try parse(armor: armor).verify(message)
        } catch {
            if case .otherFormat(let name) = error { return .unsupported(name) }
            return .bad(reason: error)
        }
    }

    /// Checks the signature over `message`; whose key it is, and when it was valid, stays open.
    package func verify(_ message: [UInt8]) -> SignatureVerdict {
        let signed = Self.signedBytes(of: message, hash: hashAlgorithm)
        do {
            switch publicKey.material {
            case .ed25519(let point): return try verifyEd25519(signed, point)
            case .ecdsa(.p256, let point): return try verifyP256(signed, point)
            case .ecdsa(.p384, let point): return try verifyP384(signed, point)
            case .ecdsa(.p521, let point): return try verifyP521(signed, point)
            case .rsa(let modulus, let exponent): return try verifyRSA(signed, modulus, exponent)
            case .securityEd25519(let point, _):
                return try verifyEd25519(asserted(over: signed), point)
            case .securityP256(let point, _):
                return try verifyP256(asserted(over: signed), point)
            case .opaque: return .unsupported(signatureType)
            }
        } catch {
            return .bad(reason: error)
        }
    }

    /// What a security key signs in place of `signed`, its assertion's own rules checked.
    private func asserted(over signed: [UInt8]) throws(SignatureFault) -> [UInt8] {
        guard let assertion else { throw .truncated }
        try assertion.demandSound(over: signed)
        return assertion.signedBytes(over: signed)
    }

    private func verifyEd25519(
        _ signed: [UInt8], _ point: [UInt8]
    ) throws(SignatureFault) -> SignatureVerdict {
        try demandType()
        guard signatureBytes.count == 64 else { throw .malformedSignature(signatureType) }
        let key = try library { try Curve25519.Signing.PublicKey(rawRepresentation: point) }
        return verdict(key.isValidSignature(signatureBytes, for: signed))
    }

    private func verifyP256(
        _ signed: [UInt8], _ point: [UInt8]
    ) throws(SignatureFault) -> SignatureVerdict {
        let raw = try rawECDSA(.p256)
        let key = try library { try P256.Signing.PublicKey(x963Representation: point) }
        let signature = try library { try P256.Signing.ECDSASignature(rawRepresentation: raw) }
        return verdict(key.isValidSignature(signature, for: SHA256.hash(data: signed)))
    }

    private func verifyP384(
        _ signed: [UInt8], _ point: [UInt8]
    ) throws(SignatureFault) -> SignatureVerdict {
        let raw = try rawECDSA(.p384)
        let key = try library { try P384.Signing.PublicKey(x963Representation: point) }
        let signature = try library { try P384.Signing.ECDSASignature(rawRepresentation: raw) }
        return verdict(key.isValidSignature(signature, for: SHA384.hash(data: signed)))
    }

    private func verifyP521(
        _ signed: [UInt8], _ point: [UInt8]
    ) throws(SignatureFault) -> SignatureVerdict {
        let raw = try rawECDSA(.p521)
        let key = try library { try P521.Signing.PublicKey(x963Representation: point) }
        let signature = try library { try P521.Signing.ECDSASignature(rawRepresentation: raw) }
        return verdict(key.isValidSignature(signature, for: SHA512.hash(data: signed)))
    }

    private func verifyRSA(
        _ signed: [UInt8], _ modulus: [UInt8], _ exponent: [UInt8]
    ) throws(SignatureFault) -> SignatureVerdict {
        try demandType()
        guard signatureBytes.count == modulus.count else {
            throw .malformedSignature(signatureType)
        }
        let key = try library { try _RSA.Signing.PublicKey(n: modulus, e: exponent) }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signatureBytes)
        let padding = _RSA.Signing.Padding.insecurePKCS1v1_5
        guard signatureType == "rsa-sha2-256" else {
            let digest = SHA512.hash(data: signed)
            return verdict(key.isValidSignature(signature, for: digest, padding: padding))
        }
        let digest = SHA256.hash(data: signed)
        return verdict(key.isValidSignature(signature, for: digest, padding: padding))
    }

    /// Turns `mpint r | mpint s` into two numbers of the curve's width.
    private func rawECDSA(_ curve: KeyMaterial.Curve) throws(SignatureFault) -> [UInt8] {
        try demandType()
        var reader = WireReader(signatureBytes)
        guard let r = reader.positiveInteger(), let s = reader.positiveInteger(),
            reader.isAtEnd, r.count <= curve.width, s.count <= curve.width
        else { throw .malformedSignature(signatureType) }
        return [r, s].flatMap { [UInt8](repeating: 0, count: curve.width - $0.count) + $0 }
    }

    private func demandType() throws(SignatureFault) {
        guard publicKey.type.signatureTypes.contains(signatureType) else {
            throw .wrongSignatureType(signatureType, key: publicKey.type.name)
        }
    }

    /// Runs a call whose only failure is a key or signature that the library refuses to load.
    private func library<Value>(_ body: () throws -> Value) throws(SignatureFault) -> Value {
        do {
            return try body()
        } catch {
            throw .malformedKey(publicKey.type.name)
        }
    }

    private func verdict(_ isValid: Bool) -> SignatureVerdict {
        isValid ? .good(publicKey) : .bad(reason: .mismatch)
    }
}
