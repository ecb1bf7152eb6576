import Signatures

/// An OpenSSF model signature: somebody's word, by a key of theirs, that a model is these files.
///
/// Source: https://github.com/sigstore/model-transparency, a Sigstore bundle 0.3 around an in-toto
/// statement. Supported are those made by a key, over whole files with SHA-256.
package struct ModelSignature: Sendable {
    /// What the file is called in a registration, and where it was fetched to.
    package static let name = "signature.json"
    /// The largest one that is read, in bytes.
    package static let sizeLimit = 1 << 20

    /// The file's name as the user knows it.
    package let file: String
    /// The file, byte for byte.
    package let bytes: [UInt8]
    /// The files that are signed, in the order of the signature.
    package let files: [SignedFile]
    /// What other verifiers leave out of the model; the empty path is the whole of it.
    let ignored: Set<String>
    /// The signer's word on which key it is: see `ModelSigner.hint`.
    let keyHint: String?
    let envelope: DSSEEnvelope

    /// A file of the model as it was signed.
    package struct SignedFile: Hashable, Sendable {
        package let name: String
        package let sha256: String
    }
}

extension ModelSignature {
    /// Who of the signers made it; nil where it is nobody's of them.
    package func signer(among signers: [ModelSigner]) -> ModelSigner? {
        signers.first { signer in
            (keyHint == nil || keyHint == signer.hint)
                && envelope.verify(with: signer.key) == .good(signer.key)
        }
    }
}
