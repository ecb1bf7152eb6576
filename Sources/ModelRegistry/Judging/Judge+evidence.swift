import GitStore

extension Judge {
    /// The run records of a scope, each unchanged since the base or proven against its run.
    func readEvidence(
        _ scope: Scope, base: Commit, under snapshot: PolicySnapshot, _ received: Timestamp
    ) throws -> [Environment: RunRecord] {
        guard let folder = scope.evidence else { return [:] }
        let before = try self.scope(of: scope.model, in: base.tree)
        var records: [Environment: RunRecord] = [:]
        for (name, entry) in try repository.files(in: folder.id) {
            let file = "\(scope.model.evidencePath)/\(name)"
            guard entry.mode == .file, name.hasSuffix(".json"), !name.contains("/"),
                // No such name: refused below.
                let environment = try? Environment(String(name.dropLast(5)))
            else { throw DocumentError(file: file, problem: "is no run record of an environment") }
            guard let bytes = try repository.blob(at: name, in: folder.id) else {
                throw GitError.missingObject(entry.id)
            }
            let record = try RunRecord.parse(bytes, file: file)
            guard record.environment == environment, record.version.model == scope.model else {
                throw DocumentError(file: file, problem: "is the record of another run")
            }
            let unchanged = try before.evidence.flatMap {
                try repository.entry(at: name, in: $0.id)
            }
            if unchanged?.id != entry.id {
                try prove(record, bytes, file: file, scope: scope, under: snapshot, received)
            }
            records[environment] = record
        }
        return records
    }

    /// Proves a new record: signed by the runner, for an accepted commit with these model files.
    private func prove(
        _ record: RunRecord, _ bytes: [UInt8], file: String, scope: Scope,
        under snapshot: PolicySnapshot, _ received: Timestamp
    ) throws {
        func fault(_ problem: String) -> DocumentError {
            DocumentError(
                file: file, problem: problem,
                hint: "evidence is copied from runs/\(record.environment), unchanged")
        }
        let runs = try ObjectID(record.environmentCommit).map {
            try receipts.runCommits(of: $0, in: record.environment)
        }
        guard let environmentCommit = ObjectID(record.environmentCommit), let last = runs?.first
        else { throw fault("names a run that is not recorded on runs/\(record.environment)") }
        // Any of them: one that ended in error stays what it was when another follows.
        let id = try runs?.first { id in
            let run = try commits.commit(id)
            return try run.parents.count == 2 && run.parents[1] == environmentCommit
                && repository.blob(at: Self.recordPath, in: run.tree) == bytes
        }
        guard let id else {
            throw fault("differs from the record \(last.short) on runs/\(record.environment)")
        }
        let run = try commits.commit(id)
        let when = try self.received(id, on: record.environment.runsBranch, else: received)
        switch try signer(
            of: run, on: record.environment.runsBranch, under: snapshot, received: when)
        {
        case .failure(let unresolved): throw fault("is not proven: \(unresolved.saw)")
        case .success(let signer):
            guard snapshot.policy.holds(signer.principal, .runner, in: record.environment) else {
                throw fault("is signed by \(signer.principal), who is no runner")
            }
        }
        guard try cameIn(environmentCommit, on: record.environment) else {
            throw fault(
                "is of \(environmentCommit.short), which is not on env/\(record.environment)")
        }
        let ran = try self.scope(of: scope.model, in: commits.commit(environmentCommit).tree)
        guard ran.files == scope.files else {
            throw fault("is of another version than the one proposed")
        }
    }
}
