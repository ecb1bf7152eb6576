import GitStore

/// Which of the ledger's moves were judged again by all rules, and hold: whatever their commits bring was
/// read with them.
struct JudgedMoves: Sendable {
    private var isJudged: [Bool]

    init(of facts: LedgerFacts) {
        isJudged = [Bool](repeating: false, count: facts.moveCount)
    }

    func contains(_ move: Int) -> Bool { isJudged[move] }

    mutating func formUnion(_ other: JudgedMoves) {
        for move in isJudged.indices where other.isJudged[move] { isJudged[move] = true }
    }

    /// Notes an environment's step, with the proposal and the registration that it merges.
    mutating func note(
        _ step: Commit, _ verdict: Verdict, in judge: Judge, _ facts: LedgerFacts
    ) throws {
        // What gathers signatures between a step and what it merges is looked at by itself.
        if step.parents.last == verdict.proposal || verdict.kind == .rollout {
            note(step.id, facts)
        }
        guard let proposal = verdict.proposal else { return }
        note(proposal, facts)
        let parents = try judge.commits.commit(proposal).parents
        if parents.count == 2 { note(parents[1], facts) }
    }

    private mutating func note(_ commit: ObjectID, _ facts: LedgerFacts) {
        if let move = facts.firstMove(of: commit) { isJudged[move] = true }
    }
}
