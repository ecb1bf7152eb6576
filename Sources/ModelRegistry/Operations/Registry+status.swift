import GitStore

/// What stands where: models by environments, and what waits for a decision.
package struct Status: Codable, Sendable {
    package struct Place: Codable, Sendable {
        package var environment: Environment
        package var version: Int?
        package var commit: ObjectID?
        /// The last run's status for that commit: passed, failed, error, skipped; nil before a run.
        package var run: String?
        package var proposed: [Int]
    }
    package struct Model: Codable, Sendable {
        package var model: ModelName
        package var newest: Int
        package var environments: [Place]
    }
    /// A change of configuration that waits for signatures.
    package struct Change: Codable, Sendable {
        package var serial: Int
        /// The change, with what was signed on it so far.
        package var commit: ObjectID
    }
    /// An environment that a change of main's configuration has not reached.
    package struct Behind: Codable, Sendable {
        package var environment: Environment
        package var serial: Int
        /// The serial of main's configuration.
        package var newest: Int
        /// Whether signatures on its roll-out are being gathered.
        package var isGathering: Bool
    }
    package var registry: ObjectID
    package var name: String
    package var models: [Model]
    /// Open changes of configuration, the lowest serial first.
    package var changes: [Change]
    /// Environments whose configuration is older than main's.
    package var behind: [Behind]
    /// What stands by an approval that asks for another one.
    package var reapprovals: [Reapproval]
    /// The environments whose branch is not where the ledger has it: moved around the registry.
    package var moved: [Environment]
    /// The hooks that git would not run, so that pushes go unjudged.
    package var missingHooks: [String]
}

extension Registry {
    /// The state of one model, or of all.
    package func status(of model: ModelName?) throws -> Status {
        if let model { _ = try newestVersion(of: model) }
        let environments = try environments().filter { try reference($0.branch) != nil }
        let names = try model.map { [$0] } ?? self.models()
        let columns = try environments.map { try places(of: names, in: $0) }
        let models = try names.map { name in
            Status.Model(
                model: name, newest: try newestVersion(of: name).number,
                environments: columns.compactMap { $0[name] })
        }
        return Status(
            registry: founding, name: description.name, models: models,
            changes: try openChanges(), behind: try environments.compactMap(behind),
            reapprovals: try reapprovals().filter { model == nil || $0.model == model },
            moved: try environments.filter(isMoved), missingHooks: missingHooks())
    }

    private func openChanges() throws -> [Status.Change] {
        try references(prefix: "refs/heads/policy/").compactMap { name, target in
            guard case .policy(let serial) = ReferenceTarget(name) else { return nil }
            return Status.Change(serial: serial, commit: target)
        }.sorted { $0.serial < $1.serial }
    }

    private func behind(_ environment: Environment) throws -> Status.Behind? {
        let serial = try judge.policies.snapshot(of: tip(of: environment).tree).policy.serial
        let newest = try mainSnapshot().policy.serial
        guard serial < newest else { return nil }
        return Status.Behind(
            environment: environment, serial: serial, newest: newest,
            isGathering: try reference(environment.rolloutBranch(newest)) != nil)
    }

    private func isMoved(_ environment: Environment) throws -> Bool {
        guard let tip = try reference(environment.branch), try ledger.tip() != nil else {
            return false
        }
        return try !judge.stands(environment.branch, at: tip)
    }

    private func places(
        of models: [ModelName], in environment: Environment
    ) throws -> [ModelName: Status.Place] {
        let tip = try tip(of: environment)
        var versions: [ModelName: ModelVersion] = [:]
        for model in models { versions[model] = try version(of: model, in: tip.tree) }
        let present = models.filter { versions[$0] != nil }
        let steps = try judge.history.lastChanges(of: present, from: tip.id)
        let proposed = try Dictionary(
            grouping: openProposals().filter { $0.environment == environment },
            by: \.version.model)
        return try Dictionary(
            uniqueKeysWithValues: models.map { model in
                let commit = steps[model]?.id
                let run = try commit.flatMap {
                    try runRecord(of: $0, in: environment)?.record.status.rawValue
                }
                let place = Status.Place(
                    environment: environment, version: versions[model]?.number, commit: commit,
                    run: run, proposed: proposed[model, default: []].map(\.version.number))
                return (model, place)
            })
    }
}

/// One move of an environment's branch, as an auditor reads it.
package struct HistoryLine: Codable, Sendable {
    package var commit: ObjectID
    package var received: Timestamp?
    package var environment: Environment
    package var model: ModelName?
    package var version: Int?
    package var previousVersion: Int?
    package var action: Action?
    package var principal: PrincipalID?
    /// All whose signatures were counted, `principal` the last.
    package var approvers: [PrincipalID]
    package var name: String?
    package var reason: String?
    /// By when what came by break-glass is to be approved again; nil for what came as usual.
    package var reapproveBy: Timestamp?
}

extension Registry {
    /// The moves of an environment, newest first; of one model, when named.
    package func history(
        of environment: Environment, model: ModelName? = nil, limit: Int = .max
    ) throws -> [HistoryLine] {
        if let model { _ = try newestVersion(of: model) }
        var lines: [HistoryLine] = []
        var step = try tip(of: environment)
        if let model,
            let known = try receipts.steps(about: model, in: environment, after: nil, upTo: step.id)
        {
            return try known.prefix(limit).flatMap {
                try line(judge.commits.commit($0), of: environment, model: model)
            }
        }
        func scope() throws -> Scope? {
            try model.map { try Scope($0, in: step.tree, of: repository) }
        }
        var present = try scope()
        while lines.count < limit, let parent = step.parents.first {
            let (current, after) = (step, present)
            step = try judge.commits.commit(parent)
            present = try scope()
            // What changed no file may be a re-approval: the ledger says of which model.
            if model == nil || present != after || step.tree == current.tree {
                lines += try line(current, of: environment, model: model)
            }
            if try judge.history.isRoot(current) { break }
        }
        return lines
    }

    private func line(
        _ step: Commit, of environment: Environment, model: ModelName?
    ) throws -> [HistoryLine] {
        let entry = try receipts.receipt(of: step.id, on: environment.branch)
            .map { try ledger.entry(of: $0.entry) }
        let verdict = entry?.verdict
        guard model == nil || verdict?.model == model else { return [] }
        return [
            HistoryLine(
                commit: step.id, received: entry?.received, environment: environment,
                model: verdict?.model, version: verdict?.version,
                previousVersion: verdict?.previousVersion, action: verdict?.action,
                principal: verdict?.principal, approvers: verdict?.approvers ?? [],
                name: try verdict?.principal.flatMap {
                    try mainSnapshot().policy.principal($0)?.name
                },
                reason: verdict?.reason ?? step.trailer("Reason"),
                reapproveBy: verdict?.reapproveBy)
        ]
    }

    /// The parameters that a model had in an environment, newest first.
    package func parametersHistory(
        of model: ModelName, in environment: Environment
    ) throws -> [(commit: Commit, parameters: Parameters?)] {
        var found: [(Commit, Parameters?)] = []
        var last: ObjectID?
        try judge.history.changes(of: model, from: tip(of: environment).id) { step, scope in
            // The same parameters one step earlier: they came with that one.
            if !found.isEmpty && scope.parameters?.id == last { found.removeLast() }
            let parameters = try scope.parameters.flatMap { try repository.read($0.id)?.bytes }
                .map { try Parameters.parse($0, file: model.parametersPath) }
            found.append((step, parameters))
            last = scope.parameters?.id
            return true
        }
        return found
    }
}
