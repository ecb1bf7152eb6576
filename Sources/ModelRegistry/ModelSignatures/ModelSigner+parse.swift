import Signatures

extension ModelSigner {
    private static let longestKey = 1024

    /// Reads what stands below a policy's `modelSigners`.
    static func signers(_ node: DocumentNode) throws(DocumentError) -> [ModelSigner] {
        var signers: [ModelSigner] = []
        for item in try node.items() {
            let signer = try ModelSigner(item)
            if let other = signers.first(where: { $0.name == signer.name }) {
                throw item.error("names the model signer '\(other.name)' twice")
            }
            if let other = signers.first(where: { $0.key == signer.key }) {
                throw item.error(
                    "has the key that '\(other.name)' has", hint: "a key is one signer's")
            }
            signers.append(signer)
        }
        guard !signers.isEmpty else { throw node.error("must not be empty") }
        return signers
    }

    private init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["name", "key"])
        name = try node.required("name").name()
        key = try Self.key(try node.required("key"))
    }

    private static func key(_ node: DocumentNode) throws(DocumentError) -> PublicKey {
        let text = try node.text()
        guard !text.contains("PRIVATE KEY") else {
            throw node.error(
                "is a private key, which must stay with who signs",
                hint: "replace that key, and give its public part: openssl pkey -in KEY -pubout")
        }
        do {
            guard text.utf8.count <= longestKey else {
                throw SignatureFault.malformedKey("P-256")
            }
            return try PublicKey(subjectPublicKeyInfo: text)
        } catch {
            throw node.error(
                "is not a public P-256 key in PEM, or in DER and base64",
                hint: "openssl pkey -in KEY -pubout; made by: openssl genpkey -algorithm EC "
                    + "-pkeyopt ec_paramgen_curve:P-256 -out KEY")
        }
    }

    /// Reads `requires.modelSignature`: whose model signature an environment takes.
    static func required(
        _ node: DocumentNode, among signers: [ModelSigner]
    ) throws(DocumentError) -> [ModelSigner] {
        guard !signers.isEmpty else {
            throw node.error(
                "can never be met: the policy has no modelSigners",
                hint: "add whose signatures count: modelSigners: [{name: training, key: …}]")
        }
        if case .scalar(_, .bool(true)) = node.content { return signers }
        guard case .list(let items) = node.content, !items.isEmpty else {
            throw node.error(
                "must be true, or a list of names from modelSigners",
                hint: "remove it where no model signature is asked for")
        }
        var required: [ModelSigner] = []
        for item in items {
            let name: ModelSignerName = try item.name()
            guard let signer = signers.first(where: { $0.name == name }) else {
                throw item.error(
                    "names '\(name)', who is not among the modelSigners",
                    hint: "known here: \(signers.names)")
            }
            guard !required.contains(signer) else { throw item.error("names '\(name)' twice") }
            required.append(signer)
        }
        return required
    }
}
