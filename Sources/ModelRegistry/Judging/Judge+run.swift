import GitStore

extension Judge {
    /// The one file in the tree of a run's commit.
    package static let recordPath = "run.json"

    /// Judges one run record on `runs/<environment>`.
    func run(
        _ step: Commit, onto tip: Commit, environment: Environment, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(
            ReferenceUpdate(name: environment.runsBranch, old: tip.id, new: step.id))
        verdict.kind = .run
        verdict.environment = environment
        guard step.parents.count == 2, step.parents[0] == tip.id else {
            verdict.refuse(
                .parents,
                "a run record has two parents, the previous record and the environment's commit")
            return verdict
        }
        let subject = step.parents[1]
        guard try cameIn(subject, on: environment) else {
            verdict.refuse(.record, "\(subject.short) is not on env/\(environment)")
            return verdict
        }
        // What ended in error says nothing of the model, and may be run again.
        let earlier = try receipts.runCommits(of: subject, in: environment).first { $0 != step.id }
        if let earlier, let known = try record(at: earlier), known.status != .error {
            verdict.refuse(
                .record,
                "the run of \(subject.short) is recorded already: it \(known.status.sentence)")
            return verdict
        }
        guard let bytes = try repository.blob(at: Self.recordPath, in: step.tree),
            try repository.tree(step.tree).only != nil
        else {
            verdict.refuse(
                .record, "the commit's tree must hold \(Self.recordPath) and nothing else")
            return verdict
        }
        let record: RunRecord
        do {
            record = try RunRecord.parse(bytes, file: Self.recordPath)
        } catch {
            verdict.refuse(.record, error.firstLine, hint: error.hint)
            return verdict
        }
        verdict.model = record.version.model
        verdict.version = record.version.number
        verdict.reason = record.reason
        let scope = try self.scope(of: record.version.model, in: commits.commit(subject).tree)
        // The step that brought the model, not a later one that merely has it: whose proposal caused
        // the run is read off that step.
        let before = try commits.commit(subject).parents.first.map {
            try self.scope(of: record.version.model, in: commits.commit($0).tree)
        }
        let fits =
            try record.environment == environment && record.environmentCommit == subject.hex
            && versionNumber(scope) == record.version.number && before != scope
        verdict.answer(
            .record, fits,
            fits
                ? "records the run of \(record.version) at \(subject.short): \(record.status.rawValue)"
                : "the record does not describe \(record.version) at \(subject.short)")
        let snapshot = try mainSnapshot()
        if let signer = try resolveSigner(of: step, under: snapshot, received, into: &verdict) {
            demandRole([.runner], of: signer, in: environment, under: snapshot, into: &verdict)
        }
        try demandDates(step, received, into: &verdict)
        return verdict
    }

    /// The record that a run's commit holds; nil when it holds none.
    func record(at run: ObjectID) throws -> RunRecord? {
        try repository.blob(at: Self.recordPath, in: commits.commit(run).tree).map {
            try RunRecord.parse($0, file: Self.recordPath)
        }
    }
}

extension RunRecord.Status {
    /// What became of a run, to follow its name.
    package var sentence: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .error: "ended in error"
        case .skipped: "was skipped"
        }
    }
}
