import GitStore
import Signatures

/// The chain of accepted updates: one commit signed by the registry for each entry.
package struct Ledger {
    package static let reference = "refs/signet/ledger"

    package let repository: GitRepository

    package struct Link {
        package let commit: ObjectID
        package let entry: LedgerEntry
    }

    /// The chain's tip, nil before the first entry.
    package func tip() throws -> ObjectID? { try repository.reference(Self.reference) }

    /// The entry that a ledger commit holds.
    package func entry(of commit: ObjectID) throws -> LedgerEntry {
        let parsed = try CommitReader(repository).commit(commit)
        return try CanonicalJSON.decode(
            LedgerEntry.self, from: Self.bytes(of: parsed, in: repository),
            file: "ledger entry \(commit.short)")
    }

    /// The text of the entry that a ledger commit holds.
    static func bytes(of commit: Commit, in repository: GitRepository) throws -> [UInt8] {
        guard let bytes = try repository.blob(at: LedgerEntry.path, in: commit.tree) else {
            throw RegistryError.damaged(
                what: "ledger entry \(commit.id.short)", why: "it has no \(LedgerEntry.path)")
        }
        return bytes
    }

    /// The entries after `base` (all, when nil), oldest first.
    package func entries(after base: ObjectID?, upTo tip: ObjectID? = nil) throws -> [Link] {
        let reader = CommitReader(repository)
        var links: [Link] = []
        var next = try tip ?? self.tip()
        while let id = next, id != base {
            let commit = try reader.commit(id)
            let entry = try CanonicalJSON.decode(
                LedgerEntry.self, from: Self.bytes(of: commit, in: repository),
                file: "ledger entry \(id.short)")
            links.append(Link(commit: id, entry: entry))
            next = commit.parents.first
        }
        guard next == base || base == nil else {
            throw RegistryError.damaged(
                what: "the ledger", why: "\(base?.short ?? "") is not in its chain")
        }
        return links.reversed()
    }

    /// Appends entries, all of them or none, and makes the references that they say are made with
    /// them; there for good after the repository's `makeLast`. The caller holds the ledger's lock.
    package func append(
        _ entries: [LedgerEntry], to tip: ObjectID?, signer: any CommitSigner,
        making made: [ReferenceUpdate] = []
    ) throws -> [Link] {
        var links: [Link] = []
        for entry in entries {
            let commit = try write(entry, after: links.last?.commit ?? tip, signer)
            links.append(Link(commit: commit, entry: entry))
        }
        guard let last = links.last else { return [] }
        let title = links.count == 1 ? last.entry.title : "\(links.count) entries"
        try repository.update(
            [ReferenceUpdate(name: Self.reference, old: tip, new: last.commit)] + made,
            log: title, isLast: false)
        return links
    }

    private func write(
        _ entry: LedgerEntry, after tip: ObjectID?, _ signer: any CommitSigner
    ) throws -> ObjectID {
        let blob = try repository.write(.blob, CanonicalJSON.encode(entry))
        let tree = try repository.writeTree([
            TreeEntry(name: LedgerEntry.path, mode: .file, id: blob)
        ])
        let identity = try Identity(
            name: "Signet registry", email: "registry@signet.invalid",
            seconds: entry.received.seconds, offset: 0)
        let draft = try CommitDraft(
            tree: tree.hex, parents: tip.map { [$0.hex] } ?? [], author: identity,
            committer: identity, message: entry.title + "\n")
        return try repository.write(.commit, draft.signed(armor: signer.sign(draft.payload())))
    }
}
