import GitStore

/// What can be said of a proposal before anybody has signed its approval.
package struct Assessment {
    package var facts: ProposalFacts
    package var rule: EnvironmentRule
    package var policy: Policy
    package var action: Action
    /// The version that the environment has now.
    package var currentVersion: Int?
    /// Every rule's answer but those about the approval's own signature.
    package var answers: [RuleAnswer]
    /// The human signers of registration and proposal.
    package var authors: Set<PrincipalID>
    /// Who may give the approval now: holders of the role, without the authors where four eyes are
    /// asked for.
    package var approvers: [(principal: PrincipalID, role: RoleName)]
    /// The partial approvals that count.
    package var signatures: [CountedSignature]
    /// The roles that still have to sign.
    package var missing: [RoleName: Int]
}

extension Judge {
    /// Assesses an open proposal as if somebody approved it now.
    ///
    /// - Throws: `RegistryError.refused` when the commit is no well-formed proposal at all.
    package func assess(
        _ id: ObjectID, for environment: Environment, received: Timestamp
    ) throws -> Assessment {
        guard let tipID = try reference(environment.branch) else {
            throw RegistryError.unknownEnvironment(environment.name, known: [])
        }
        let tip = try commits.commit(tipID)
        let snapshot = try policies.snapshot(of: tip.tree)
        var verdict = Verdict(ReferenceUpdate(name: environment.branch, old: tipID, new: nil))
        let chain = try commits.mergeChain(from: commits.commit(id))
        guard let rule = snapshot.policy.environment(environment),
            let facts = try nestedProposal(
                chain.proposal, environment, snapshot, received, into: &verdict)
        else {
            throw RegistryError.refused(verdict)
        }
        try demandFresh(facts, tip: tipID, into: &verdict)
        try demandOpen(facts, into: &verdict)
        try demandRequirements(facts, rule, tip, approvals: [], received, into: &verdict)
        var authors: Set<PrincipalID> = []
        switch try self.authors(of: facts, snapshot, received) {
        case .success(let known): authors = known
        case .failure(let unresolved):
            verdict.refuse(.fourEyes, unresolved.saw, hint: unresolved.hint)
        }
        let partial = try counted(chain, of: facts, rule, snapshot, received)
        let missing = partial.signatures.missing(of: rule.approvals)
        let done = Set(partial.signatures.map(\.principal))
        let live = try livePrincipals(snapshot.signers, at: received)
        // Who holds several roles may have to make room for another holder of one.
        let others = rule.approvals.keys.sorted().flatMap { role in
            snapshot.policy.principals(holding: role, in: environment).subtracting(done)
                .filter { !rule.fourEyes || !authors.contains($0) }
                .filter { live.contains($0) }
                .filter {
                    partial.signatures.missing(of: rule.approvals, with: $0, role) < missing.total
                }
                .sorted { $0.text < $1.text }
                .map { (principal: $0, role: role) }
        }
        let model = facts.version.model
        let approvers = others.filter { snapshot.policy.mayDecide($0.principal, model) }
        if approvers.isEmpty, !others.isEmpty {
            verdict.refuse(
                .scope, "nobody may approve it: no approver of \(environment) decides \(model)",
                hint: "an admin widens somebody's scope: signet policy propose")
        } else if approvers.isEmpty, !missing.isEmpty {
            verdict.refuse(
                .fourEyes,
                "nobody may give what is missing (\(missing.text)): who could, made it, has "
                    + "signed or has no valid key",
                hint: "an admin names another approver: signet policy propose")
        }
        let before = try scope(of: facts.version.model, in: tip.tree)
        return Assessment(
            facts: facts, rule: rule, policy: snapshot.policy,
            action: try action(of: facts, over: before, tip: tipID),
            currentVersion: try versionNumber(before), answers: verdict.answers, authors: authors,
            approvers: approvers, signatures: partial.signatures, missing: missing)
    }
}
