import GitStore
import Signatures

extension Registry {
    /// Re-proves the whole history of every environment (or of one), trusting no index and no cache.
    ///
    /// - Parameter anchor: the founding commit's id as it was noted elsewhere.
    package func verify(only: Environment? = nil, anchor: ObjectID? = nil) throws -> Verification {
        var verification = Verification(founding: founding)
        if let anchor, anchor != founding {
            verification.findings.append(
                .init(
                    reference: "refs/heads/main", commit: founding, basis: .content,
                    rule: .reference,
                    saw: "the founding commit is \(founding.hex), not \(anchor.hex)"))
        }
        let map: LedgerMap
        do {
            map = try LedgerMap(repository: repository, reference: reference)
        } catch {
            let damage = LedgerDamage(ledger: ledger).findings()
            guard !damage.isEmpty else { throw error }
            verification.findings += damage
            return verification
        }
        let judge = Judge(
            repository: repository, founding: founding, receipts: map, artifacts: nil,
            configurationChecks: surroundings.configurationChecks, reference: reference)
        judge.hasLedger = !map.links.isEmpty
        let audit = Audit(registry: self, judge: judge, map: map)
        try audit.verifyLedger(into: &verification)
        try audit.verifyMain(into: &verification)
        try audit.verifyRevocations(into: &verification)
        for environment in try only.map({ [$0] }) ?? everyEnvironment() {
            try audit.verify(environment, into: &verification)
        }
        return verification
    }
}

extension Registry {
    /// The policy's environments, and those that have a branch but left the policy.
    func everyEnvironment() throws -> [Environment] {
        let named = try environments()
        let others = try references(prefix: "refs/heads/env/").compactMap { name, _ in
            if case .environment(let other) = ReferenceTarget(name) { other } else { nil }
        }
        return named + others.filter { !named.contains($0) }
    }
}

/// One pass over everything, with the ledger in memory.
struct Audit {
    let registry: Registry
    let judge: Judge
    let map: LedgerMap

    /// The chain is whole, and the references stand where it says.
    func verifyLedger(into verification: inout Verification) throws {
        guard !map.links.isEmpty else {
            verification.unproven.append(
                "times of receipt (soak, freeze, age of approvals), revocations and rejections: "
                    + "this copy has no ledger; "
                    + "make one with `git clone --mirror`")
            return
        }
        verification.ledgerEntries = map.links.count
        let check = LedgerCheck(registry: registry, judge: judge, links: map.links)
        verification.findings += try check.findings()
    }

    /// Judges every change of configuration again: the policies that environments begin with.
    func verifyMain(into verification: inout Verification) throws {
        guard let tip = try registry.reference(Judge.main),
            let fault = try judge.fault(ofMainUpTo: tip)
        else { return }
        for denial in fault.denials {
            verification.findings.append(
                .init(
                    reference: Judge.main, commit: fault.new, basis: .content, rule: denial.rule,
                    saw: denial.saw))
        }
    }

    /// Judges every step of an environment again, at its time of receipt.
    func verify(_ environment: Environment, into verification: inout Verification) throws {
        guard let tip = try registry.reference(environment.branch) else { return }
        var steps: [Commit] = []
        var step = try judge.commits.commit(tip)
        while try !judge.history.isRoot(step) {
            steps.append(step)
            step = try judge.commits.commit(step.parents[0])
        }
        let root = try verifyRoot(step, of: environment, into: &verification)
        var signatures = max(1, root.counted?.count ?? 0)
        for next in steps.reversed() {
            let verdict = try judged(next, onto: step, environment, into: &verification)
            // Those that were counted; and under an approval, proposal and registration.
            signatures += max(1, verdict.counted?.count ?? 0) + (verdict.proposal == nil ? 0 : 2)
            for denial in verdict.denials {
                verification.findings.append(
                    .init(
                        reference: environment.branch, commit: next.id,
                        basis: denial.rule.isTimed ? .ledger : .content, rule: denial.rule,
                        saw: denial.saw))
            }
            step = next
        }
        verification.environments.append(
            .init(
                name: environment.name, tip: tip, steps: steps.count + 1, signatures: signatures))
    }

    private func judged(
        _ step: Commit, onto tip: Commit, _ environment: Environment,
        into verification: inout Verification
    ) throws -> Verdict {
        let receipt = try map.receipt(of: step.id, on: environment.branch)
        if receipt == nil, !map.links.isEmpty {
            verification.findings.append(
                .init(
                    reference: environment.branch, commit: step.id, basis: .ledger, rule: .record,
                    saw: "the ledger does not have this commit"))
        }
        judge.entryJudged = receipt?.number
        judge.tipAsOf = { other in
            guard let number = receipt?.number else { return .unknown }
            return .known(map.tip(of: other.branch, before: number))
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
            let rejected = map.rejection(of: proposal), rejected < receipt.number
        {
            verification.findings.append(
                .init(
                    reference: environment.branch, commit: step.id, basis: .ledger, rule: .open,
                    saw: "the proposal was rejected before, in entry \(rejected)"))
        }
        return verdict
    }

    private func verifyRoot(
        _ root: Commit, of environment: Environment, into verification: inout Verification
    ) throws -> Verdict {
        let verdict = try registry.judgedRoot(root, of: environment, by: judge)
        for denial in verdict.denials {
            verification.findings.append(
                .init(
                    reference: environment.branch, commit: root.id, basis: .content,
                    rule: denial.rule, saw: denial.saw))
        }
        return verdict
    }
}
