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
    private func move(_ link: Ledger.Link) throws -> AuditMove {
        var move = AuditMove(link)
        guard !move.isRefused else {
            move.signer = try attempt(link.entry)
            return move
        }
        do {
            try describe(&move, link.entry)
        } catch {
            let why = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
            contradict(move, .record, "what it moved can't be read: \(why)")
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
            try describe(&move, step, of: environment, under: tree)
        case .proposal(let environment, _):
            try describe(&move, proposed: step, for: environment, under: tree)
        case .main, .policy, .rollout:
            if let parent = step.parents.first {
                move.policy = try policyStep(from: commit(parent).tree, to: step.tree)
            }
        case .runs: move.evidence = try runRecord(of: step).map { [$0] } ?? []
        case .models, .revocations, .engineOnly: break
        }
        compare(move, with: entry.verdict)
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
        case .policy: return step.parents.count == 2 ? .approval : .authorship
        case .revocations: return .responsibility
        case .models, .runs, .engineOnly: return .authorship
        }
    }

    /// A step of an environment: an approval, or a roll-out of configuration.
    private func describe(
        _ move: inout AuditMove, _ step: Commit, of environment: Environment, under tree: ObjectID
    ) throws {
        guard step.parents.count == 2 else { return }
        let tip = try commit(step.parents[0])
        guard let chain = try chain(of: step) else {
            move.policy = try policyStep(from: tip.tree, to: step.tree)
            return
        }
        let version = chain.registration.version
        move.approvals = try approvals(
            chain, in: environment, under: tree, received: move.received)
        move.authors = try authors(
            of: chain.proposal, chain.registration, in: environment, under: tree,
            received: move.received)
        move.fourEyes = try fourEyes(move.authors, move.approvals, in: environment, under: tree)
        move.parameters = try parameters(of: version.model, from: tip.tree, to: step.tree)
        move.evidence = try evidence(of: version.model, in: step.tree, for: environment, tree)
        let again = try judgedAgain(step, onto: tip, environment, move)
        compare(move, with: again, version)
    }

    /// A proposal, an approval on the way, or a rejection.
    private func describe(
        _ move: inout AuditMove, proposed step: Commit, for environment: Environment,
        under tree: ObjectID
    ) throws {
        let isOpening = try isProposal(step)
        let below = isOpening ? step : try step.parents.last.map(commit)
        guard let below else { return }
        let inner = try isProposal(below) ? below : chain(of: below)?.proposal
        guard let proposal = inner, let facts = try registered(proposal.parents[1]) else { return }
        if !isOpening, step.parents.count == 2, let chain = try chain(of: step) {
            move.approvals = try approvals(
                chain, in: environment, under: tree, received: move.received)
        }
        move.authors = try authors(
            of: proposal, facts, in: environment, under: tree, received: move.received)
        if !move.approvals.isEmpty {
            move.fourEyes = try fourEyes(move.authors, move.approvals, in: environment, under: tree)
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
