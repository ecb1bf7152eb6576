import Foundation
import GitStore
import Signatures

extension Registry {
    /// Re-proves the whole history of every environment (or of one), trusting no index and no verdict.
    ///
    /// - Parameters:
    ///   - anchor: the founding commit's id as it was noted elsewhere.
    ///   - results: signatures that the caller's earlier audits found good; none, when nil.
    ///   - threads: how many work at a time.
    package func verify(
        only: Environment? = nil, anchor: ObjectID? = nil, results: SignatureResults? = nil,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws -> Verification {
        var verification = Verification(founding: founding)
        if let anchor, anchor != founding {
            verification.findings.append(
                .init(
                    reference: "refs/heads/main", commit: founding, basis: .content,
                    rule: .reference,
                    saw: "the founding commit is \(founding.hex), not \(anchor.hex)"))
        }
        let crew = AuditCrew(
            gitDirectory: repository.gitDirectory, access: access, founding: founding,
            configurationChecks: surroundings.configurationChecks, results: results,
            size: max(1, threads))
        let reading = try LedgerReading(of: self, by: crew)
        let facts: LedgerFacts
        switch reading.outcome {
        case .read(let read): facts = read
        case .unreadable(let error):
            verification.findings.append(
                .init(
                    reference: Ledger.reference, commit: nil, basis: .ledger, rule: .reference,
                    saw: "the ledger can't be read: \(error)"))
            return verification
        }
        let audit = try Audit(registry: self, crew: crew, facts: facts)
        try audit.verifyLedger(reading, into: &verification)
        try audit.verifyMain(into: &verification)
        for environment in try only.map({ [$0] }) ?? everyEnvironment() {
            try audit.verify(environment, into: &verification)
        }
        return verification
    }
}

extension Registry {
    /// The policy's environments, and those that have a branch but left the policy.
    fileprivate func everyEnvironment() throws -> [Environment] {
        let named = try environments()
        let others = try references(prefix: "refs/heads/env/").compactMap { name, _ in
            if case .environment(let other) = ReferenceTarget(name) { other } else { nil }
        }
        return named + others.filter { !named.contains($0) }
    }
}
