import GitStore

extension Verifier {
    /// What one thread found in the steps that it judged.
    struct StepFindings: Sendable {
        var signatures = 0
        /// The moves whose commits hold.
        var judged: JudgedMoves
        /// By the steps' distance from the tip.
        var findings: [(place: Int, findings: [Verification.Finding])] = []
    }

    private static let stepsAtATime = 64

    /// Judges steps of an environment until none is left.
    func judgeSteps(
        from queue: FirstParentQueue, of environment: Environment
    ) throws -> StepFindings {
        var part = StepFindings(judged: JudgedMoves(of: facts))
        let commits = judge.commits
        while let piece = try queue.take(Self.stepsAtATime, from: commits) {
            for (index, step) in piece.commits.enumerated() {
                let below = piece.commits.dropFirst(index + 1).first
                let tip = try below ?? commits.commit(step.parents[0])
                let (verdict, findings) = try judged(step, onto: tip, environment)
                part.signatures += verdict.signatures
                if verdict.isAccepted { try part.judged.note(step, verdict, in: judge, facts) }
                guard !findings.isEmpty else { continue }
                part.findings.append((piece.start + index, findings))
            }
        }
        return part
    }

    private func judged(
        _ step: Commit, onto tip: Commit, _ environment: Environment
    ) throws -> (verdict: Verdict, findings: [Verification.Finding]) {
        var findings: [Verification.Finding] = []
        let receipt = try map.receipt(of: step.id, on: environment.branch)
        if receipt == nil, judge.hasLedger {
            findings.append(
                .init(
                    reference: environment.branch, commit: step.id, basis: .ledger, rule: .record,
                    saw: "the ledger does not have this commit"))
        }
        let map = map
        judge.entryJudged = receipt?.number
        judge.tipAsOf = { other in
            guard let number = receipt?.number else { return .unknown }
            return .known(try map.tip(of: other.branch, before: number))
        }
        let verdict: Verdict
        do {
            verdict = try judge.environmentStep(
                step, onto: tip, environment: environment, receipt?.received ?? step.committed,
                isHistoric: true)
        } catch {
            verdict = judge.refusal(
                ReferenceUpdate(name: environment.branch, old: tip.id, new: step.id), "\(error)")
        }
        if let proposal = verdict.proposal, let receipt,
            let rejected = try map.rejection(of: proposal), rejected < receipt.number
        {
            findings.append(
                .init(
                    reference: environment.branch, commit: step.id, basis: .ledger, rule: .open,
                    saw: "the proposal was rejected before, in entry \(rejected)"))
        }
        return (
            verdict,
            findings + VerificationPass.findings(verdict, on: environment.branch, at: step.id)
        )
    }
}

extension Verdict {
    /// How many signatures it took to judge a step: those that were counted; and under an approval,
    /// the proposal's and the registration's.
    var signatures: Int { max(1, counted?.count ?? 0) + (proposal == nil ? 0 : 2) }
}
