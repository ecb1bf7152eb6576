import GitStore
import Signatures

/// Where attestations are kept in their tree.
enum AttestationFile {
    /// The path of a commit's attestation: the first two digits name a folder.
    static func path(of commit: ObjectID) -> String {
        "\(commit.hex.prefix(2))/\(commit.hex.dropFirst(2)).json"
    }

    /// The commit whose attestation is kept at a path, nil for another path.
    static func commit(at path: String) -> ObjectID? {
        guard path.hasSuffix(".json"), path.utf8.count == 46 else { return nil }
        return ObjectID(path.dropLast(5).replacing("/", with: ""))
            .flatMap { Self.path(of: $0) == path ? $0 : nil }
    }

    static func bytes(of envelope: DSSEEnvelope) -> [UInt8] { Array((envelope.json + "\n").utf8) }

    static func envelope(_ bytes: [UInt8], at path: String) throws -> DSSEEnvelope {
        try DSSEEnvelope(DocumentNode(json: bytes, file: path))
    }
}
