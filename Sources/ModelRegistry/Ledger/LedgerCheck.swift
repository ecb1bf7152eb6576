import GitStore
import Signatures
import SystemPackage

/// Whether the ledger is whole, and the references stand where it says.
struct LedgerCheck {
    let registry: Registry
    let facts: LedgerFacts
    /// What is wrong with entries, the oldest first.
    let faults: [LedgerReading.Fault]

    /// What is wrong, in the order of the chain, then by reference; empty when nothing is.
    func findings() throws -> [Verification.Finding] {
        let chain = try (faults + revokedKeyFaults()).map { fault in
            Verification.Finding(
                reference: Ledger.reference, commit: fault.commit, basis: .ledger, rule: .record,
                saw: fault.saw)
        }
        let references = try referenceFindings(facts)
        guard !references.isEmpty, registry.access == .local else { return chain + references }
        // Somebody may have been between an entry and what follows from it: look when they are done.
        let lock = try FileLock(waitingFor: registry.folder.appending("ledger.lock"))
        defer { withExtendedLifetime(lock) {} }
        return chain
            + (try referenceFindings(LedgerFacts.read(registry.repository)))
    }

    /// The entries that a key of the registry signed after it was revoked; read only where one was.
    private func revokedKeyFaults() throws -> [LedgerReading.Fault] {
        do {
            let revocations = try registry.revocations()
            guard revocations.contains(where: { $0.revocation.principal == .registry }) else {
                return []
            }
            let links = try registry.ledger.entries(after: nil)
            let revoked = try RevokedServiceKeys(registry.judge, links)
            return try links.compactMap { link in
                try revoked.fault(of: link, registry.judge).map {
                    LedgerReading.Fault(commit: link.commit, saw: $0)
                }
            }
        } catch let error where error is RegistryError || error is DocumentError {
            return []  // a list that can't be read is told where the list itself is verified
        }
    }

    /// Why the commit is not the registry's own word on the entry; nil when it is.
    static func signatureFault(
        of commit: Commit, _ number: Int, _ received: Timestamp, _ judge: Judge,
        _ snapshot: PolicySnapshot
    ) -> String? {
        switch judge.signatures.signer(of: commit, under: snapshot, received: received) {
        case .failure(let unresolved): return unresolved.saw
        case .success(let signer):
            guard signer.principal == .registry else {
                return "entry \(number) is signed by \(signer.principal), not by the registry"
            }
        }
        return nil
    }

    private func referenceFindings(_ facts: LedgerFacts) throws -> [Verification.Finding] {
        try branchFindings(facts.branches()) + keptFindings(facts)
    }

    private func branchFindings(
        _ expected: [String: ObjectID]
    ) throws -> [Verification.Finding] {
        var expected = expected
        var findings: [Verification.Finding] = []
        for (name, target) in try registry.governedReferences() {
            let left = expected.removeValue(forKey: name)
            if left != target { findings.append(moved(name, to: target, from: left)) }
        }
        return findings + expected.sorted { $0.key < $1.key }.map(gone)
    }

    /// There is one of these for each version and each decision: only their numbers are gathered.
    private func keptFindings(_ facts: LedgerFacts) throws -> [Verification.Finding] {
        var findings: [Verification.Finding] = []
        var missing = facts.keptNumbers
        for prefix in LedgerFacts.keptPrefixes {
            for (name, target) in try registry.references(prefix: prefix) {
                let left = facts.kept(name)
                if let number = facts.number(of: name) { missing.remove(number) }
                if left != target { findings.append(moved(name, to: target, from: left)) }
            }
        }
        // Among them whatever the ledger keeps where nothing is kept.
        let names = missing.map(facts.name).sorted()
        return findings + names.compactMap { name in facts.kept(name).map { gone(name, $0) } }
    }

    private func moved(
        _ name: String, to target: ObjectID, from left: ObjectID?
    ) -> Verification.Finding {
        finding(name, target, "the ledger left it at \(left?.short ?? "nothing")")
    }

    private func gone(_ name: String, _ target: ObjectID) -> Verification.Finding {
        finding(name, target, "the reference is gone; the ledger left it there")
    }

    private func finding(
        _ name: String, _ commit: ObjectID, _ saw: String
    ) -> Verification.Finding {
        .init(reference: name, commit: commit, basis: .ledger, rule: .presentTip, saw: saw)
    }
}
