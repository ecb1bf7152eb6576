import Signatures

/// What people are told of a version's model signature.
package struct ModelSignatureStatement: Codable, Hashable, Sendable {
    /// Whose it is; nil where the policy names no key that made it.
    package var signer: String?
    /// That key's fingerprint.
    package var fingerprint: String?

    /// As it stands after "model signature".
    package var text: String {
        guard let signer, let fingerprint else {
            return "by a key that is not among the policy's modelSigners"
        }
        return "by \(signer) (\(fingerprint))"
    }
}

extension ModelSignature {
    /// Whose it is in the eyes of a policy.
    package func statement(under policy: Policy) -> ModelSignatureStatement {
        let signer = signer(among: policy.modelSigners)
        return ModelSignatureStatement(
            signer: signer?.name.text, fingerprint: signer?.key.fingerprint)
    }
}
