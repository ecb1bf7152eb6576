import Crypto

extension DSSEEnvelope {
    /// Checks whether one of the signatures is the key's, an ed25519 or P-256 one.
    ///
    /// Key ids play no part: whoever holds the envelope can write them.
    package func verify(with key: PublicKey) -> SignatureVerdict {
        guard !signatures.isEmpty else { return .bad(reason: .unsigned) }
        let signed = signedBytes
        do {
            switch key.material {
            case .ed25519(let point): return try verify(signed, ed25519: point, key)
            case .ecdsa(.p256, let point): return try verify(signed, p256: point, key)
            case .ecdsa, .rsa, .opaque: return .unsupported(key.type.name)
            }
        } catch {
            return .bad(reason: .malformedKey(key.type.name))
        }
    }

    private func verify(
        _ signed: [UInt8], ed25519 point: [UInt8], _ key: PublicKey
    ) throws -> SignatureVerdict {
        let checker = try Curve25519.Signing.PublicKey(rawRepresentation: point)
        return signatures.contains { checker.isValidSignature($0.bytes, for: signed) }
            ? .good(key) : .bad(reason: .mismatch)
    }

    private func verify(
        _ signed: [UInt8], p256 point: [UInt8], _ key: PublicKey
    ) throws -> SignatureVerdict {
        let checker = try P256.Signing.PublicKey(x963Representation: point)
        let digest = SHA256.hash(data: signed)
        let isSigned = signatures.contains { signature in
            Self.canonicalECDSA(signature.bytes)
                .map { checker.isValidSignature($0, for: digest) } ?? false
        }
        return isSigned ? .good(key) : .bad(reason: .mismatch)
    }

    /// The signature in DER, nil for other bytes than DER has for it.
    private static func canonicalECDSA(_ bytes: [UInt8]) -> P256.Signing.ECDSASignature? {
        do {
            let signature = try P256.Signing.ECDSASignature(derRepresentation: bytes)
            return [UInt8](signature.derRepresentation) == bytes ? signature : nil
        } catch {
            return nil  // no signature at all, and so nobody's
        }
    }
}
