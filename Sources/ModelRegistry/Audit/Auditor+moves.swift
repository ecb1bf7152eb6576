import GitStore

extension Auditor {
    /// The moves of a period, in the ledger's order.
    func moves(in period: AuditPeriod, of environment: Environment?) throws -> [AuditMove] {
        try links.filter { link in
            period.contains(link.entry.received)
                && (environment == nil || Self.environment(of: link.entry.verdict) == environment)
        }.map(move)
    }

    private static func environment(of verdict: Verdict) -> Environment? {
        if let environment = verdict.environment { return environment }
        switch ReferenceTarget(verdict.reference) {
        case .environment(let environment), .runs(let environment), .proposal(let environment, _),
            .rollout(let environment, _):
            return environment
        case .main, .policy, .models, .revocations, .engineOnly, nil: return nil
        }
    }

    /// One entry, with what its commits say; where they can't be read, that is a finding.
    func move(_ link: Ledger.Link) throws -> AuditMove {
        var move = AuditMove(link)
        guard !move.isRefused else {
            move.signer = try attempt(link.entry)
            return move
        }
        // Revocations that came later say nothing of it.
        judge.entryJudged = move.entry
        defer { judge.entryJudged = nil }
        move.reapproves = reapprovals.filter { $0.endedBy == move.entry }.map(\.entry)
        do {
            try describe(&move, link.entry)
        } catch {
            contradict(move, .record, "what it moved can't be read: \(error.firstLine)")
        }
        return move
    }

    /// Who tried, as the registry noted it: the commit itself was turned away and need not be here.
    private func attempt(_ entry: LedgerEntry) throws -> AuditSignature? {
        let verdict = entry.verdict
        guard let principal = verdict.principal, let new = verdict.new else { return nil }
        let main = try map.tip(of: Judge.main, before: entry.number).map { try commit($0).tree }
        let policy = try main.map { try judge.policies.snapshot(of: $0).policy }
        return AuditSignature(
            commit: new, principal: principal, name: policy?.printedName(principal) ?? "unknown",
            roles: policy?.roles(of: principal, in: verdict.environment) ?? [],
            fingerprint: verdict.fingerprint, received: entry.received,
            meaning: .responsibility, reason: verdict.reason)
    }

    private func describe(_ move: inout AuditMove, _ entry: LedgerEntry) throws {
        guard let new = move.commit, let target = ReferenceTarget(move.reference) else { return }
        let step = try commit(new)
        let tree = try policyTree(of: step, on: target, entry: entry.number)
        move.policyTree = tree
        move.signer = try signature(
            of: step, meaning(of: step, on: target), under: tree, on: move.reference,
            in: Self.environment(of: entry.verdict), received: entry.received)
        switch target {
        case .environment(let environment):
            try describe(&move, step, of: environment, under: tree, entry.verdict)
        case .proposal(let environment, _):
            try describe(&move, proposed: step, for: environment, under: tree, entry.verdict)
        case .main: try describe(&move, configuration: step, entry.verdict)
        case .policy, .rollout:
            try describe(&move, gathering: step, on: target, under: tree, entry.verdict)
        case .runs: move.evidence = try runRecord(of: step).map { [$0] } ?? []
        case .revocations:
            move.revocation = try judge.revocations.items(
                upTo: step.id, founding: registry.founding
            )
            .last.map(revocation)
        case .models, .engineOnly: break
        }
        compare(move, with: entry.verdict)
        try compare(move, step, on: target, with: entry.verdict)
    }

    private func meaning(
        of step: Commit, on target: ReferenceTarget
    ) throws -> AuditSignature.Meaning {
        switch target {
        case .main, .environment, .rollout:
            return step.parents.count == 2 ? .approval : .responsibility
        case .proposal:
            guard step.parents.count == 2 else { return .review }
            return try isProposal(step) ? .authorship : .approval
        case .policy:
            if step.parents.count == 2 { return .approval }
            return try judge.isConfigurationRejection(step) ? .review : .authorship
        case .revocations: return .responsibility
        case .models, .runs, .engineOnly: return .authorship
        }
    }

    /// A step of an environment: an approval, a roll-out of configuration, or its beginning.
    private func describe(
        _ move: inout AuditMove, _ step: Commit, of environment: Environment, under tree: ObjectID,
        _ said: Verdict
    ) throws {
        guard let below = try step.parents.first.map(commit) else { return }
        guard try judge.policies.environment(of: below.tree) != nil else {
            let again = try registry.judgedRoot(step, of: environment, by: judge)
            let branch = try gatheringBranch(of: below.tree, for: environment)
            let merges = try gathered(below: step)
            try note(again, merges, &move, under: below.tree, on: branch, in: nil)
            return compare(move, again, said)
        }
        guard step.parents.count == 2 else { return }
        let again = try judgedAgain(step, onto: below, environment, move)
        guard let chain = try chain(of: step) else {
            move.policy = try policyStep(from: below.tree, to: step.tree)
            let branch = try gatheringBranch(of: step.tree, for: environment)
            try note(again, gathered(below: step), &move, under: tree, on: branch, in: nil)
            return compare(move, again, said)
        }
        let version = chain.registration.version
        move.authors = try authors(
            of: chain.proposal, chain.registration, in: environment, under: tree,
            received: move.received)
        try note(
            again, chain.merges, &move, under: tree, on: environment.proposalBranch(version),
            in: environment)
        move.fourEyes = try fourEyes(move.authors, move.approvals, in: environment, under: tree)
        move.parameters = try parameters(of: version.model, from: below.tree, to: step.tree)
        move.evidence = try evidence(of: version.model, in: step.tree, for: environment, tree)
        move.breakGlass = emergency(of: step, again, move)
        compare(move, with: again, version)
        compare(move, again, said)
    }

    /// The signatures that a whole step counts.
    private func note(
        _ again: Verdict, _ merges: [Commit], _ move: inout AuditMove, under tree: ObjectID,
        on branch: String, in environment: Environment?
    ) throws {
        let count = Count(signatures: again.counted ?? [], missing: [:], merges: merges)
        try note(count, &move, under: tree, on: branch, in: environment)
        move.missing = nil
    }

    /// A step of main.
    private func describe(
        _ move: inout AuditMove, configuration step: Commit, _ said: Verdict
    ) throws {
        guard let below = try step.parents.first.map(commit) else { return }
        move.policy = try policyStep(from: below.tree, to: step.tree)
        guard step.parents.count == 2 else { return }
        let again = try judge.configuration(step, onto: below, move.received)
        let branch = try gatheringBranch(of: step.tree, for: nil)
        try note(again, gathered(below: step), &move, under: below.tree, on: branch, in: nil)
        compare(move, again, said)
    }

    /// What gathers signatures for a change of configuration, a roll-out, or a new environment.
    private func describe(
        _ move: inout AuditMove, gathering step: Commit, on target: ReferenceTarget,
        under tree: ObjectID, _ said: Verdict
    ) throws {
        guard let below = try step.parents.first.map(commit) else { return }
        guard try !judge.isConfigurationRejection(step) else {
            if move.signer?.reason == nil { move.signer?.reason = Judge.subjectLine(step) }
            return
        }
        move.policy = try policyStep(from: below.tree, to: step.tree)
        let count = try configurationCount(
            gathered(below: step), on: move.reference, under: tree, move.received)
        try note(count, &move, under: tree, on: move.reference, in: nil)
        if move.signer?.reason == nil { move.signer?.reason = Judge.subjectLine(step) }
        var again = said
        again.counted = count.signatures
        compare(move, again, said)
    }

    /// A proposal, an approval on the way, or a rejection.
    private func describe(
        _ move: inout AuditMove, proposed step: Commit, for environment: Environment,
        under tree: ObjectID, _ said: Verdict
    ) throws {
        let isOpening = try isProposal(step)
        let below = isOpening ? step : try step.parents.last.map(commit)
        guard let below else { return }
        let inner = try isProposal(below) ? below : chain(of: below)?.proposal
        guard let proposal = inner, let facts = try registered(proposal.parents[1]) else { return }
        move.authors = try authors(
            of: proposal, facts, in: environment, under: tree, received: move.received)
        if !isOpening, step.parents.count == 2, let chain = try chain(of: step) {
            let count = try count(step, over: chain, in: environment, under: tree, move.received)
            // Who made it may not give what is missing.
            move.fourEyes = try fourEyes(move.authors, [], in: environment, under: tree)
            try note(count, &move, under: tree, on: move.reference, in: environment)
            move.fourEyes = try fourEyes(move.authors, move.approvals, in: environment, under: tree)
            var again = said
            again.counted = count.signatures
            compare(move, again, said)
        }
        let model = facts.version.model
        move.parameters = try parameters(
            of: model, from: commit(proposal.parents[0]).tree, to: proposal.tree)
        move.evidence = try evidence(of: model, in: proposal.tree, for: environment, tree)
    }

    private func judgedAgain(
        _ step: Commit, onto tip: Commit, _ environment: Environment, _ move: AuditMove
    ) throws -> Verdict {
        let map = map
        judge.tipAsOf = { .known(try map.tip(of: $0.branch, before: move.entry)) }
        return try judge.environmentStep(
            step, onto: tip, environment: environment, move.received, isHistoric: true)
    }
}
