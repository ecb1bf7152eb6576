import GitStore

extension Judge {
    /// The paths that a roll-out of configuration leaves as the environment has them.
    static let environmentsOwn = ["models", "parameters", "evidence", PolicyReader.environmentPath]

    /// Judges one first-parent step of an environment branch by the policy in the tip's tree.
    package func environmentStep(
        _ step: Commit, onto tip: Commit, environment: Environment, _ received: Timestamp,
        isHistoric: Bool = false
    ) throws -> Verdict {
        var verdict = Verdict(
            ReferenceUpdate(name: environment.branch, old: tip.id, new: step.id))
        verdict.kind = .approval
        verdict.isTerse = isTerse
        verdict.environment = environment
        let snapshot = try policies.snapshot(of: tip.tree)
        verdict.policyTree = tip.tree
        guard step.parents.count == 2, step.parents[0] == tip.id else {
            verdict.refuse(
                .parents,
                "a step of env/\(environment) is a merge with two parents, the present tip first; "
                    + "\(step.id.short) has \(step.parents.count)",
                hint: "git fetch && git switch --detach origin/env/\(environment) && "
                    + "git merge --no-ff -S origin/promote/\(environment)/MODEL/vN && "
                    + "git push origin HEAD:env/\(environment)")
            return verdict
        }
        verdict.answer(.parents, true, "a merge on the present tip \(tip.id.short)")
        let merged = try commits.commit(step.parents[1])
        if let chain = try rolloutChain(from: merged) {
            return try rollout(
                step, of: chain.main, gathered: chain.partials, onto: tip, environment, snapshot,
                received, verdict)
        }
        guard let rule = snapshot.policy.environment(environment) else {
            verdict.refuse(
                .policy, "the policy in env/\(environment) does not name the environment")
            return verdict
        }
        return try approval(
            step, of: merged, onto: tip, rule, snapshot, received, isHistoric: isHistoric, verdict)
    }

    private func approval(
        _ step: Commit, of merged: Commit, onto tip: Commit, _ rule: EnvironmentRule,
        _ snapshot: PolicySnapshot, _ received: Timestamp, isHistoric: Bool, _ start: Verdict
    ) throws -> Verdict {
        var verdict = start
        let environment = rule.environment
        guard try isProposed(merged) else {
            verdict.refuse(
                .proposal,
                "\(step.id.short) is the proposal itself: fast-forwarding approves nothing",
                hint: "make a signed merge of it: git switch --detach \(tip.id.hex) && "
                    + "git merge --no-ff -S \(step.id.hex) && "
                    + "git push origin HEAD:env/\(environment)")
            return verdict
        }
        guard merged.parents.count == 2 || merged.trailer("Decision")?.lowercased() != "rejected"
        else {
            verdict.refuse(
                .open, "\(merged.id.short) is a rejection: it closed the proposal for good",
                hint: "propose anew: signet propose MODEL@N --env \(environment)")
            return verdict
        }
        let chain = try commits.mergeChain(from: merged)
        guard
            let facts = try nestedProposal(
                chain.proposal, environment, snapshot, received, into: &verdict)
        else { return verdict }
        let version = facts.version
        verdict.model = version.model
        verdict.version = version.number
        verdict.proposal = chain.proposal.id
        let before = try scope(of: version.model, in: tip.tree)
        verdict.previousVersion = try versionNumber(before)
        verdict.action = try action(of: facts, over: before, tip: tip.id)
        try demandFresh(facts, tip: tip.id, into: &verdict)
        if !isHistoric { try demandOpen(facts, into: &verdict) }
        try demandComposed(step, facts, tip, into: &verdict)
        try demandWellFormed(chain, of: facts, environment, into: &verdict)
        let emergency = breakGlass(step, rule, into: &verdict)
        guard
            let signature = try demandApprover(
                step, of: facts, rule, snapshot, received, emergency: emergency, into: &verdict)
        else { return verdict }
        verdict.reason =
            step.trailer("Reason") ?? step.trailer(Self.breakGlassTrailer)
            ?? Self.subjectLine(step)
        if verdict.denials.isEmpty {
            try demandApprovals(
                signature, over: chain, of: facts, rule, snapshot, received,
                emergency: emergency, into: &verdict)
        } else {
            verdict.skip(.approvals, "not counted: the merge itself is not valid")
        }
        try demandRequirements(
            facts, rule, tip, step, received, emergency: emergency, into: &verdict)
        return verdict
    }

    /// Whether a step's second parent is a proposal, and not the registration that one proposes.
    private func isProposed(_ merged: Commit) throws -> Bool {
        guard merged.parents.count == 1 else { return true }
        do {
            return try reference(registration(of: merged.id).version.tagReference) != merged.id
        } catch is DocumentError {
            return true  // no registration either: the proposal's own check says so
        }
    }

    /// The proposal that the step merges, its own rules answered in one line.
    func nestedProposal(
        _ merged: Commit, _ environment: Environment, _ snapshot: PolicySnapshot,
        _ received: Timestamp, into verdict: inout Verdict
    ) throws -> ProposalFacts? {
        var inner = verdict
        inner.answers = []
        // Where it was received, and so from when its signature counts.
        inner.reference = try proposalBranch(of: merged, environment) ?? verdict.reference
        let when = try proposalReceived(merged, environment, else: received)
        let facts = try proposal(merged, for: environment, under: snapshot, when, into: &inner)
        guard let facts else {
            verdict.answers += inner.denials
            return nil
        }
        let registered = try self.received(
            facts.registration.commit.id, on: facts.version.model.branch, else: received)
        switch try signer(
            of: facts.registration.commit, on: facts.version.model.branch, under: snapshot,
            received: registered)
        {
        case .failure(let unresolved):
            verdict.refuse(.proposal, "\(facts.version): \(unresolved.saw)", hint: unresolved.hint)
            return nil
        case .success(let registrar):
            guard snapshot.policy.holds(registrar.principal, .registrar, in: nil) else {
                verdict.refuse(
                    .proposal,
                    "\(facts.version) was registered by \(registrar.principal), who is no registrar here",
                    hint: "a registrar registers it anew")
                return nil
            }
        }
        verdict.answer(
            .proposal, true,
            "merges the proposal \(merged.id.short) of \(facts.version), proposed by \(facts.signer.principal)"
        )
        return facts
    }

    func proposalReceived(
        _ proposal: Commit, _ environment: Environment, else now: Timestamp
    ) throws -> Timestamp {
        guard let branch = try proposalBranch(of: proposal, environment) else { return now }
        return try received(proposal.id, on: branch, else: now)
    }

    /// The branch that a proposal is for; nil for what is no proposal.
    private func proposalBranch(
        of proposal: Commit, _ environment: Environment
    ) throws -> String? {
        guard proposal.parents.count == 2 else { return nil }
        do {
            return environment.proposalBranch(try registration(of: proposal.parents[1]).version)
        } catch is DocumentError {
            return nil  // no proposal at all: its own check says so
        }
    }

    func demandComposed(
        _ step: Commit, _ facts: ProposalFacts, _ tip: Commit, into verdict: inout Verdict
    ) throws {
        // A proposal made on this very tip was composed over it, which was just proven.
        let isComposed =
            facts.base.id == tip.id
            ? step.tree == facts.commit.tree
            : try repository.isComposed(step.tree, of: facts.scope, over: tip.tree)
        guard !isComposed else {
            return verdict.answer(
                .tree, true,
                "the merge changes the scope of \(facts.version.model) as proposed, and nothing else"
            )
        }
        let expected = try repository.compose(facts.scope, over: tip.tree, writing: false)
        verdict.refuse(
            .tree, "the merge's tree is \(step.tree.hex), not what the proposal makes of the tip",
            hint: "the tree would be \(expected.hex): git switch --detach \(tip.id.hex) && "
                + "git merge --no-ff -S \(facts.commit.id.hex)")
    }
}
