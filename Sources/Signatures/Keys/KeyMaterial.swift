import Crypto

/// The numbers inside a public key of a supported kind.
enum KeyMaterial: Hashable, Sendable {
    case ed25519([UInt8])
    case ecdsa(Curve, point: [UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case securityEd25519([UInt8], application: String)
    case securityP256(point: [UInt8], application: String)
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
    private static let longestApplication = 255

    /// Reads a key's binary form to its end, `reader` standing after the name of the type.
    static func read(
        _ type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> KeyMaterial {
        let material = try numbers(of: type, from: &reader)
        guard reader.isAtEnd || material == .opaque else { throw .malformedKey(type.name) }
        return material
    }

    private static func numbers(
        of type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> KeyMaterial {
        switch type {
        case .ed25519: .ed25519(try edwardsPoint(of: type, from: &reader))
        case .ecdsaP256: .ecdsa(.p256, point: try point(on: .p256, of: type, from: &reader))
        case .ecdsaP384: .ecdsa(.p384, point: try point(on: .p384, of: type, from: &reader))
        case .ecdsaP521: .ecdsa(.p521, point: try point(on: .p521, of: type, from: &reader))
        case .rsa: try rsa(from: &reader)
        case .ed25519SecurityKey:
            .securityEd25519(
                try edwardsPoint(of: type, from: &reader),
                application: try application(of: type, from: &reader))
        case .ecdsaSecurityKey:
            .securityP256(
                point: try point(on: .p256, of: type, from: &reader),
                application: try application(of: type, from: &reader))
        case .unsupported: .opaque
        }
    }

    private static func edwardsPoint(
        of type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> [UInt8] {
        guard let point = reader.string(), point.count == 32 else { throw .malformedKey(type.name) }
        return point
    }

    private static func point(
        on curve: Curve, of type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> [UInt8] {
        guard reader.name() == curve.rawValue, let point = reader.string(),
            point.count == 1 + 2 * curve.width, point.first == 4, curve.contains(point)
        else { throw .malformedKey(type.name) }
        return point
    }

    /// Reads what the key was made for: `ssh:…`, or the relying party of a passkey.
    private static func application(
        of type: KeyType, from reader: inout WireReader
    ) throws(SignatureFault) -> String {
        guard let text = reader.string(), !text.isEmpty, text.count <= longestApplication,
            text.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .malformedKey(type.name) }
        return String(decoding: text, as: UTF8.self)
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
