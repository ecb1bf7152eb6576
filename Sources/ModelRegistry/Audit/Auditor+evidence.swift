import GitStore

extension Auditor {
    /// The run records of a model in a tree, in the order of the ladder, with the policy's own gates
    /// for `environment` judged on the one that it asks for.
    func evidence(
        of model: ModelName, in tree: ObjectID, for environment: Environment, _ policyTree: ObjectID
    ) throws -> [AuditEvidence] {
        let policy = try judge.policies.snapshot(of: policyTree).policy
        let rule = policy.environment(environment)
        let scope = try Scope(model, in: tree, of: repository)
        let records = try judge.recordsAsWritten(scope)
        let ladder = policy.environments.map(\.environment)
        let known = ladder + records.keys.filter { !ladder.contains($0) }.sorted()
        return try known.compactMap { records[$0] }.map { record in
            let asked = record.environment == rule?.after ? rule?.requires.gates ?? [:] : [:]
            let commit = ObjectID(record.environmentCommit)
            let runs = try commit.map { try map.runCommits(of: $0, in: record.environment) } ?? []
            let run = try runs.first { try judge.record(at: $0) == record } ?? runs.first
            return evidence(record, of: run, policyGates: asked)
        }
    }

    /// What a commit on `runs/<environment>` records.
    func runRecord(of step: Commit) throws -> AuditEvidence? {
        try judge.record(at: step.id).map { evidence($0, of: step.id, policyGates: [:]) }
    }

    private func evidence(
        _ record: RunRecord, of run: ObjectID?, policyGates: [String: Gate]
    ) -> AuditEvidence {
        AuditEvidence(
            environment: record.environment, environmentCommit: record.environmentCommit, run: run,
            status: record.status, reason: record.reason, gates: record.gates,
            policyGates: policyGates.sorted { $0.key < $1.key }.map { metric, gate in
                GateResult(metric: metric, value: record.metrics[metric]?.value, limit: gate)
            })
    }
}
