import GitStore

/// What an environment asks for besides signatures, and who may not give them.
extension Judge {
    /// No approver among the human signers of registration and proposal.
    func demandFourEyes(
        _ signer: Signer, _ facts: ProposalFacts, _ rule: EnvironmentRule,
        _ snapshot: PolicySnapshot, _ received: Timestamp, into verdict: inout Verdict
    ) throws {
        guard rule.fourEyes else {
            return verdict.skip(.fourEyes, "the policy does not ask for it")
        }
        switch try authors(of: facts, snapshot, received) {
        case .failure(let unresolved):
            verdict.refuse(
                .fourEyes, "the author can't be told: \(unresolved.saw)", hint: unresolved.hint)
        case .success(let authors):
            let others = {
                let approvers = rule.approvals.keys
                    .flatMap { snapshot.policy.principals(holding: $0, in: rule.environment) }
                    .filter { snapshot.policy.mayDecide($0, facts.version.model) }
                return Set(approvers).subtracting(authors).map(\.text).sorted()
            }
            verdict.answer(
                .fourEyes, !authors.contains(signer.principal),
                authors.contains(signer.principal)
                    ? "\(signer.principal) registered or proposed it, and so may not approve it"
                    : "approved by \(signer.principal), made by "
                        + authors.map(\.text).sorted().joined(separator: ", "),
                hint: "who may approve it: \(others().joined(separator: ", "))")
        }
    }

    /// The human signers of registration and proposal; a service's proposal inherits those of the
    /// proposal whose run caused it.
    func authors(
        of facts: ProposalFacts, _ snapshot: PolicySnapshot, _ received: Timestamp
    ) throws -> Result<Set<PrincipalID>, Unresolved> {
        var authors: Set<PrincipalID> = []
        let registered = try self.received(
            facts.registration.commit.id, on: facts.version.model.branch, else: received)
        switch try self.signer(
            of: facts.registration.commit, on: facts.version.model.branch, under: snapshot,
            received: registered)
        {
        case .failure(let unresolved): return .failure(unresolved)
        case .success(let signer): if !signer.isService { authors.insert(signer.principal) }
        }
        var signer = facts.signer
        var environment = facts.environment
        var evidence = facts.evidence
        while signer.isService {
            guard let after = snapshot.policy.environment(environment)?.after,
                let cause = evidence[after].flatMap({ ObjectID($0.environmentCommit) })
            else { break }
            let approval = try commits.commit(cause)
            guard approval.parents.count == 2 else { break }
            let proposal = try commits.mergeChain(from: commits.commit(approval.parents[1]))
                .proposal
            let when = try proposalReceived(proposal, after, else: received)
            switch try self.signer(
                of: proposal, on: after.proposalBranch(facts.version), under: snapshot,
                received: when)
            {
            case .failure(let unresolved): return .failure(unresolved)
            case .success(let earlier): signer = earlier
            }
            environment = after
            evidence = try recordsAsWritten(
                scope(of: facts.version.model, in: proposal.tree))
        }
        if !signer.isService { authors.insert(signer.principal) }
        return .success(authors)
    }

    /// The records of a scope that was accepted earlier, and so proven then.
    func recordsAsWritten(_ scope: Scope) throws -> [Environment: RunRecord] {
        guard let folder = scope.evidence else { return [:] }
        var records: [Environment: RunRecord] = [:]
        for (name, _) in try repository.files(in: folder.id) {
            guard let bytes = try repository.blob(at: name, in: folder.id) else { continue }
            let record = try RunRecord.parse(bytes, file: "\(scope.model.evidencePath)/\(name)")
            records[record.environment] = record
        }
        return records
    }

    /// `after`, run, gates, card, model signature and the rules about time; a rollback and a
    /// withdrawal skip them.
    ///
    /// - Parameter approvals: those that are counted, as far as there are any yet.
    func demandRequirements(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, _ tip: Commit, approvals: [Commit],
        _ received: Timestamp, into verdict: inout Verdict
    ) throws {
        var asked = verdict
        asked.answers = []
        if !facts.isWithdrawal {
            try demandAfter(facts, rule, into: &asked)
            demandRun(facts, rule, into: &asked)
            try demandCard(facts, rule, into: &asked)
            demandModelSignature(facts, rule, into: &asked)
            try demandSoak(facts, rule, received, into: &asked)
            demandThawed(rule, received, into: &asked)
            demandYoung(approvals, rule, received, into: &asked)
        }
        // Only a proposal that fails them needs the walk through history that excuses it.
        let isExcused =
            try facts.isWithdrawal
            || (asked.answers.contains(where: \.denies)
                && history.isRestored(facts.scope, tip: tip.id))
        guard isExcused else {
            verdict.answers += asked.answers
            return
        }
        let why = facts.isWithdrawal ? "a withdrawal" : "a rollback to what was accepted before"
        let requirements: [Rule] = [
            .after, .run, .gates, .card, .modelSignature, .soak, .freeze, .approvalAge,
        ]
        for skipped in requirements {
            verdict.skip(skipped, why)
        }
    }

    private func demandAfter(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, into verdict: inout Verdict
    ) throws {
        guard let after = rule.after else { return verdict.skip(.after, "the first environment") }
        let isStanding: Bool
        switch try tipAsOf(after) {
        case .known(let tip): isStanding = try tip.map { try stands(facts, at: $0) } ?? false
        case .unknown: isStanding = try stoodForEvidence(facts, in: after)
        }
        verdict.answer(
            .after, isStanding,
            isStanding
                ? "\(facts.version) was accepted in \(after)"
                : "\(facts.version) is not accepted in \(after), or was withdrawn or rolled back there",
            hint: "approve it in \(after) first: signet review \(facts.version) --env \(after)")
    }

    /// Whether the version was accepted up to `tip`, and neither withdrawn nor rolled back below since.
    private func stands(_ facts: ProposalFacts, at tip: ObjectID) throws -> Bool {
        let model = facts.version.model
        let scope = try self.scope(of: model, in: commits.commit(tip).tree)
        guard let number = try versionNumber(scope) else { return false }
        if number == facts.version.number { return true }
        guard number > facts.version.number else { return false }
        var found = false
        try history.changes(of: model, from: tip) { _, earlier in
            guard let there = try versionNumber(earlier), there >= facts.version.number else {
                return false
            }
            found = earlier.files == facts.scope.files
            return !found
        }
        return found
    }

    /// Whether the evidence's own environment commit, which hash order puts before the proposal, had
    /// the version.
    private func stoodForEvidence(
        _ facts: ProposalFacts, in environment: Environment
    ) throws -> Bool {
        guard let record = facts.evidence[environment],
            let commit = ObjectID(record.environmentCommit)
        else { return false }
        let scope = try self.scope(of: facts.version.model, in: commits.commit(commit).tree)
        return scope.files == facts.scope.files
    }

    private func demandRun(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, into verdict: inout Verdict
    ) {
        guard rule.requires.run, let after = rule.after else {
            verdict.skip(.run, "the policy does not ask for a run")
            return demandGates(
                facts, rule, record: rule.after.flatMap { facts.evidence[$0] }, into: &verdict)
        }
        let record = facts.evidence[after]
        let digests = facts.registration.description.artifacts.map(\.sha256)
        let fits =
            record.map {
                $0.version == facts.version && digests.contains($0.modelSHA256)
            } ?? false
        verdict.answer(
            .run, fits && record?.status == .passed,
            record == nil
                ? "there is no run of \(facts.version) in \(after)"
                : !fits
                    ? "the evidence is of another version than \(facts.version)"
                    : "the run in \(after) \(record?.status.sentence ?? "")",
            hint: hint(for: fits ? record?.status : nil, of: facts.version, in: after, rule))
        demandGates(facts, rule, record: record, into: &verdict)
    }

    private func hint(
        for status: RunRecord.Status?, of version: ModelVersion, in after: Environment,
        _ rule: EnvironmentRule
    ) -> String {
        let propose = "signet propose \(version) --env \(rule.environment)"
        switch status {
        case .failed:
            return "change the parameters there (signet params set \(version.model) --env \(after) "
                + "PATH=VALUE), or register another version"
        case .error:
            return "put right what stopped it, run it again, and propose with its record: "
                + "signet infer \(version.model) --env \(after) --again && \(propose)"
        case .passed, .skipped, nil:
            return "run it there, and propose with its record: "
                + "signet infer \(version.model) --env \(after) && \(propose)"
        }
    }

    private func demandGates(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, record: RunRecord?,
        into verdict: inout Verdict
    ) {
        guard !rule.requires.gates.isEmpty else {
            return verdict.skip(.gates, "the policy sets none")
        }
        let missed = rule.requires.gates.sorted { $0.key < $1.key }.filter { metric, gate in
            !gate.admits(record?.metrics[metric]?.value)
        }
        verdict.answer(
            .gates, missed.isEmpty,
            missed.isEmpty
                ? "\(rule.requires.gates.count) of the policy's gates pass"
                : missed.map { metric, gate in
                    "\(metric) is \(record?.metrics[metric]?.value.map { "\($0)" } ?? "missing"), wanted \(gate.text)"
                }.joined(separator: "; "),
            hint: "the policy's gates can't be met by this version's run; register a better one")
    }

    private func demandCard(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, into verdict: inout Verdict
    ) throws {
        guard !rule.requires.card.isEmpty else {
            return verdict.skip(.card, "the policy names no sections")
        }
        let card = try facts.scope.files.flatMap { try repository.blob(at: "CARD.md", in: $0.id) }
        let missing = Card.missing(sections: rule.requires.card, in: card ?? [])
        verdict.answer(
            .card, missing.isEmpty,
            missing.isEmpty
                ? "the card has \(rule.requires.card.joined(separator: ", "))"
                : "the card lacks, or leaves empty: \(missing.joined(separator: ", "))",
            hint: "register a version whose CARD.md has these sections")
    }
}
