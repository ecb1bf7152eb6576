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
            return try evidence(record, policyGates: asked)
        }
    }

    /// What a commit on `runs/<environment>` records.
    func runRecord(of step: Commit) throws -> AuditEvidence? {
        guard let bytes = try repository.blob(at: Judge.recordPath, in: step.tree) else {
            return nil
        }
        return try evidence(RunRecord.parse(bytes, file: Judge.recordPath), policyGates: [:])
    }

    private func evidence(
        _ record: RunRecord, policyGates: [String: Gate]
    ) throws -> AuditEvidence {
        let commit = ObjectID(record.environmentCommit)
        return AuditEvidence(
            environment: record.environment, environmentCommit: record.environmentCommit,
            run: try commit.flatMap { try map.runCommit(of: $0, in: record.environment) },
            status: record.status, reason: record.reason, gates: record.gates,
            policyGates: policyGates.sorted { $0.key < $1.key }.map { metric, gate in
                GateResult(metric: metric, value: record.metrics[metric]?.value, limit: gate)
            })
    }
}
