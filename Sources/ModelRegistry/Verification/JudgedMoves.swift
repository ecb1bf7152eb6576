import GitStore

/// Which of the commits that the ledger has were judged by all rules, and hold: whatever they bring was
/// read with them.
struct JudgedMoves: Sendable {
    /// By the place of the commit among the moves.
    private var isJudged: [Bool]

    init(of facts: LedgerFacts) {
        isJudged = [Bool](repeating: false, count: facts.moveCount)
    }

    func contains(_ place: Int) -> Bool { isJudged[place] }

    mutating func formUnion(_ other: JudgedMoves) {
        for place in isJudged.indices where other.isJudged[place] { isJudged[place] = true }
    }

    /// Notes an environment's step, and the proposal and registration that it merges.
    mutating func note(
        _ step: Commit, _ verdict: Verdict, in judge: Judge, _ facts: LedgerFacts
    ) throws {
        note(step.id, facts)
        guard let proposal = verdict.proposal else { return }
        note(proposal, facts)
        let parents = try judge.commits.commit(proposal).parents
        if parents.count == 2 { note(parents[1], facts) }
    }

    private mutating func note(_ commit: ObjectID, _ facts: LedgerFacts) {
        if let place = facts.place(of: commit) { isJudged[place] = true }
    }
}
