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
        if try isOnMain(merged.id) {
            return try rollout(
                step, of: merged, onto: tip, environment, snapshot, received, verdict)
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
        guard
            let facts = try nestedProposal(merged, environment, snapshot, received, into: &verdict)
        else { return verdict }
        let version = facts.version
        verdict.model = version.model
        verdict.version = version.number
        verdict.proposal = merged.id
        let before = try Scope(version.model, in: tip.tree, of: repository)
        verdict.previousVersion = try versionNumber(before)
        verdict.action = try action(of: facts, over: before, tip: tip.id)
        try demandFresh(facts, tip: tip.id, into: &verdict)
        if !isHistoric { try demandOpen(facts, into: &verdict) }
        try demandComposed(step, facts, tip, into: &verdict)
        guard let signer = resolveSigner(of: step, under: snapshot, received, into: &verdict) else {
            return verdict
        }
        demandRole(
            Array(rule.approvals.keys), of: signer, in: environment, under: snapshot, into: &verdict
        )
        demandPrintedName(step, signer, under: snapshot, into: &verdict)
        demandTrailers(
            step, Self.subjectTrailers(version, environment) + [("Decision", "approved")],
            into: &verdict)
        try demandFourEyes(signer, facts, rule, snapshot, received, into: &verdict)
        let wanted = rule.approvals.values.reduce(0, +)
        verdict.answer(.approvals, wanted == 1, "1 of \(wanted) approvals")
        try demandDates(step, received, into: &verdict)
        try demandRequirements(facts, rule, tip, into: &verdict)
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
        let when = try proposalReceived(merged, environment, else: received)
        let facts = try proposal(merged, for: environment, under: snapshot, when, into: &inner)
        guard let facts else {
            verdict.answers += inner.denials
            return nil
        }
        let registered = try self.received(
            facts.registration.commit.id, on: facts.version.model.branch, else: received)
        switch signatures.signer(
            of: facts.registration.commit, under: snapshot, received: registered)
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
        guard proposal.parents.count == 2 else { return now }
        do {
            let version = try registration(of: proposal.parents[1]).version
            return try received(proposal.id, on: environment.proposalBranch(version), else: now)
        } catch is DocumentError {
            return now  // no proposal at all: its own check says so
        }
    }

    private func demandComposed(
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

    /// Judges the first commit of a new environment branch.
    func environmentRoot(
        _ update: ReferenceUpdate, new: ObjectID, environment: Environment, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .environmentRoot
        verdict.environment = environment
        let root = try commits.commit(new)
        guard let main = try reference("refs/heads/main"), root.parents == [main] else {
            verdict.refuse(
                .parents, "an environment begins with a commit on main's tip",
                hint: "name it in the policy (signet policy propose FILE), then: "
                    + "signet policy roll-out --env \(environment)")
            return verdict
        }
        guard try receipts.last(environment.branch) == nil else {
            verdict.refuse(
                .reference, "'\(environment)' has begun before, and begins once",
                hint: "`signet repair` puts its branch back")
            return verdict
        }
        return try environmentRoot(
            update, of: root, on: commits.commit(main), environment, received)
    }

    /// Judges an environment's first commit against the commit of main that it stands on.
    func environmentRoot(
        _ update: ReferenceUpdate, of root: Commit, on before: Commit, _ environment: Environment,
        _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .environmentRoot
        verdict.environment = environment
        let snapshot = try policies.snapshot(of: before.tree)
        verdict.answer(
            .policy, snapshot.policy.environment(environment) != nil,
            "main's policy \(snapshot.policy.environment(environment) == nil ? "does not name" : "names") '\(environment)'"
        )
        let changed = try repository.changes(from: before.tree, to: root.tree).map(\.path)
        let isNamed = try policies.environment(of: root.tree) == environment
        verdict.answer(
            .tree, changed == [PolicyReader.environmentPath] && isNamed,
            "an environment's first commit adds \(PolicyReader.environmentPath) with its name and nothing else"
        )
        try demandConfigurationSigner(root, snapshot, received, into: &verdict)
        try demandDates(root, received, into: &verdict)
        return verdict
    }
}
