import Crypto

/// The numbers inside a public key of a supported kind.
enum KeyMaterial: Hashable, Sendable {
    case ed25519([UInt8])
    case ecdsa(Curve, point: [UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case opaque

    enum Curve: String, Hashable, Sendable {
        case p256 = "nistp256"
        case p384 = "nistp384"
        case p521 = "nistp521"

        /// The length of a coordinate in bytes.
        var width: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }

        /// Whether an uncompressed point lies on the curve.
        func contains(_ point: [UInt8]) -> Bool {
            do {
                switch self {
                case .p256: _ = try P256.Signing.PublicKey(x963Representation: point)
                case .p384: _ = try P384.Signing.PublicKey(x963Representation: point)
                case .p521: _ = try P521.Signing.PublicKey(x963Representation: point)
                }
                return true
            } catch {
                return false
            }
        }
    }

    private static let smallestModulus = 3072
    private static let largestModulus = 16384
    private static let longestExponent = 4

    /// Reads a key's binary form, `reader` standing after the name of the type.
    static func read(
        _ type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> KeyMaterial {
        switch type {
        case .ed25519: try ed25519(from: &reader)
        case .ecdsaP256: try ecdsa(.p256, from: &reader)
        case .ecdsaP384: try ecdsa(.p384, from: &reader)
        case .ecdsaP521: try ecdsa(.p521, from: &reader)
        case .rsa: try rsa(from: &reader)
        case .unsupported: .opaque
        }
    }

    private static func ed25519(
        from reader: inout WireReader
    ) throws(SignatureFault) -> KeyMaterial {
        guard let point = reader.string(), point.count == 32, reader.isAtEnd else {
            throw .malformedKey("ssh-ed25519")
        }
        return .ed25519(point)
    }

    private static func ecdsa(
        _ curve: Curve, from reader: inout WireReader
    ) throws(SignatureFault) -> KeyMaterial {
        guard reader.name() == curve.rawValue, let point = reader.string(),
            point.count == 1 + 2 * curve.width, point.first == 4, reader.isAtEnd,
            curve.contains(point)
        else { throw .malformedKey("ecdsa-sha2-\(curve.rawValue)") }
        return .ecdsa(curve, point: point)
    }

    private static func rsa(from reader: inout WireReader) throws(SignatureFault) -> KeyMaterial {
        guard let exponent = reader.positiveInteger(), let modulus = reader.positiveInteger(),
            reader.isAtEnd, exponent.count <= longestExponent,
            let exponentEnd = exponent.last, !exponentEnd.isMultiple(of: 2), exponent != [1],
            let modulusStart = modulus.first, let modulusEnd = modulus.last,
            !modulusEnd.isMultiple(of: 2)
        else { throw .malformedKey("ssh-rsa") }
        let bits = modulus.count * 8 - modulusStart.leadingZeroBitCount
        guard bits >= smallestModulus else { throw .shortKey(bits: bits) }
        guard bits <= largestModulus else { throw .malformedKey("ssh-rsa") }
        return .rsa(modulus: modulus, exponent: exponent)
    }
}
