import Crypto
import Foundation
import Signatures
import Testing

@testable import ModelRegistry

/// A key that signs models, always the same one for a name.
struct ModelKey {
    let key: P256.Signing.PrivateKey

    static let training = ModelKey("training")
    static let vendor = ModelKey("vendor")
    /// Nobody's key.
    static let stray = ModelKey("stray")

    init(_ name: String) {
        do {
            let seed = SHA256.hash(data: [UInt8]("model key of \(name)".utf8))
            key = try P256.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            preconditionFailure("these 32 bytes are a key: \(error)")
        }
    }

    /// As a policy has it.
    var text: String { key.publicKey.derRepresentation.base64EncodedString() }

    var pem: String { key.publicKey.pemRepresentation + "\n" }

    static func sha256(_ content: String) -> String {
        Hexadecimal.string(SHA256.hash(data: content.bytes))
    }

    /// A bundle that signs the files, with pieces of its payload, then of itself, replaced.
    func bundle(
        _ files: [(name: String, content: String)],
        payload changes: [(String, String)] = [], bundle outer: [(String, String)] = []
    ) throws -> [UInt8] {
        let payload = try changes.reduce(statement(files), Self.replace)
        var envelope = DSSEEnvelope(
            payloadType: "application/vnd.in-toto+json", payload: payload.bytes)
        let signature = try key.signature(for: envelope.signedBytes).derRepresentation
        envelope.signatures = [.init(keyID: "", bytes: [UInt8](signature))]
        let hint = Hexadecimal.string(SHA256.hash(data: pem.bytes))
        let text = """
            {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
             "verificationMaterial": {"publicKey": {"hint": "\(hint)"}, "tlogEntries": []},
             "dsseEnvelope": \(envelope.json)}
            """
        return try outer.reduce(text, Self.replace).bytes
    }

    /// The text with a piece replaced that must be in it, or a test would show nothing.
    private static func replace(in text: String, _ change: (String, String)) throws -> String {
        try #require(text.contains(change.0), "there is no \(change.0) in \(text)")
        return text.replacing(change.0, with: change.1)
    }

    private func statement(_ files: [(name: String, content: String)]) -> String {
        let digests = files.map { SHA256.hash(data: $0.content.bytes) }
        let resources = zip(files, digests).map { file, digest in
            #"{"name": "\#(file.name)", "algorithm": "sha256", "digest": "\#(Hexadecimal.string(digest))"}"#
        }
        let root = SHA256.hash(data: digests.flatMap { Array($0) })
        return """
            {"_type": "https://in-toto.io/Statement/v1",
             "subject": [{"name": "m", "digest": {"sha256": "\(Hexadecimal.string(root))"}}],
             "predicateType": "https://model_signing/signature/v1.0",
             "predicate": {
              "serialization": {"method": "files", "hash_type": "sha256", "allow_symlinks": false,
               "ignore_paths": [".git", "signature.json"]},
              "resources": [\(resources.joined(separator: ", "))]}}
            """
    }
}
