import GitStore

/// One pass over everything, with what the ledger says of every move in memory.
struct VerificationPass {
    let registry: Registry
    let crew: VerifierCrew
    let facts: LedgerFacts
    /// What this thread itself judges with.
    let own: Verifier

    init(registry: Registry, crew: VerifierCrew, facts: LedgerFacts) throws {
        self.registry = registry
        self.crew = crew
        self.facts = facts
        own = try Verifier(crew, facts)
    }

    /// Verifies everything, or of the environments `only` this one.
    func verify(
        _ only: Environment?, _ faults: [LedgerReading.Fault],
        into verification: inout Verification
    ) throws {
        verification.part(Ledger.reference) { try verifyLedger(faults, into: &$0) }
        verification.part(Judge.main) { try verifyMain(into: &$0) }
        verification.part(RevocationReader.reference) { try verifyRevocations(into: &$0) }
        var judged = JudgedMoves(of: facts)
        for environment in try only.map({ [$0] }) ?? registry.everyEnvironment() {
            verification.part(environment.branch) {
                try judged.formUnion(verify(environment, into: &$0))
            }
        }
        guard only == nil else { return }
        verification.part(Ledger.reference) { try verifyContents(but: judged, into: &$0) }
    }

    /// The chain is whole, and the references stand where it says.
    func verifyLedger(
        _ faults: [LedgerReading.Fault], into verification: inout Verification
    ) throws {
        guard facts.count > 0 else {
            verification.unproven.append(
                "times of receipt (soak, freeze, age of approvals), revocations and rejections: "
                    + "this copy has no ledger; "
                    + "make one with `git clone --mirror`")
            return
        }
        verification.ledgerEntries = facts.count
        let check = LedgerCheck(registry: registry, facts: facts, faults: faults)
        verification.findings += try check.findings()
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
    ///
    /// - Returns: the moves whose commits hold.
    private func verify(
        _ environment: Environment, into verification: inout Verification
    ) throws -> JudgedMoves {
        var judged = JudgedMoves(of: facts)
        guard let tip = try registry.reference(environment.branch) else { return judged }
        let steps = FirstParentQueue(from: tip) { step, commits in
            let history = EnvironmentHistory(repository: commits.repository, commits: commits)
            return try !history.isRoot(step)
        }
        let parts = try crew.run(facts) { verifier in
            try verifier.judgeSteps(from: steps, of: environment)
        }
        for part in parts { judged.formUnion(part.judged) }
        // Oldest first.
        let found = parts.flatMap(\.findings).sorted { $0.place > $1.place }.flatMap(\.findings)
        let damage = parts.compactMap(\.damage).sorted { $0.distance > $1.distance }
        guard damage.isEmpty, let root = steps.end else {
            verification.findings += damage.map { .damage($0, on: environment.branch) } + found
            if damage.isEmpty {
                throw GitError.corruptObject(tip, why: "env/\(environment) has no first commit")
            }
            return judged
        }
        let verdict = try registry.judgedRoot(
            own.judge.commits.commit(root), of: environment, by: own.judge)
        verification.findings +=
            Self.findings(verdict, on: environment.branch, at: root) + found
        verification.environments.append(
            .init(
                name: environment.name, tip: tip, steps: steps.taken + 1,
                signatures: parts.reduce(verdict.signatures) { $0 + $1.signatures }))
        return judged
    }

    /// What a verdict's denials are as findings.
    static func findings(
        _ verdict: Verdict, on reference: String, at commit: ObjectID?
    ) -> [Verification.Finding] {
        verdict.denials.map {
            .init(
                reference: reference, commit: commit,
                basis: $0.rule.isTimed ? .ledger : .content, rule: $0.rule, saw: $0.saw)
        }
    }
}
