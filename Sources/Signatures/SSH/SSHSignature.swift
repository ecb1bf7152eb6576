import Crypto

/// A signature file of OpenSSH (PROTOCOL.sshsig) for the namespace `git`.
///
/// Parsing demands the very bytes OpenSSH writes, so an armor has no second form. A signature
/// itself may have one (ECDSA's s and n−s are both good), so identify what was signed by the
/// hash of its payload, never by the signature or a commit id.
package struct SSHSignature: Hashable, Sendable {
    /// The hash that stands for the message in what is signed.
    package enum HashAlgorithm: String, Hashable, Sendable {
        case sha256, sha512
    }

    /// The only namespace that git and Signet sign in.
    package static let namespace = "git"

    /// The key that the signature says made it.
    package let publicKey: PublicKey
    /// Always `git`.
    package let namespace: String
    /// The hash taken of the message.
    package let hashAlgorithm: HashAlgorithm
    /// The signature's own type, such as `rsa-sha2-512`.
    package let signatureType: String
    /// The signature after its type, as in SSH's binary encoding.
    package let signatureBytes: [UInt8]
    /// What a security key says it did; nil for other kinds of key.
    package let assertion: SecurityKeyAssertion?

    private static let label = "SSH SIGNATURE"
    private static let magic = [UInt8]("SSHSIG".utf8)
    private static let longestArmor = 64 * 1024

    /// Reads an armored signature and refuses all that is not exactly what OpenSSH writes.
    package static func parse(armor: [UInt8]) throws(SignatureFault) -> SSHSignature {
        if let format = otherFormat(armor) { throw .otherFormat(format) }
        guard armor.count <= longestArmor, let blob = Armor.unwrap(armor, label: label) else {
            throw .malformedArmor
        }
        guard Armor.isWrapped(armor, label: label) else { throw .nonCanonicalArmor }
        return try SSHSignature(blob: blob)
    }

    init(blob: [UInt8]) throws(SignatureFault) {
        var reader = WireReader(blob)
        guard reader.bytes(Self.magic.count) == Self.magic else { throw .missingMagic }
        guard let version = reader.uint32() else { throw .truncated }
        guard version == 1 else { throw .unknownVersion(version) }
        guard let key = reader.string(), let space = reader.string(),
            let reserved = reader.string(), let hash = reader.string(),
            let signature = reader.string()
        else { throw .truncated }
        guard reader.isAtEnd else { throw .trailingBytes }
        guard space.elementsEqual(Self.namespace.utf8) else {
            throw .wrongNamespace(String(decoding: space, as: UTF8.self))
        }
        guard reserved.isEmpty else { throw .reservedNotEmpty }
        let hashName = String(decoding: hash, as: UTF8.self)
        guard let algorithm = HashAlgorithm(rawValue: hashName) else { throw .weakHash(hashName) }
        var inner = WireReader(signature)
        guard let type = inner.name(), let content = inner.string() else { throw .truncated }
        publicKey = try PublicKey(blob: key)
        assertion = try SecurityKeyAssertion.read(type, by: publicKey, from: &inner)
        guard inner.isAtEnd || !publicKey.type.isSupported else { throw .trailingBytes }
        namespace = Self.namespace
        hashAlgorithm = algorithm
        signatureType = type
        signatureBytes = content
    }

    /// Writes a binary signature as OpenSSH writes it to a file.
    package static func armor(_ blob: [UInt8]) -> [UInt8] {
        Armor.wrap(blob, label: label)
    }

    /// The binary form of a signature over sha512 by `key`; `signature` begins with its type.
    package static func blob(key: PublicKey, signature: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.raw(magic)
        writer.uint32(1)
        writer.string(key.blob)
        writer.string(namespace)
        writer.string("")
        writer.string(HashAlgorithm.sha512.rawValue)
        writer.string(signature)
        return writer.bytes
    }

    /// The bytes that a key signs for a message.
    package static func signedBytes(of message: [UInt8], hash: HashAlgorithm) -> [UInt8] {
        var writer = WireWriter()
        writer.raw(magic)
        writer.string(namespace)
        writer.string("")
        writer.string(hash.rawValue)
        switch hash {
        case .sha256: writer.string([UInt8](SHA256.hash(data: message)))
        case .sha512: writer.string([UInt8](SHA512.hash(data: message)))
        }
        return writer.bytes
    }

    private static func otherFormat(_ armor: [UInt8]) -> String? {
        let formats = [
            ("-----BEGIN PGP SIGNATURE-----", "OpenPGP"),
            ("-----BEGIN PGP MESSAGE-----", "OpenPGP"),
            ("-----BEGIN SIGNED MESSAGE-----", "CMS"),
        ]
        return formats.first { armor.starts(with: $0.0.utf8) }?.1
    }
}
