import Crypto
import Signatures

/// A key whose signatures on models a policy knows: `modelSigners`.
package struct ModelSigner: Hashable, Sendable {
    /// What the policy calls it.
    package let name: ModelSignerName
    /// A P-256 key.
    package let key: PublicKey

    package init(name: ModelSignerName, key: PublicKey) {
        self.name = name
        self.key = key
    }

    /// How a signature hints at the key: the SHA-256 of its PEM text, in hexadecimal.
    var hint: String? {
        key.pem.map { Hexadecimal.string(SHA256.hash(data: Array($0.utf8))) }
    }
}

extension [ModelSigner] {
    /// The names, as a complaint lists them.
    var names: String { map(\.name.text).joined(separator: ", ") }
}
