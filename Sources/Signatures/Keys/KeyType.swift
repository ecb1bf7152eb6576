/// The kinds of public key that can sign, by their OpenSSH names.
package enum KeyType: Hashable, Sendable, CustomStringConvertible {
    case ed25519
    case ecdsaP256
    case ecdsaP384
    case ecdsaP521
    case rsa
    /// A kind that isn't checked here: hardware and browser keys, certificates, unknown names.
    case unsupported(String)

    /// Recognises a name such as `ssh-ed25519`.
    package init(name: String) {
        switch name {
        case "ssh-ed25519": self = .ed25519
        case "ecdsa-sha2-nistp256": self = .ecdsaP256
        case "ecdsa-sha2-nistp384": self = .ecdsaP384
        case "ecdsa-sha2-nistp521": self = .ecdsaP521
        case "ssh-rsa": self = .rsa
        default: self = .unsupported(name)
        }
    }

    /// The name that a key line and a key's binary form begin with.
    package var name: String {
        switch self {
        case .ed25519: "ssh-ed25519"
        case .ecdsaP256: "ecdsa-sha2-nistp256"
        case .ecdsaP384: "ecdsa-sha2-nistp384"
        case .ecdsaP521: "ecdsa-sha2-nistp521"
        case .rsa: "ssh-rsa"
        case .unsupported(let name): name
        }
    }

    package var description: String { name }

    /// Whether signatures of this kind are checked here.
    package var isSupported: Bool {
        if case .unsupported = self { false } else { true }
    }
}
