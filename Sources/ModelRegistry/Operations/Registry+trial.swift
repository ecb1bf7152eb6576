import GitStore

/// What a place in the registry would say of a policy that nobody has proposed yet.
package struct PolicyTrial: Codable, Sendable {
    /// `main`, or `env/<environment>` for a roll-out.
    package let place: String
    /// The serial of the policy that judges, which is the one there now.
    package let serial: Int
    package let accepted: Bool
    /// The rules that deny.
    package let denials: [RuleAnswer]
}

extension Registry {
    /// Tries a drafted policy as the successor of main's, and of each environment's at roll-out.
    ///
    /// The signatures that the change would need are not looked at.
    package func trials(of draft: PolicyEdition) throws -> [PolicyTrial] {
        let begun = try references(prefix: "refs/heads/env/").compactMap { name, _ in
            if case .environment(let environment) = ReferenceTarget(name) {
                environment
            } else {
                nil
            }
        }
        let order = try environments()
        let ladder =
            order.filter { begun.contains($0) } + begun.filter { !order.contains($0) }
        return try [trial(of: draft, after: mainSnapshot(), "main", keeping: nil)]
            + ladder.map { environment in
                try trial(
                    of: draft, after: judge.policies.snapshot(of: tip(of: environment).tree),
                    "env/\(environment)", keeping: environment)
            }
    }

    private func trial(
        of draft: PolicyEdition, after current: PolicySnapshot, _ place: String,
        keeping environment: Environment?
    ) throws -> PolicyTrial {
        var verdict = Verdict(
            ReferenceUpdate(name: "refs/heads/\(place)", old: nil, new: nil))
        try judge.demandSuccession(
            draft.policy, draft.signers, after: current, now, into: &verdict)
        if let environment {
            judge.demandKept(environment, by: draft.policy, into: &verdict)
        }
        return PolicyTrial(
            place: place, serial: current.policy.serial, accepted: verdict.denials.isEmpty,
            denials: verdict.denials)
    }
}
