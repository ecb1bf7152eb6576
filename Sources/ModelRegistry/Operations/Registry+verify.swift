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
        verification.part("refs/") { verification in
            // A registry keeps none of these names: whoever reads them is told by nobody that they are right.
            // In a clone, they are its owner's.
            var others: Set<String> = []
            verification.findings += try unusualFindings { name in
                if access == .local, ReferenceTarget(name) == nil { others.insert(name) }
            }
            verification.unjudged = others.sorted()
        }
        let crew = VerifierCrew(for: self, results: results, size: threads)
        verification.part(Judge.main) { verification in
            switch try LedgerReading(of: self, by: crew, .layout).outcome {
            case .read(let facts, let faults):
                let pass = try VerificationPass(registry: self, crew: crew, facts: facts)
                try pass.verify(only, faults, into: &verification)
            case .unreadable(let findings): verification.findings += findings
            }
        }
        return verification
    }
}

extension Registry {
    /// What makes git show another history than is judged here.
    ///
    /// - Parameter visit: is given the name of every reference.
    func unusualFindings(
        _ visit: (_ name: String) -> Void = { _ in }
    ) throws -> [Verification.Finding] {
        try repository.unusual(visit).compactMap { unusual in
            // In a clone, branches are its owner's.
            guard access == .local || !unusual.name.hasPrefix("refs/heads/") else { return nil }
            return .init(
                reference: unusual.name, commit: nil, basis: .content, rule: .reference,
                saw: unusual.why)
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
