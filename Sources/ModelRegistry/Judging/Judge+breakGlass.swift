import GitStore

/// Emergencies: an approval that says so may do with fewer signatures and without requirements,
/// and is to be approved again. It never touches what is signed, by whom, and for what.
extension Judge {
    /// The trailer by which an approval breaks the glass, with its reason.
    package static let breakGlassTrailer = "Break-glass"

    /// What the environment's policy lets an emergency do; nil when the step declares none.
    ///
    /// Declared without the policy allowing it, it is denied.
    func breakGlass(
        _ step: Commit, _ rule: EnvironmentRule, into verdict: inout Verdict
    ) -> EnvironmentRule.BreakGlass? {
        guard let reason = step.trailer(Self.breakGlassTrailer) else { return nil }
        guard !reason.isEmpty else {
            verdict.refuse(
                .breakGlass, "the trailer '\(Self.breakGlassTrailer)' gives no reason",
                hint: "write '\(Self.breakGlassTrailer): REASON'")
            return nil
        }
        guard let breakGlass = rule.breakGlass else {
            verdict.refuse(
                .breakGlass, "the policy in env/\(rule.environment) has no break-glass",
                hint: "leave the trailer '\(Self.breakGlassTrailer)' out, and gather the signatures"
            )
            return nil
        }
        return breakGlass
    }

    /// Answers the requirements, a declared emergency overriding those that are not met, and says
    /// by when it is to be approved again.
    func demandRequirements(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, _ tip: Commit, _ step: Commit,
        _ received: Timestamp, emergency: EnvironmentRule.BreakGlass?, into verdict: inout Verdict
    ) throws {
        var asked = verdict
        asked.answers = []
        try demandRequirements(
            facts, rule, tip, approvals: [step], received, into: &asked)
        guard let emergency else {
            verdict.answers += asked.answers
            return
        }
        verdict.answers += asked.answers.map { answer in
            var answer = answer
            // That the environment before has it is no requirement, but what a proposal is.
            if answer.denies, answer.rule != .after { answer.status = .overridden }
            return answer
        }
        guard !verdict.answers.setAside.isEmpty else {
            return verdict.skip(.breakGlass, "declared, but nothing had to be overridden")
        }
        let due = Timestamp(seconds: received.seconds + emergency.reapproveWithin.seconds)
        verdict.reapproveBy = due
        verdict.answer(
            .breakGlass, true,
            "\(step.trailer(Self.breakGlassTrailer) ?? ""); to be approved again by \(due)")
    }
}
