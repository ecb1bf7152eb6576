import Crypto
import Signatures

extension ModelSignature {
    private static let mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"
    private static let payloadType = "application/vnd.in-toto+json"
    private static let statementType = "https://in-toto.io/Statement/v1"
    private static let predicateType = "https://model_signing/signature/v1.0"
    private static let signing =
        "sign the folder of the artifacts with a key: "
        + "python -m model_signing sign key FOLDER --private_key KEY --signature FILE"

    /// Reads a bundle and checks that it agrees with itself; whose key signed it stays open.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Self {
        guard bytes.count <= sizeLimit else {
            throw DocumentError(
                file: file, problem: "has \(bytes.count) bytes; the limit is \(sizeLimit)")
        }
        let root = try DocumentNode(json: bytes, file: file)
        let bundle = try root.members(
            ["mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature"])
        try expect(mediaType, at: root.required("mediaType"))
        if let message = bundle["messageSignature"] {
            throw message.error("is not supported: it signs no list of files", hint: signing)
        }
        let hint = try keyHint(in: root.required("verificationMaterial"))
        let node = try root.required("dsseEnvelope")
        let envelope = try DSSEEnvelope(node)
        try expect(payloadType, at: node.required("payloadType"))
        guard envelope.signatures.count == 1 else {
            throw try node.required("signatures").error("must be one signature")
        }
        let statement = try DocumentNode(json: envelope.payload, file: "\(file) (its payload)")
        let files = try files(in: statement)
        return ModelSignature(
            file: file, bytes: bytes, files: files, ignored: try ignored(in: statement),
            keyHint: hint, envelope: envelope)
    }

    /// Nil where the bundle says nothing of the key, as older signers write it.
    private static func keyHint(in material: DocumentNode) throws(DocumentError) -> String? {
        let members = try material.members(
            [
                "publicKey", "tlogEntries", "timestampVerificationData", "certificate",
                "x509CertificateChain",
            ])
        for key in ["certificate", "x509CertificateChain"] {
            guard let certificate = members[key] else { continue }
            throw certificate.error(
                "is not supported: certificates and Sigstore's identities are not checked here",
                hint: signing)
        }
        if let entries = members["tlogEntries"], try !entries.items().isEmpty {
            throw entries.error("are not supported: no log is asked here", hint: signing)
        }
        let key = try material.required("publicKey")
        _ = try key.members(["hint", "rawBytes", "keyDetails"])
        guard let hint = try key.optional("hint"), !hint.isNull else { return nil }
        let text = try hint.text()
        return text.isEmpty ? nil : text
    }

    /// The files that a statement names, after checking the digest over all of them.
    private static func files(in statement: DocumentNode) throws(DocumentError) -> [SignedFile] {
        try expect(statementType, at: statement.required("_type"))
        try expect(predicateType, at: statement.required("predicateType"))
        let predicate = try statement.required("predicate")
        let serialization = try predicate.required("serialization")
        try expect("files", at: serialization.required("method"))
        try expect("sha256", at: serialization.required("hash_type"))
        _ = try serialization.required("allow_symlinks").bool()
        var files: [SignedFile] = []
        var names: Set<String> = []
        var hash = SHA256()
        for resource in try predicate.required("resources").items() {
            try expect("sha256", at: resource.required("algorithm"))
            let digest = try resource.required("digest").sha256()
            let name = try resource.required("name").singleLine()
            guard names.insert(name).inserted else {
                throw resource.error("names '\(name)' twice")
            }
            files.append(SignedFile(name: name, sha256: digest))
            hash.update(data: digest.hexadecimalBytes)
        }
        let subjects = try statement.required("subject")
        guard let subject = try subjects.items().first, try subjects.items().count == 1 else {
            throw subjects.error("must be one")
        }
        _ = try subject.required("name").text()
        let digest = try subject.required("digest").required("sha256")
        guard try digest.sha256() == Hexadecimal.string(hash.finalize()) else {
            throw digest.error("is not the SHA-256 of the digests of the files")
        }
        return files
    }

    /// The paths that are not part of the model, without what means nothing in them.
    private static func ignored(in statement: DocumentNode) throws(DocumentError) -> Set<String> {
        let serialization = try statement.required("predicate").required("serialization")
        var ignored: Set<String> = []
        for item in try serialization.optional("ignore_paths")?.items() ?? [] {
            let parts = try item.text().split(separator: "/").filter { $0 != "." }
            ignored.insert(parts.joined(separator: "/"))
        }
        return ignored
    }

    private static func expect(_ wanted: String, at node: DocumentNode) throws(DocumentError) {
        let found = try node.text()
        guard found == wanted else {
            throw node.error("is '\(found.prefix(80))', not '\(wanted)'", hint: signing)
        }
    }
}

extension String {
    /// The bytes that an even number of lower-case hexadecimal digits stand for.
    fileprivate var hexadecimalBytes: [UInt8] {
        let digits = utf8.map { $0 < UInt8(ascii: "a") ? $0 - 0x30 : $0 - 0x61 + 10 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
