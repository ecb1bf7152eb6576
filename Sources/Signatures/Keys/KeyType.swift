/// The kinds of public key that can sign, by their OpenSSH names.
package enum KeyType: Hashable, Sendable, CustomStringConvertible {
    case ed25519
    case ecdsaP256
    case ecdsaP384
    case ecdsaP521
    case rsa
    /// A hardware key, made by `ssh-keygen -t ed25519-sk`.
    case ed25519SecurityKey
    /// A hardware key, made by `ssh-keygen -t ecdsa-sk`, or a passkey.
    case ecdsaSecurityKey
    /// A kind that isn't checked here: certificates, unknown names.
    case unsupported(String)

    /// Recognises a name such as `ssh-ed25519`.
    package init(name: String) {
        switch name {
        case "ssh-ed25519": self = .ed25519
        case "ecdsa-sha2-nistp256": self = .ecdsaP256
        case "ecdsa-sha2-nistp384": self = .ecdsaP384
        case "ecdsa-sha2-nistp521": self = .ecdsaP521
        case "ssh-rsa": self = .rsa
        case "sk-ssh-ed25519@openssh.com": self = .ed25519SecurityKey
        case "sk-ecdsa-sha2-nistp256@openssh.com": self = .ecdsaSecurityKey
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
        case .ed25519SecurityKey: "sk-ssh-ed25519@openssh.com"
        case .ecdsaSecurityKey: "sk-ecdsa-sha2-nistp256@openssh.com"
        case .unsupported(let name): name
        }
    }

    package var description: String { name }

    /// Whether signatures of this kind are checked here.
    package var isSupported: Bool {
        if case .unsupported = self { false } else { true }
    }

    /// The signature type of a passkey that signs in a browser.
    package static let browserSignature = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"

    /// The types of the signatures that keys of this kind make.
    var signatureTypes: [String] {
        switch self {
        case .rsa: ["rsa-sha2-256", "rsa-sha2-512"]
        case .ecdsaSecurityKey: [name, Self.browserSignature]
        case .ed25519, .ecdsaP256, .ecdsaP384, .ecdsaP521, .ed25519SecurityKey, .unsupported:
            [name]
        }
    }
}
