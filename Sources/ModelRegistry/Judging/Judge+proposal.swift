import GitStore
import Signatures

/// What a well-formed proposal proposes.
package struct ProposalFacts: Sendable {
    package let commit: Commit
    package let base: Commit
    package let environment: Environment
    package let registration: RegistrationFacts
    package let scope: Scope
    package let parameters: Parameters?
    /// The run records in the scope, by the environment they are of.
    package let evidence: [Environment: RunRecord]
    package let signer: Signer

    package var version: ModelVersion { registration.version }
    package var isWithdrawal: Bool { scope.isEmpty }
}

extension Judge {
    /// Judges an update of a proposal's branch: what opens it, partial approvals, or a rejection.
    func promotion(
        _ update: ReferenceUpdate, new: ObjectID, environment: Environment, version: ModelVersion,
        _ received: Timestamp
    ) throws -> [Verdict] {
        let commit = try commits.commit(new)
        if commit.parents.count == 1, let old = update.old, commit.parents[0] == old {
            return [
                try rejection(
                    update, commit, environment: environment, version: version, received)
            ]
        }
        if let partials = try partialApprovals(
            update, commit, environment: environment, version: version, received)
        {
            return partials
        }
        return [try opening(update, commit, environment: environment, version: version, received)]
    }

    /// Judges a proposal that opens, or takes the place of a stale one.
    private func opening(
        _ update: ReferenceUpdate, _ commit: Commit, environment: Environment,
        version: ModelVersion, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .proposal
        verdict.environment = environment
        verdict.model = version.model
        verdict.version = version.number
        verdict.proposal = commit.id
        guard let tip = try reference(environment.branch) else {
            verdict.refuse(.reference, "there is no environment '\(environment)'")
            return verdict
        }
        guard
            let facts = try proposal(
                commit, for: environment, under: mainSnapshot(), received, into: &verdict)
        else { return verdict }
        guard facts.version == version else {
            verdict.refuse(
                .proposal, "the commit proposes \(facts.version), the branch is for \(version)",
                hint:
                    "push it to \(ReferenceTarget.short(environment.proposalBranch(facts.version)))"
            )
            return verdict
        }
        let base = facts.base.id
        guard try cameIn(base, on: environment) else {
            verdict.refuse(
                .proposal, "it is made on \(base.short), which env/\(environment) never accepted",
                hint: "something moved the branch around the registry: signet verify --env "
                    + "\(environment) says what, signet repair puts it back")
            return verdict
        }
        verdict.answer(.proposal, true, "proposes \(version) for \(environment)")
        try demandFresh(facts, tip: tip, into: &verdict)
        try demandOpen(facts, into: &verdict)
        try demandReplaceable(update.old, tip: tip, environment: environment, into: &verdict)
        try demandDates(commit, received, into: &verdict)
        let before = try scope(of: version.model, in: commits.commit(tip).tree)
        verdict.previousVersion = try versionNumber(before)
        verdict.action = try action(of: facts, over: before, tip: tip)
        verdict.reason = commit.trailer("Reason")
        return verdict
    }

    /// Checks that `commit` is a well-formed proposal; the denials go into the verdict.
    func proposal(
        _ commit: Commit, for environment: Environment, under snapshot: PolicySnapshot,
        _ received: Timestamp, into verdict: inout Verdict
    ) throws -> ProposalFacts? {
        let again = { "propose anew: signet propose MODEL@N --env \(environment)" }
        guard commit.parents.count == 2 else {
            verdict.refuse(
                .proposal,
                "\(commit.id.short) is no proposal: it has \(commit.parents.count) parents, not two",
                hint: again())
            return nil
        }
        let base = try commits.commit(commit.parents[0])
        guard try policies.environment(of: base.tree) == environment else {
            verdict.refuse(
                .proposal, "the proposal \(commit.id.short) is not made on env/\(environment)",
                hint: again())
            return nil
        }
        let facts: RegistrationFacts
        do {
            facts = try registration(of: commit.parents[1])
        } catch let error as DocumentError {
            verdict.refuse(
                .proposal, "its second parent is no registration: \(error.problem)", hint: again())
            return nil
        }
        guard try reference(facts.version.tagReference) == commit.parents[1] else {
            verdict.refuse(
                .proposal,
                "its second parent \(commit.parents[1].short) is not the registered \(facts.version)",
                hint: again())
            return nil
        }
        let model = facts.version.model
        let scope = try self.scope(of: model, in: commit.tree)
        guard try repository.isComposed(commit.tree, of: scope, over: base.tree) else {
            verdict.refuse(
                .proposal, "the proposal changes more than the scope of \(model)",
                hint: "a proposal changes \(model.modelPath), \(model.parametersPath) and "
                    + "\(model.evidencePath) alone; \(again())")
            return nil
        }
        guard scope.isEmpty || scope.files == facts.files else {
            verdict.refuse(
                .proposal,
                "\(model.modelPath) in the proposal differs from the registered \(facts.version)",
                hint: again())
            return nil
        }
        let there = try versionNumber(self.scope(of: model, in: base.tree))
        guard !scope.isEmpty || there == facts.version.number else {
            verdict.refuse(
                .proposal,
                "it withdraws \(facts.version), but \(environment) has "
                    + (there.map { "\(model)@\($0)" } ?? "no version of \(model)"),
                hint: "propose anew: signet withdraw \(model) --env \(environment)")
            return nil
        }
        guard let signer = try proposer(of: commit, environment, snapshot, received, into: &verdict)
        else { return nil }
        var parameters: Parameters?
        var evidence: [Environment: RunRecord] = [:]
        do {
            parameters = try readParameters(scope)
            evidence = try readEvidence(scope, base: base, under: snapshot, received)
        } catch let error as DocumentError {
            verdict.refuse(
                error.file.hasPrefix("evidence/") ? .evidence : .proposal,
                error.firstLine,
                hint: error.hint ?? again())
            return nil
        }
        return ProposalFacts(
            commit: commit, base: base, environment: environment, registration: facts, scope: scope,
            parameters: parameters, evidence: evidence, signer: signer)
    }

    private func proposer(
        of commit: Commit, _ environment: Environment, _ snapshot: PolicySnapshot,
        _ received: Timestamp, into verdict: inout Verdict
    ) throws -> Signer? {
        guard let signer = try resolveSigner(of: commit, under: snapshot, received, into: &verdict)
        else { return nil }
        demandRole([.proposer], of: signer, in: environment, under: snapshot, into: &verdict)
        return verdict.answers.last?.denies == true ? nil : signer
    }

    private func readParameters(_ scope: Scope) throws -> Parameters? {
        guard !scope.isEmpty else { return nil }
        guard let entry = scope.parameters, entry.mode == .file else {
            throw DocumentError(file: scope.model.parametersPath, problem: "is missing")
        }
        return try descriptions.parameters(entry.id, file: scope.model.parametersPath)
    }

    /// Refuses a proposal whose scope the environment has touched since.
    func demandFresh(
        _ facts: ProposalFacts, tip: ObjectID, into verdict: inout Verdict
    ) throws {
        let again = {
            "propose it anew: signet propose \(facts.version) --env \(facts.environment)"
        }
        let since = try history.since(
            base: facts.base.id, tip: tip, model: facts.version.model, proposal: facts.commit.id)
        guard let since else {
            verdict.refuse(
                .proposal,
                "its first parent \(facts.base.id.short) is not on env/\(facts.environment)",
                hint: again())
            return
        }
        guard !since.merged else {
            verdict.refuse(
                .notStale, "the proposal is merged already", hint: "nothing is left to do")
            return
        }
        verdict.answer(
            .notStale, since.touched == nil,
            since.touched.map {
                "stale: \($0.short) changed \(facts.version.model) in \(facts.environment) since it was proposed"
            } ?? "nothing touched \(facts.version.model) since it was proposed",
            hint: again())
    }

    /// Refuses a proposal that was decided before: closed by payload, whatever its commit id.
    func demandOpen(_ facts: ProposalFacts, into verdict: inout Verdict) throws {
        let prefix = facts.environment.closedPrefix(facts.version)
        let branch = facts.environment.proposalBranch(facts.version)
        // A rejection counts from the moment it is on the branch, entered in the ledger or not.
        let present = try reference(branch).map { [(name: branch, target: $0)] } ?? []
        for closed in try repository.references(prefix: prefix) + present {
            let tip = try commits.commit(closed.target)
            if closed.name == branch, tip.parents.count != 1 { continue }
            let decided = try commits.proposal(decidedBy: tip)
            guard decided.payloadSHA256 == facts.commit.payloadSHA256 else { continue }
            verdict.refuse(
                .open, "this proposal was closed before (\(closed.name))",
                hint: "propose it anew: signet propose \(facts.version) --env \(facts.environment)")
            return
        }
        verdict.answer(.open, true, "not decided before")
    }

    /// An open proposal gives way only when it went stale.
    private func demandReplaceable(
        _ old: ObjectID?, tip: ObjectID, environment: Environment, into verdict: inout Verdict
    ) throws {
        guard let old, try commits.commit(old).parents.count == 2 else { return }
        let commit = try commits.mergeChain(from: commits.commit(old)).proposal
        let version = try registration(of: commit.parents[1]).version
        let since = try history.since(
            base: commit.parents[0], tip: tip, model: version.model, proposal: commit.id)
        guard let since, since.touched == nil, !since.merged else { return }
        verdict.refuse(
            .open,
            "a proposal of \(version) for \(environment) is open already: \(commit.id.short)",
            hint:
                "decide it first: signet approve \(version) --env \(environment) --reason TEXT, or reject"
        )
    }

    /// The version number of the model in a scope, nil for an empty one.
    func versionNumber(_ scope: Scope) throws -> Int? {
        try scope.files.flatMap {
            try descriptions.description(in: $0, file: scope.model.modelPath + "/model.yaml")
        }?.version
    }

    /// What merging the proposal over `before` means.
    func action(of facts: ProposalFacts, over before: Scope, tip: ObjectID) throws -> Action {
        if facts.isWithdrawal { return .withdrawn }
        if before == facts.scope { return .reapproved }
        if before.files == facts.scope.files { return .parametersChanged }
        guard let previous = try versionNumber(before), facts.version.number < previous,
            try history.isRestored(facts.scope, tip: tip)
        else { return .approved }
        return .rolledBack
    }
}
