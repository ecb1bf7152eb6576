/// OpenSSH's file of one private key (PROTOCOL.key), as far as it can be read without a passphrase.
struct PrivateKeyFile {
    /// The key and its comment in an unencrypted file.
    enum Content {
        case ed25519(seed: [UInt8], comment: String)
        case otherType
        case encrypted
    }

    let publicKey: PublicKey
    let content: Content

    static let label = "OPENSSH PRIVATE KEY"
    private static let magic = [UInt8]("openssh-key-v1\0".utf8)
    private static let blockSize = 8

    /// Reads the text of a file; throws what is wrong with it.
    init(text: [UInt8]) throws(SignatureFault) {
        guard let bytes = Armor.unwrap(text, label: Self.label) else { throw .malformedArmor }
        var reader = WireReader(bytes)
        guard reader.bytes(Self.magic.count) == Self.magic, let cipher = reader.name(),
            let kdf = reader.name(), reader.string() != nil, reader.uint32() == 1,
            let blob = reader.string(), let secret = reader.string()
        else { throw .malformedKey("private key file") }
        publicKey = try PublicKey(blob: blob)
        guard cipher == "none", kdf == "none" else {
            content = .encrypted
            return
        }
        content = try Self.content(secret, publicKey)
    }

    private static func content(
        _ secret: [UInt8], _ publicKey: PublicKey
    ) throws(SignatureFault) -> Content {
        guard case .ed25519(let point) = publicKey.material else { return .otherType }
        var reader = WireReader(secret)
        guard let check = reader.uint32(), reader.uint32() == check,
            reader.name() == publicKey.type.name, reader.string() == point,
            let pair = reader.string(), pair.count == 64, pair.suffix(32).elementsEqual(point),
            let comment = reader.string()
        else { throw .malformedKey("private key file") }
        return .ed25519(
            seed: [UInt8](pair.prefix(32)), comment: String(decoding: comment, as: UTF8.self))
    }

    /// Writes the text of an unencrypted file.
    ///
    /// The number that tells a wrong passphrase is taken from the public key: with no
    /// passphrase it tells nothing, and the same key gives the same file.
    static func text(publicKey: PublicKey, point: [UInt8], seed: [UInt8], comment: String)
        -> [UInt8]
    {
        var secret = WireWriter()
        secret.raw(point.prefix(4))
        secret.raw(point.prefix(4))
        secret.string(publicKey.type.name)
        secret.string(point)
        secret.string(seed + point)
        secret.string(comment)
        var padding: UInt8 = 1
        while !secret.bytes.count.isMultiple(of: blockSize) {
            secret.raw([padding])
            padding += 1
        }
        var file = WireWriter()
        file.raw(magic)
        file.string("none")
        file.string("none")
        file.string("")
        file.uint32(1)
        file.string(publicKey.blob)
        file.string(secret.bytes)
        return Armor.wrap(file.bytes, label: label)
    }
}
