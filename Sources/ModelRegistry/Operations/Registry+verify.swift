import Foundation
import GitStore
import Signatures

extension Registry {
    /// Re-proves the whole history of every environment (or of one), trusting no index and no verdict.
    ///
    /// - Parameters:
    ///   - anchor: the founding commit's id as it was noted elsewhere.
    ///   - results: signatures that the caller's earlier verifications found good; none, when nil.
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
        verification.findings += try unusualFindings()
        let crew = VerifierCrew(for: self, results: results, size: threads)
        let facts: LedgerFacts
        let faults: [LedgerReading.Fault]
        switch try LedgerReading(of: self, by: crew, .layout).outcome {
        case .read(let read, let found): (facts, faults) = (read, found)
        case .unreadable(let findings):
            verification.findings += findings
            return verification
        }
        let pass = try VerificationPass(registry: self, crew: crew, facts: facts)
        try pass.verifyLedger(faults, into: &verification)
        try pass.verifyMain(into: &verification)
        try pass.verifyRevocations(into: &verification)
        for environment in try only.map({ [$0] }) ?? everyEnvironment() {
            try pass.verify(environment, into: &verification)
        }
        return verification
    }
}

extension Registry {
    /// What makes git show another history than is judged here.
    func unusualFindings() throws -> [Verification.Finding] {
        try repository.unusual().map {
            .init(
                reference: $0.name, commit: nil, basis: .content, rule: .reference, saw: $0.why)
        }
    }

    /// The policy's environments, and those that have a branch but left the policy.
    func everyEnvironment() throws -> [Environment] {
        let named = try environments()
        let others = try references(prefix: "refs/heads/env/").compactMap { name, _ in
            if case .environment(let other) = ReferenceTarget(name) { other } else { nil }
        }
        return named + others.filter { !named.contains($0) }
    }
}
