import GitStore

/// One pass over everything, with what the ledger says of every move in memory.
struct Audit {
    let registry: Registry
    let crew: AuditCrew
    let facts: LedgerFacts
    /// What this thread itself judges with.
    private let own: Auditor

    init(registry: Registry, crew: AuditCrew, facts: LedgerFacts) throws {
        self.registry = registry
        self.crew = crew
        self.facts = facts
        own = try Auditor(crew, facts)
    }

    /// The chain is signed by the registry, counts from 1 without gaps, and left every reference where
    /// it is.
    func verifyLedger(_ reading: LedgerReading, into verification: inout Verification) throws {
        guard facts.count > 0 else {
            verification.unproven.append(
                "times of receipt and rejections: this copy has no ledger; "
                    + "make one with `git clone --mirror`")
            return
        }
        verification.ledgerEntries = facts.count
        verification.findings += reading.faults.map { fault in
            .init(
                reference: Ledger.reference, commit: fault.commit, basis: .ledger, rule: .record,
                saw: fault.saw)
        }
        for (name, target) in try registry.governedReferences() {
            let left = facts.tip(of: name)
            guard left != target else { continue }
            verification.findings.append(
                .init(
                    reference: name, commit: target, basis: .ledger, rule: .presentTip,
                    saw: "the ledger left it at \(left?.short ?? "nothing")"))
        }
    }

    /// Judges every change of configuration again: the policies that environments begin with.
    func verifyMain(into verification: inout Verification) throws {
        guard let tip = try registry.reference(Judge.main),
            let fault = try own.judge.fault(ofMainUpTo: tip)
        else { return }
        verification.findings += Self.findings(fault, on: Judge.main, at: fault.new)
    }

    /// Judges every step of an environment again, at its time of receipt.
    ///
    /// A step is judged by what stands in the commits below it, whatever was found of those: so the
    /// threads take steps as they come.
    func verify(_ environment: Environment, into verification: inout Verification) throws {
        guard let tip = try registry.reference(environment.branch) else { return }
        let steps = FirstParentQueue(from: tip) { $0.parents.count == 2 }
        let parts = try crew.run(facts) { auditor in
            try auditor.judgeSteps(from: steps, of: environment)
        }
        guard let root = steps.end else {
            throw GitError.corruptObject(tip, why: "env/\(environment) has no first commit")
        }
        let verdict = try registry.judgedRoot(
            own.judge.commits.commit(root), of: environment, by: own.judge)
        verification.findings += Self.findings(verdict, on: environment.branch, at: root)
        // Oldest first.
        verification.findings += parts.flatMap(\.findings).sorted { $0.place > $1.place }
            .flatMap(\.findings)
        verification.environments.append(
            .init(
                name: environment.name, tip: tip, steps: steps.taken + 1,
                signatures: parts.reduce(1) { $0 + $1.signatures }))
    }

    /// What a verdict's denials are as findings.
    static func findings(
        _ verdict: Verdict, on reference: String, at commit: ObjectID?
    ) -> [Verification.Finding] {
        verdict.denials.map {
            .init(
                reference: reference, commit: commit, basis: .content, rule: $0.rule, saw: $0.saw)
        }
    }
}
