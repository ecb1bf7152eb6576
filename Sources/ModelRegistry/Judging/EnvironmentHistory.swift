import GitStore

/// What an environment branch's first-parent chain says of one model.
package struct EnvironmentHistory {
    let repository: GitRepository
    let commits: CommitReader
    /// Knows which steps are about a model, so that nobody walks there; nil where all are looked at.
    var receipts: (any Receipts)?

    /// What the steps above `base` did to a scope.
    package struct SinceBase {
        /// The newest step that touched the scope, nil when none did.
        package var touched: ObjectID?
        /// Whether a step merged the proposal itself.
        package var merged: Bool
    }

    /// What happened above `base`, up to `tip`; nil when `base` is not on the chain.
    package func since(
        base: ObjectID, tip: ObjectID, model: ModelName, proposal: ObjectID
    ) throws -> SinceBase? {
        if base == tip { return SinceBase(touched: nil, merged: false) }
        if let known = try stepsKnown(base, tip, model) {
            var found = SinceBase(touched: nil, merged: false)
            for step in try known.map(commits.commit) {
                if try merges(step, proposal) { found.merged = true }
                if found.touched == nil, let below = step.parents.first {
                    let before = try scope(of: model, at: commits.commit(below))
                    if try scope(of: model, at: step) != before { found.touched = step.id }
                }
            }
            return found
        }
        return try walk(base: base, tip: tip, model: model, proposal: proposal)
    }

    private func stepsKnown(
        _ base: ObjectID, _ tip: ObjectID, _ model: ModelName
    ) throws -> [ObjectID]? {
        let tree = try commits.commit(tip).tree
        guard let receipts,
            let file = try repository.blob(at: PolicyReader.environmentPath, in: tree)
        else { return nil }
        let name = String(decoding: file, as: UTF8.self).prefix { $0 != "\n" }
        return try receipts.steps(
            about: model, in: Environment(String(name)), after: base, upTo: tip)
    }

    /// Walks down from `tip` to `base`; nil when `base` is not on the chain.
    func walk(
        base: ObjectID, tip: ObjectID, model: ModelName, proposal: ObjectID
    ) throws -> SinceBase? {
        var found = SinceBase(touched: nil, merged: false)
        var step = try commits.commit(tip)
        var scope = try scope(of: model, at: step)
        while step.id != base {
            guard let parent = step.parents.first else { return nil }
            if try merges(step, proposal) { found.merged = true }
            let below = try commits.commit(parent)
            if found.touched == nil {
                let before = try self.scope(of: model, at: below)
                if scope != before { found.touched = step.id }
                scope = before
            }
            step = below
        }
        return found
    }

    private func scope(of model: ModelName, at step: Commit) throws -> Scope {
        try Scope(model, in: step.tree, of: repository)
    }

    /// Whether a step merges the proposal, by itself or with partial approvals over it.
    private func merges(_ step: Commit, _ proposal: ObjectID) throws -> Bool {
        guard step.parents.count == 2 else { return false }
        if step.parents[1] == proposal { return true }
        let merged = try commits.mergeChain(from: commits.commit(step.parents[1])).proposal
        // By what was signed: the same signed bytes can be had under other ids.
        return try merged.payloadSHA256 == commits.commit(proposal).payloadSHA256
    }

    /// Visits the steps that changed the model's scope, newest first, until `visit` says stop.
    package func changes(
        of model: ModelName, from tip: ObjectID,
        visit: (_ step: Commit, _ scope: Scope) throws -> Bool
    ) throws {
        var step = try commits.commit(tip)
        var scope = try scope(of: model, at: step)
        while let parent = step.parents.first {
            let before = try commits.commit(parent)
            let beforeScope = try self.scope(of: model, at: before)
            if beforeScope != scope, try !visit(step, scope) { return }
            (step, scope) = (before, beforeScope)
            if try isRoot(step) { return }
        }
    }

    /// The step that put the model's present scope there.
    package func lastChange(of model: ModelName, from tip: ObjectID) throws -> Commit? {
        var found: Commit?
        try changes(of: model, from: tip) { step, _ in
            found = step
            return false
        }
        return found
    }

    /// The steps that put the present scopes of many models there: one walk for all of them.
    package func lastChanges(
        of models: [ModelName], from tip: ObjectID
    ) throws -> [ModelName: Commit] {
        var wanted = Dictionary(uniqueKeysWithValues: models.map { ($0.text, $0) })
        var found: [ModelName: Commit] = [:]
        var step = try commits.commit(tip)
        while !wanted.isEmpty, let parent = step.parents.first {
            let before = try commits.commit(parent)
            for change in try repository.changes(from: before.tree, to: step.tree) {
                for name in ModelName.names(ofScopeWith: change.path) {
                    if let model = wanted.removeValue(forKey: name) { found[model] = step }
                }
            }
            step = before
            if try isRoot(step) { break }
        }
        return found
    }

    /// Whether the environment had exactly this scope before the one it has at `tip`.
    package func isRestored(_ scope: Scope, tip: ObjectID) throws -> Bool {
        let present = try self.scope(of: scope.model, at: commits.commit(tip))
        guard scope != present else { return false }
        var found = false
        try changes(of: scope.model, from: tip) { _, earlier in
            found = earlier == scope
            return !found
        }
        return found
    }

    /// Whether a step begins an environment: the one below it is of `main`.
    package func isRoot(_ step: Commit) throws -> Bool {
        guard step.parents.count == 2 else { return true }
        let below = try commits.commit(step.parents[0])
        return try repository.entry(at: PolicyReader.environmentPath, in: below.tree) == nil
    }
}
