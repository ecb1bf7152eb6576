import GitStore

extension Verifier {
    /// What one thread found in the steps that it judged.
    struct StepFindings: Sendable {
        var signatures = 0
        /// The moves whose commits hold.
        var judged: JudgedMoves
        /// By the steps' distance from the tip.
        var findings: [(place: Int, findings: [Verification.Finding])] = []
        /// What ended the work before the chain's end.
        var damage: Verification.Damage?
    }

    private static let stepsAtATime = 64

    /// Judges steps of an environment until none is left, or one can't be read.
    func judgeSteps(
        from queue: FirstParentQueue, of environment: Environment
    ) throws -> StepFindings {
        var part = StepFindings(judged: JudgedMoves(of: facts))
        do {
            while let piece = try queue.take(Self.stepsAtATime, from: judge.commits) {
                for (index, step) in piece.commits.enumerated() {
                    let place = piece.start + index
                    do {
                        let below = piece.commits.dropFirst(index + 1).first
                        try judge(step, onto: below, at: place, of: environment, into: &part)
                    } catch {
                        throw Verification.Damage(commit: step.id, distance: place, cause: error)
                    }
                }
            }
        } catch let damage as Verification.Damage {
            part.damage = damage
        }
        return part
    }

    private func judge(
        _ step: Commit, onto below: Commit?, at place: Int, of environment: Environment,
        into part: inout StepFindings
    ) throws {
        let tip = try below ?? judge.commits.commit(step.parents[0])
        let (verdict, findings) = try judged(step, onto: tip, environment)
        part.signatures += verdict.signatures
        if verdict.isAccepted { try part.judged.note(step, verdict, in: judge, facts) }
        if !findings.isEmpty { part.findings.append((place, findings)) }
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
                ReferenceUpdate(name: environment.branch, old: tip.id, new: step.id),
                error.firstLine)
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
