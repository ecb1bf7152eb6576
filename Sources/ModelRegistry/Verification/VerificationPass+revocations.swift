import GitStore

extension VerificationPass {
    /// Judges every revocation again, by main's policy and the keys as they were when it came in.
    func verifyRevocations(into verification: inout Verification) throws {
        let reference = RevocationReader.reference
        guard let tip = try registry.reference(reference) else { return }
        let items: [RevocationReader.Item]
        do {
            items = try own.judge.revocations.items(upTo: tip, founding: registry.founding)
        } catch let error as RegistryError {
            verification.findings.append(finding(tip, .content, .revocation, error.firstLine))
            return
        } catch let error as DocumentError {
            verification.findings.append(finding(tip, .content, .revocation, error.firstLine))
            return
        }
        verification.revocations = items.count
        let map = own.map
        let past = PastReferences(map)
        let judge = Judge(
            repository: registry.repository, founding: registry.founding, receipts: map,
            artifacts: nil, reference: past.target)
        for (index, item) in items.enumerated() {
            let receipt = try map.receipt(of: item.commit, on: reference)
            if receipt == nil, facts.count > 0 {
                verification.findings.append(
                    finding(item.commit, .ledger, .record, "the ledger does not have this commit"))
            }
            past.entry = receipt?.number ?? Int.max
            judge.entryJudged = receipt?.number
            let step = try judge.commits.commit(item.commit)
            let verdict = try judge.revocation(
                step, onto: judge.commits.commit(step.parents[0]), number: index + 1,
                receipt?.received ?? step.committed)
            for denial in verdict.denials {
                verification.findings.append(
                    finding(item.commit, .content, denial.rule, denial.saw))
            }
        }
    }

    private func finding(
        _ commit: ObjectID, _ basis: Verification.Basis, _ rule: Rule, _ saw: String
    ) -> Verification.Finding {
        .init(
            reference: RevocationReader.reference, commit: commit, basis: basis, rule: rule,
            saw: saw)
    }
}

/// The references as the ledger left them before an entry.
final class PastReferences {
    private let map: LedgerMap
    /// Nothing of this entry and of later ones has happened.
    var entry = Int.max

    init(_ map: LedgerMap) { self.map = map }

    func target(_ reference: String) throws -> ObjectID? {
        try map.tip(of: reference, before: entry)
    }
}
