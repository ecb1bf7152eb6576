import Crypto

/// A public key in OpenSSH's form.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    /// The kind of key.
    package let type: KeyType
    /// The binary form, which the base64 of a key line stands for. It identifies the key.
    package let blob: [UInt8]
    let material: KeyMaterial

    private static let longestBlob = 16 * 1024

    /// Reads the binary form. A kind that can't be checked here is accepted as it is.
    package init(blob: [UInt8]) throws(SignatureFault) {
        guard blob.count <= Self.longestBlob else { throw .malformedKey("public key") }
        var reader = WireReader(blob)
        guard let name = reader.name(), !name.isEmpty else { throw .malformedKey("public key") }
        type = KeyType(name: name)
        material = try KeyMaterial.read(type, from: &reader)
        self.blob = blob
    }

    /// Reads a line such as `ssh-ed25519 AAAA… comment`, as in a `.pub` file. The comment is dropped,
    /// and one line end after it accepted.
    package init(openSSHLine: String) throws(SignatureFault) {
        let line = openSSHLine.hasSuffix("\n") ? openSSHLine.dropLast() : openSSHLine[...]
        let words = line.utf8.split(maxSplits: 2) { $0 == 0x20 || $0 == 0x09 }.map(Substring.init)
        guard !line.utf8.contains(0x0A), words.count >= 2, let blob = Base64.decode(words[1].utf8)
        else { throw .malformedKey("public key line") }
        try self.init(blob: blob)
        guard type.name == words[0] else { throw .malformedKey(String(words[0])) }
    }

    /// What a security key was made for, such as `ssh:` or a relying party; nil for other kinds.
    package var application: String? {
        switch material {
        case .securityEd25519(_, let application), .securityP256(_, let application): application
        case .ed25519, .ecdsa, .rsa, .opaque: nil
        }
    }

    /// The key line without a comment.
    package var openSSHLine: String { "\(type.name) \(Base64.string(blob))" }

    /// `SHA256:` and unpadded base64, as `ssh-keygen -l` prints it.
    package var fingerprint: String {
        "SHA256:" + Base64.string([UInt8](SHA256.hash(data: blob)), padded: false)
    }

    package var description: String { "\(type.name) \(fingerprint)" }

    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.blob == right.blob }

    package func hash(into hasher: inout Hasher) { hasher.combine(blob) }
}
