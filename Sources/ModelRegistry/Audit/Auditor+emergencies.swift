import GitStore

/// Break-glass, and what was approved again.
extension Auditor {
    /// What a step set aside, as it is judged again, and what became of it.
    func emergency(of step: Commit, _ again: Verdict, _ move: AuditMove) -> AuditEmergency? {
        guard let due = again.reapproveBy else { return nil }
        let mine = reapprovals.first { $0.entry == move.entry && $0.reason == .breakGlass }
        let ended = mine?.endedBy.flatMap { number in
            links.first { $0.entry.number == number }?.entry
        }
        return AuditEmergency(
            reason: step.trailer(Judge.breakGlassTrailer) ?? "",
            setAside: again.answers.setAside,
            reapproveBy: due, reapprovedBy: ended?.number, reapproved: ended?.received,
            isOverdue: (ended?.received ?? registry.now) > due)
    }

    /// What is to be approved again now, the oldest first.
    func openReapprovals(in only: Environment?) throws -> [Obligation] {
        try reapprovals
            .filter { $0.endedBy == nil && (only == nil || $0.environment == only) }
            .map { reapproval in
                let isOverdue = reapproval.due.map { registry.now > $0 } ?? false
                return Obligation(
                    kind: reapproval.reason == .breakGlass ? .reapproval : .compromisedKey,
                    environment: reapproval.environment, model: reapproval.model,
                    version: reapproval.version, commit: reapproval.commit,
                    since: reapproval.since, due: reapproval.due, isOverdue: isOverdue,
                    waitsFor: try waiting(for: reapproval), what: try words(of: reapproval))
            }
    }

    private func words(of reapproval: Reapproval) throws -> String {
        let step = try commit(reapproval.commit)
        switch reapproval.reason {
        case .breakGlass:
            let verdict = links.last { $0.entry.number == reapproval.entry }?.entry.verdict
            let rules = (verdict?.answers.setAside ?? []).map(\.rule.rawValue)
            return "\(reapproval.subject) came by break-glass in entry \(reapproval.entry): "
                + "\(step.trailer(Judge.breakGlassTrailer) ?? ""); set aside: "
                + rules.joined(separator: ", ")
        case .compromisedKey:
            return "\(reapproval.subject) was approved in entry \(reapproval.entry) with "
                + "\(reapproval.fingerprint ?? "a key"), which is compromised"
        }
    }

    private func waiting(for reapproval: Reapproval) throws -> [String] {
        let policy: Policy
        let roles: [RoleName]
        if let environment = reapproval.environment {
            policy = try judge.policies.snapshot(of: registry.tip(of: environment).tree).policy
            roles =
                reapproval.model == nil
                ? policy.policyChange.keys.sorted()
                : policy.environment(environment)?.approvals.keys.sorted() ?? []
        } else {
            policy = try judge.mainSnapshot().policy
            roles = policy.policyChange.keys.sorted()
        }
        let place = reapproval.model == nil ? nil : reapproval.environment
        let live = try judge.livePrincipals(judge.mainSnapshot().signers, at: registry.now)
        return Set(roles.flatMap { policy.principals(holding: $0, in: place) })
            .intersection(live)
            .filter { holder in reapproval.model.map { policy.mayDecide(holder, $0) } ?? true }
            .sorted().map(policy.printedName)
    }
}
