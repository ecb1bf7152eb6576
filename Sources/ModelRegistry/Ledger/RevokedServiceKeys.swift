import GitStore
import Signatures

/// The registry's own keys that are revoked, and in which entry: what they sign later is not its word.
struct RevokedServiceKeys {
    private var entries: [String: Int] = [:]

    init(_ judge: Judge, _ links: [Ledger.Link]) throws {
        let items = try judge.revocations.items(
            upTo: judge.reference(RevocationReader.reference), founding: judge.founding)
        let mine = items.filter { $0.revocation.principal == .registry }
        guard !mine.isEmpty else { return }
        for item in mine {
            let number = links.first { $0.entry.moved == item.commit }?.entry.number
            entries[item.revocation.key.fingerprint] = number ?? 0
        }
    }

    /// Why an entry does not count although its signature is good; nil when it does.
    func fault(of link: Ledger.Link, _ judge: Judge) throws -> String? {
        guard !entries.isEmpty,
            let key = judge.signatures.key(of: try judge.commits.commit(link.commit)),
            let revoked = entries[key.fingerprint], link.entry.number > revoked
        else { return nil }
        return "entry \(link.entry.number) is signed with \(key.fingerprint) of the registry, "
            + "which entry \(revoked) revoked"
    }
}
