import GitStore

/// Recording what a run found, and asking the next environment's approvers.
extension Registry {
    /// The recorded run of an environment's commit, nil when there is none.
    package func runRecord(
        of commit: ObjectID, in environment: Environment
    ) throws -> (record: RunRecord, commit: ObjectID)? {
        guard let run = try receipts.runCommit(of: commit, in: environment),
            let record = try judge.record(at: run)
        else { return nil }
        return (record, run)
    }

    /// Records a run on `runs/<environment>`, signed by the runner; once for each commit.
    ///
    /// - Parameter earlier: the record that this one follows: of a run that ended in error.
    @discardableResult
    package func record(_ record: RunRecord, after earlier: ObjectID? = nil) throws -> ObjectID {
        guard let subject = ObjectID(record.environmentCommit) else {
            throw RegistryError.invalid("the record names no commit", hint: nil)
        }
        if let known = try runRecord(of: subject, in: record.environment), known.commit != earlier {
            return known.commit
        }
        let runner = try author(serviceKey(.runner))
        let branch = record.environment.runsBranch
        let old = try reference(branch)
        let blob = try repository.write(.blob, record.serialise())
        let tree = try repository.writeTree([
            TreeEntry(name: Judge.recordPath, mode: .file, id: blob)
        ])
        let version = record.version
        let run = try commit(
            tree: tree, parents: [old ?? founding, subject],
            title: "Run \(version) in \(record.environment): \(record.status.rawValue)",
            body: record.reason, trailers: Self.subject(version, record.environment), by: runner)
        try submit(ReferenceUpdate(name: branch, old: old, new: run), log: "run \(version)")
        return run
    }

    /// What became of the question to the next environment.
    package enum NextProposal: Hashable, Sendable {
        case opened(ModelVersion, Environment, ObjectID)
        /// Nothing was to be asked; the reason.
        case none(String)
    }

    /// Opens the proposal for the next environment after a passed run, once.
    package func proposeNext(after run: ObjectID) throws -> NextProposal {
        let commit = try judge.commits.commit(run)
        guard let record = try judge.record(at: commit.id) else {
            return .none("\(run.short) is no run record")
        }
        guard record.status == .passed else { return .none("the run did not pass") }
        let version = record.version
        guard let next = try mainSnapshot().policy.next(after: record.environment)?.environment
        else { return .none("\(record.environment) is the last environment") }
        guard let subject = ObjectID(record.environmentCommit),
            let entry = try receipts.receipt(of: subject, on: record.environment.branch)
        else { return .none("the run's commit is not in the ledger") }
        let action = try ledger.entry(of: entry.entry).verdict.action
        guard action == .approved || action == .parametersChanged else {
            return .none("the move was \(action?.rawValue ?? "none"): nothing new to promote")
        }
        let there = try self.version(of: version.model, in: tip(of: next).tree)
        if let there, there.number >= version.number {
            return .none("\(next) has \(there), which is not older")
        }
        let open = try openProposals(of: version.model, in: next)
        if let newer = open.first(where: { $0.version.number >= version.number }) {
            return .none("\(newer.version) is proposed for \(next) already")
        }
        if try isRejected(version, in: next) { return .none("\(version) was rejected in \(next)") }
        let present = try self.version(of: version.model, in: tip(of: record.environment).tree)
        guard present == version else {
            return .none("\(record.environment) has \(present.map { "\($0)" } ?? "nothing") now")
        }
        let registry = try author(serviceKey(.registry))
        return .opened(version, next, try propose(version, to: next, by: registry))
    }

    /// Whether a proposal of the version was rejected there.
    package func isRejected(_ version: ModelVersion, in environment: Environment) throws -> Bool {
        try repository.references(prefix: environment.closedPrefix(version)).contains {
            try judge.commits.commit($0.target).parents.count == 1
        }
    }
}
