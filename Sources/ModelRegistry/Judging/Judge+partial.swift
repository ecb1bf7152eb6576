import GitStore

/// Several approvers: each makes a signed merge, which the next one's merges.
extension Judge {
    /// Judges the partial approvals that an update brings onto a proposal's branch; nil when it is
    /// none of that.
    func partialApprovals(
        _ update: ReferenceUpdate, _ new: Commit, environment: Environment, version: ModelVersion,
        _ received: Timestamp
    ) throws -> [Verdict]? {
        guard let old = update.old else { return nil }
        let chain = try commits.mergeChain(from: new)
        guard !chain.partials.isEmpty else { return nil }
        let all = [chain.proposal] + chain.partials
        guard let start = all.firstIndex(where: { $0.id == old }) else { return nil }
        var verdicts: [Verdict] = []
        for index in (start + 1)..<all.count {
            let step = ReferenceUpdate(
                name: update.name, old: all[index - 1].id, new: all[index].id)
            let below = MergeChain(
                proposal: chain.proposal, partials: Array(all[1..<index]))
            let verdict = try partialApproval(
                step, all[index], over: below, environment: environment, version: version, received)
            verdicts.append(verdict)
            guard verdict.isAccepted else { break }
        }
        return verdicts
    }

    private func partialApproval(
        _ update: ReferenceUpdate, _ merge: Commit, over chain: MergeChain,
        environment: Environment, version: ModelVersion, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .partialApproval
        verdict.environment = environment
        verdict.model = version.model
        verdict.version = version.number
        verdict.proposal = chain.proposal.id
        guard let tip = try reference(environment.branch) else {
            verdict.refuse(.reference, "there is no environment '\(environment)'")
            return verdict
        }
        let snapshot = try policies.snapshot(of: commits.commit(tip).tree)
        guard let rule = snapshot.policy.environment(environment) else {
            verdict.refuse(
                .policy, "the policy in env/\(environment) does not name the environment")
            return verdict
        }
        guard
            let facts = try nestedProposal(
                chain.proposal, environment, snapshot, received, into: &verdict)
        else { return verdict }
        try demandFresh(facts, tip: tip, into: &verdict)
        try demandOpen(facts, into: &verdict)
        let signer = try demandCounted(
            merge, of: facts, rule, snapshot, received, into: &verdict)
        guard let signer, verdict.isAccepted else { return verdict }
        let below = try counted(chain, of: facts, rule, snapshot, received).signatures
        demandDistinct(signer, from: below, into: &verdict)
        let signatures = below + [signer]
        let missing = signatures.missing(of: rule.approvals)
        verdict.counted = signatures
        verdict.answer(
            .approvals, true,
            "\(signatures.map(\.text).joined(separator: ", ")); "
                + (missing.isEmpty
                    ? "complete: merge it into env/\(environment)" : "missing: \(missing.text)"))
        return verdict
    }

    /// Rules 3, 4 and 5 for a merge that is counted besides the one that moves the environment.
    private func demandCounted(
        _ merge: Commit, of facts: ProposalFacts, _ rule: EnvironmentRule,
        _ snapshot: PolicySnapshot, _ received: Timestamp, into verdict: inout Verdict
    ) throws -> CountedSignature? {
        let environment = rule.environment
        guard merge.parents.count == 2, try cameIn(merge.parents[0], on: environment) else {
            verdict.refuse(
                .parents, "the first parent of \(merge.id.short) is not on env/\(environment)",
                hint: "git fetch && git switch --detach origin/env/\(environment) && "
                    + "git merge --no-ff -S \(merge.parents.last?.hex ?? "")")
            return nil
        }
        try demandComposed(
            merge, facts, commits.commit(merge.parents[0]), into: &verdict)
        return try demandApprover(merge, of: facts, rule, snapshot, received, into: &verdict)
    }

    /// The signer of a merge, who must hold a role that is asked for, not be an author, and sign
    /// in time and without contradiction.
    func demandApprover(
        _ merge: Commit, of facts: ProposalFacts, _ rule: EnvironmentRule,
        _ snapshot: PolicySnapshot, _ received: Timestamp,
        emergency: EnvironmentRule.BreakGlass? = nil, into verdict: inout Verdict
    ) throws -> CountedSignature? {
        let environment = rule.environment
        guard let signer = try resolveSigner(of: merge, under: snapshot, received, into: &verdict)
        else { return nil }
        let asked = Set(rule.approvals.keys).union(emergency?.approvals.keys.map { $0 } ?? [])
        demandRole(
            Array(asked), of: signer, in: environment, under: snapshot, into: &verdict)
        demandScope(facts.version.model, of: signer, rule, under: snapshot, into: &verdict)
        demandPrintedName(merge, signer, under: snapshot, into: &verdict)
        demandTrailers(
            merge,
            Self.subjectTrailers(facts.version, environment) + [("Decision", "approved")],
            into: &verdict)
        try demandFourEyes(signer, facts, rule, snapshot, received, into: &verdict)
        try demandDates(merge, received, into: &verdict)
        let roles = asked.sorted()
            .filter { snapshot.policy.holds(signer.principal, $0, in: environment) }
        return CountedSignature(
            principal: signer.principal, fingerprint: signer.fingerprint, roles: roles,
            commit: merge.id, received: received)
    }

    /// The partial approvals that count now, and why others don't. Each is judged as it was when it
    /// came in, by the policy now in the environment.
    func counted(
        _ chain: MergeChain, of facts: ProposalFacts, _ rule: EnvironmentRule,
        _ snapshot: PolicySnapshot, _ now: Timestamp
    ) throws -> (signatures: [CountedSignature], disqualified: [String]) {
        var signatures: [CountedSignature] = []
        var disqualified: [String] = []
        let branch = rule.environment.proposalBranch(facts.version)
        for merge in chain.partials {
            var verdict = Verdict(ReferenceUpdate(name: branch, old: nil, new: merge.id))
            verdict.isTerse = isTerse
            let when = try received(merge.id, on: branch, else: now)
            if isTooOld(merge, rule, now) {
                verdict.refuse(.approvalAge, "it was signed too long ago, at \(merge.committed)")
            }
            let signature = try demandCounted(
                merge, of: facts, rule, snapshot, when, into: &verdict)
            if let signature {
                demandDistinct(signature, from: signatures, into: &verdict)
                if verdict.denials.isEmpty { signatures.append(signature) }
            }
            if let denial = verdict.denials.first {
                disqualified.append("\(merge.id.short) counts for nothing: \(denial.saw)")
            }
        }
        return (signatures, disqualified)
    }

    /// Refuses a merge over partial approvals of which one has not the form of one, whoever signed it:
    /// all that hangs on it would become history of the environment.
    func demandWellFormed(
        _ chain: MergeChain, of facts: ProposalFacts, _ environment: Environment,
        into verdict: inout Verdict
    ) throws {
        for merge in chain.partials {
            guard try cameIn(merge.parents[0], on: environment) else {
                return verdict.refuse(
                    .parents,
                    "it merges \(merge.id.short), whose first parent is not on env/\(environment)",
                    hint: "merge what is on the proposal's branch: git switch --detach "
                        + "origin/env/\(environment) && git merge --no-ff -S "
                        + "origin/\(ReferenceTarget.short(environment.proposalBranch(facts.version)))"
                )
            }
            var form = verdict
            form.answers = []
            try demandComposed(
                merge, facts, commits.commit(merge.parents[0]), into: &form)
            verdict.answers += form.denials
        }
    }

    /// Never the same person twice.
    private func demandDistinct(
        _ signature: CountedSignature, from others: [CountedSignature], into verdict: inout Verdict
    ) {
        guard let same = others.first(where: { $0.principal == signature.principal }) else {
            return
        }
        verdict.refuse(
            .approvals, "\(signature.principal) approved it before, in \(same.commit.short)",
            hint: "another person approves it")
    }

    /// Whether the merge and the partial approvals below it meet the environment's role vector.
    func demandApprovals(
        _ merge: CountedSignature, over chain: MergeChain, of facts: ProposalFacts,
        _ rule: EnvironmentRule, _ snapshot: PolicySnapshot, _ received: Timestamp,
        emergency: EnvironmentRule.BreakGlass?, into verdict: inout Verdict
    ) throws {
        let below = try counted(chain, of: facts, rule, snapshot, received)
        // Never the same person twice: a second signature of theirs adds nothing.
        let signatures = below.signatures + [merge]
        let missing = signatures.missing(of: rule.approvals)
        verdict.counted = signatures
        let isAgain = below.signatures.contains { $0.principal == merge.principal }
        let who = {
            (isAgain ? below.signatures : signatures).map(\.text).joined(separator: ", ")
        }
        let not = { below.disqualified.map { "; \($0)" }.joined() }
        let branch = { ReferenceTarget.short(rule.environment.proposalBranch(facts.version)) }
        if let emergency {
            // Whether it is signatures that are to be done without or something else.
            let lacking = signatures.missing(of: emergency.approvals)
            guard lacking.isEmpty else {
                return verdict.refuse(
                    .approvals, "even break-glass asks for \(lacking.text) besides \(who())",
                    hint: "whoever breaks the glass holds: \(emergency.approvals.text)")
            }
            guard missing.isEmpty else {
                return verdict.answers.append(
                    RuleAnswer(
                        rule: .approvals, status: .bypassed,
                        saw: "approved by \(who()); missing, and bypassed by break-glass: "
                            + missing.text))
            }
        }
        let isSignedFurther =
            try !missing.isEmpty && !isAgain && isSignedFurther(chain, of: facts, rule)
        verdict.answer(
            .approvals, missing.isEmpty,
            missing.isEmpty
                ? "\(signatures.count) of \(rule.approvals.total): \(who())\(not())"
                : "approved by \(who()), missing: \(missing.text)\(not())",
            hint: isAgain
                ? "\(merge.principal) has signed already; somebody else signs what is missing"
                : isSignedFurther
                    ? "others have signed meanwhile: git fetch, and merge origin/\(branch()) instead"
                    : "push this merge to the proposal, for the next approver to merge: "
                        + "git push origin HEAD:\(branch())")
    }

    /// Whether the proposal's branch has signatures that a chain lacks.
    private func isSignedFurther(
        _ chain: MergeChain, of facts: ProposalFacts, _ rule: EnvironmentRule
    ) throws -> Bool {
        let branch = rule.environment.proposalBranch(facts.version)
        guard let tip = try reference(branch), tip != chain.proposal.id,
            !chain.partials.contains(where: { $0.id == tip })
        else { return false }
        return try commits.mergeChain(from: commits.commit(tip)).proposal.id == chain.proposal.id
    }
}
