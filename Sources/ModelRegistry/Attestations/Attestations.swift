import GitStore
import Signatures
import SystemPackage

/// The registry's statements on accepted environment commits, kept on a reference of their own.
package struct Attestations {
    package static let reference = "refs/signet/attestations"

    let repository: GitRepository

    package func tip() throws -> ObjectID? { try repository.reference(Self.reference) }

    /// The attestation of a commit, nil when there is none.
    package func envelope(of commit: ObjectID) throws -> DSSEEnvelope? {
        guard let tip = try tip(),
            let bytes = try repository.blob(
                at: AttestationFile.path(of: commit),
                in: repository.tree(ofCommit: tip))
        else { return nil }
        return try AttestationFile.envelope(bytes, at: AttestationFile.path(of: commit))
    }

    /// The paths of everything that is kept.
    func paths() throws -> [(path: String, id: ObjectID)] {
        guard let tip = try tip() else { return [] }
        return try repository.files(in: repository.tree(ofCommit: tip))
            .map { ($0.path, $0.entry.id) }
    }

    /// Keeps more of them: one signed commit.
    func add(
        _ made: [(commit: ObjectID, envelope: DSSEEnvelope)], upTo entry: Int, at time: Timestamp,
        signer: any CommitSigner
    ) throws {
        let tip = try tip()
        let base =
            try tip.map { try repository.tree(ofCommit: $0) } ?? repository.writeTree([])
        let tree = try repository.composed(
            made.map { commit, envelope in
                let path = AttestationFile.path(of: commit)
                let id = try repository.write(.blob, AttestationFile.bytes(of: envelope))
                return (path, TreeEntry(name: path, mode: .file, id: id))
            }, over: base, writing: true)
        let identity = try Identity(
            name: "Signet registry", email: "registry@signet.invalid", seconds: time.seconds,
            offset: 0)
        let title = "Attest \(made.count) commits, up to ledger entry \(entry)"
        let draft = try CommitDraft(
            tree: tree.hex, parents: tip.map { [$0.hex] } ?? [], author: identity,
            committer: identity, message: title + "\n")
        let commit = try repository.write(
            .commit, draft.signed(armor: signer.sign(draft.payload())))
        try repository.update(
            [ReferenceUpdate(name: Self.reference, old: tip, new: commit)], log: title)
    }
}
