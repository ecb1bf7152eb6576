import GitStore

/// The rules that the time of receipt decides: freeze, soak, and the age of approvals.
extension Judge {
    /// Why a rule about time is not judged in a copy without a ledger.
    private static let noTimes = "no ledger here tells when things came in"

    /// Nothing is approved while one of the environment's windows is open.
    func demandThawed(
        _ rule: EnvironmentRule, _ received: Timestamp, into verdict: inout Verdict
    ) {
        guard !rule.freeze.isEmpty else {
            return verdict.skip(.freeze, "the policy has no freeze windows")
        }
        guard hasLedger else { return verdict.skip(.freeze, Self.noTimes) }
        guard let end = rule.freeze.end(after: received) else {
            return verdict.answer(.freeze, true, "received outside the freeze windows")
        }
        verdict.refuse(
            .freeze, "\(rule.environment) is frozen until \(end.zone.text(end.time))",
            hint: "approve it then; a rollback or a withdrawal needs no waiting")
    }

    /// The version has stood in `after` long enough, with the same files and parameters.
    func demandSoak(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, _ received: Timestamp,
        into verdict: inout Verdict
    ) throws {
        guard let soak = rule.soak, let after = rule.after else {
            return verdict.skip(.soak, "the policy does not ask for it")
        }
        guard hasLedger else { return verdict.skip(.soak, Self.noTimes) }
        guard case .known(let tip?) = try tipAsOf(after),
            let stand = try lastStand(of: facts, at: tip),
            let since = try receipts.receipt(of: stand.since.id, on: after.branch)?.received,
            let until = try stand.until.map({
                try receipts.receipt(of: $0.id, on: after.branch)?.received
            }) ?? received
        else {
            return verdict.refuse(
                .soak, "it can't be told since when \(after) has \(facts.version)",
                hint: "approve it in \(after) first: signet review \(facts.version) --env \(after)")
        }
        let length = until.seconds - since.seconds
        let end = Timestamp(seconds: since.seconds + soak.seconds)
        let stood =
            "\(facts.version) \(stand.until == nil ? "has stood" : "stood") unchanged in \(after)"
        verdict.answer(
            .soak, length >= soak.seconds,
            "\(stood) for \(PolicyDuration.text(of: length)), since \(since); \(soak) are asked for",
            hint: stand.until == nil
                ? "approve it from \(end) on"
                : "approve it in \(after) again, and let it stand there for \(soak)")
    }

    /// From which step to which the version's files and parameters last stood in the environment.
    private func lastStand(
        of facts: ProposalFacts, at tip: ObjectID
    ) throws -> (since: Commit, until: Commit?)? {
        var stand: (since: Commit, until: Commit?)?
        var stood: Scope?
        var newer: Commit?
        try history.changes(of: facts.version.model, from: tip) { step, scope in
            if let stood {
                let isSame = scope.files == stood.files && scope.parameters == stood.parameters
                guard isSame else { return false }
                stand?.since = step
            } else if scope.files == facts.scope.files {
                stand = (step, newer)
                stood = scope
            }
            newer = step
            return true
        }
        return stand
    }

    /// Whether an approval was signed too long ago to be counted at the time of receipt.
    ///
    /// The signer writes the committer date. A later one than the truth is caught by the date rule
    /// when the approval comes in, and an earlier one only makes it older.
    func isTooOld(_ approval: Commit, _ rule: EnvironmentRule, _ received: Timestamp) -> Bool {
        guard hasLedger, let limit = rule.approvalMaxAge else { return false }
        return received.seconds - approval.committed.seconds > limit.seconds
    }

    /// None of the approvals that are counted was signed too long ago.
    func demandYoung(
        _ approvals: [Commit], _ rule: EnvironmentRule, _ received: Timestamp,
        into verdict: inout Verdict
    ) {
        guard let limit = rule.approvalMaxAge else {
            return verdict.skip(.approvalAge, "the policy sets no limit")
        }
        guard hasLedger else { return verdict.skip(.approvalAge, Self.noTimes) }
        guard !approvals.isEmpty else {
            return verdict.skip(.approvalAge, "there is no approval yet; each counts for \(limit)")
        }
        let old = approvals.first { isTooOld($0, rule, received) }
        verdict.answer(
            .approvalAge, old == nil,
            old.map { old in
                let age = received.seconds - old.committed.seconds
                return "the approval \(old.id.short) was signed \(PolicyDuration.text(of: age)) "
                    + "ago, at \(old.committed); approvals count for \(limit)"
            } ?? "signed within \(limit)",
            hint: "sign it anew: signet approve MODEL@N --env \(rule.environment) --reason TEXT")
    }
}
