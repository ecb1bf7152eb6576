import GitStore
import Signatures
import SystemPackage

/// Whether the ledger is whole, and the references stand where it says.
struct LedgerCheck {
    let registry: Registry
    let judge: Judge
    let links: [Ledger.Link]

    /// What is wrong, in the order of the chain, then by reference; empty when nothing is.
    func findings() throws -> [Verification.Finding] {
        let chain = try chainFindings()
        let references = try referenceFindings(links)
        guard !references.isEmpty, registry.access == .local else { return chain + references }
        // Somebody may have been between an entry and what follows from it: look when they are done.
        let lock = try FileLock(waitingFor: registry.folder.appending("ledger.lock"))
        defer { withExtendedLifetime(lock) {} }
        return chain + (try referenceFindings(registry.ledger.entries(after: nil)))
    }

    /// The chain counts from 1 without gaps, each entry the only file of a commit that the registry
    /// signed, in the one text that it has.
    private func chainFindings() throws -> [Verification.Finding] {
        let snapshot = try judge.mainSnapshot()
        let revoked = try RevokedServiceKeys(judge, links)
        var previous: LedgerEntry?
        var findings: [Verification.Finding] = []
        for link in links {
            let wrong = try fault(in: link, after: previous, snapshot)
            if let fault = try wrong ?? revoked.fault(of: link, judge) {
                findings.append(
                    .init(
                        reference: Ledger.reference, commit: link.commit, basis: .ledger,
                        rule: .record, saw: fault))
            }
            previous = link.entry
        }
        return findings
    }

    private func fault(
        in link: Ledger.Link, after previous: LedgerEntry?, _ snapshot: PolicySnapshot
    ) throws -> String? {
        let entry = link.entry
        guard entry.number == (previous?.number ?? 0) + 1 else {
            return "entry \(entry.number) follows \(previous?.number ?? 0)"
        }
        let commit = try judge.commits.commit(link.commit)
        guard commit.parents.count == (previous == nil ? 0 : 1) else {
            return "entry \(entry.number) has \(commit.parents.count) parents"
        }
        guard try LedgerEntry.tree(of: CanonicalJSON.encode(entry)) == commit.tree else {
            return "entry \(entry.number) is not written as the registry writes it, "
                + "or is not alone in its commit"
        }
        return Self.signatureFault(of: commit, entry, judge, snapshot)
    }

    /// Why the commit is not the registry's own word on the entry; nil when it is.
    static func signatureFault(
        of commit: Commit, _ entry: LedgerEntry, _ judge: Judge, _ snapshot: PolicySnapshot
    ) -> String? {
        switch judge.signatures.signer(of: commit, under: snapshot, received: entry.received) {
        case .failure(let unresolved): return unresolved.saw
        case .success(let signer):
            guard signer.principal == .registry else {
                return
                    "entry \(entry.number) is signed by \(signer.principal), not by the registry"
            }
        }
        return nil
    }

    private func referenceFindings(_ links: [Ledger.Link]) throws -> [Verification.Finding] {
        let standing = LedgerStanding(links)
        let kept = try LedgerStanding.keptPrefixes.flatMap(registry.references)
        return try differences(from: standing.branches, registry.governedReferences())
            + differences(from: standing.kept, kept)
    }

    private func differences(
        from expected: [String: ObjectID], _ found: [(name: String, target: ObjectID)]
    ) -> [Verification.Finding] {
        var findings: [Verification.Finding] = []
        for (name, target) in found where expected[name] != target {
            findings.append(
                finding(name, target, "the ledger left it at \(expected[name]?.short ?? "nothing")")
            )
        }
        let present = Set(found.map(\.name))
        for (name, target) in expected.sorted(by: { $0.key < $1.key })
        where !present.contains(name) {
            findings.append(
                finding(name, target, "the reference is gone; the ledger left it there"))
        }
        return findings
    }

    private func finding(
        _ name: String, _ commit: ObjectID, _ saw: String
    ) -> Verification.Finding {
        .init(reference: name, commit: commit, basis: .ledger, rule: .presentTip, saw: saw)
    }
}
