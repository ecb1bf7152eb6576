/// What the cryptography says about one signature.
///
/// It says nothing on whose key it is or when it was valid: see ``AllowedSigners``.
package enum SignatureVerdict: Hashable, Sendable {
    /// The key signed exactly these bytes.
    case good(PublicKey)
    /// The signature is missing, malformed, not canonical, or not over these bytes.
    case bad(reason: SignatureFault)
    /// The kind of signature or key named can't be checked here.
    case unsupported(String)

    /// The key of a good signature, nil for every other verdict.
    package var key: PublicKey? {
        if case .good(let key) = self { key } else { nil }
    }
}
