import GitStore
import Signatures

extension Registry {
    /// Opens a proposal of a version for an environment.
    ///
    /// - Parameters:
    ///   - parameters: this environment's; its own of today when nil, else the previous
    ///     environment's.
    /// - Returns: the proposal's commit.
    @discardableResult
    package func propose(
        _ version: ModelVersion, to environment: Environment, parameters: Parameters? = nil,
        by author: Author
    ) throws -> ObjectID {
        let facts = try registration(of: version)
        let tip = try tip(of: environment)
        var scope = try Scope(version.model, in: tip.tree, of: repository)
        let evidence = try evidence(for: facts, in: environment, present: scope)
        let chosen = try parameters ?? standingParameters(version.model, environment)
        let blob = try repository.write(.blob, chosen.serialise())
        scope.files = facts.files
        scope.parameters = TreeEntry(name: "parameters", mode: .file, id: blob)
        scope.evidence = evidence
        return try open(
            scope, of: facts, for: environment, on: tip,
            title: "Propose \(version) for \(environment)",
            by: author)
    }

    /// Opens a proposal that restores a scope the environment accepted before.
    ///
    /// - Parameter number: the version to return to; the one before the present one when nil.
    package func proposeRollback(
        _ model: ModelName, in environment: Environment, to number: Int?, by author: Author
    ) throws -> (version: ModelVersion, proposal: ObjectID) {
        let tip = try tip(of: environment)
        let present = try version(of: model, in: tip.tree)
        var found: Scope?
        try judge.history.changes(of: model, from: tip.id) { _, scope in
            guard let earlier = try judge.versionNumber(scope), earlier != present?.number,
                number == nil || earlier == number
            else { return true }
            found = scope
            return false
        }
        guard let scope = found, let earlier = try judge.versionNumber(scope) else {
            throw RegistryError.invalid(
                "\(environment) never had \(number.map { "\(model)@\($0)" } ?? "another version of \(model)")"
                    + (number == present?.number && number != nil ? " but now" : ""),
                hint: "what it had: signet log --env \(environment) \(model)")
        }
        let version = try ModelVersion(model: model, number: earlier)
        let proposal = try open(
            scope, of: registration(of: version), for: environment, on: tip,
            title: "Roll \(environment) back to \(version)", by: author)
        return (version, proposal)
    }

    /// Opens a proposal that takes the model out of the environment.
    package func proposeWithdrawal(
        _ model: ModelName, from environment: Environment, by author: Author
    ) throws -> (version: ModelVersion, proposal: ObjectID) {
        let tip = try tip(of: environment)
        guard let version = try version(of: model, in: tip.tree) else {
            throw RegistryError.invalid(
                "\(environment) has no version of \(model)",
                hint: "see what is there: signet status \(model)")
        }
        let proposal = try open(
            Scope(empty: model), of: registration(of: version), for: environment, on: tip,
            title: "Withdraw \(version) from \(environment)", by: author)
        return (version, proposal)
    }

    private func open(
        _ scope: Scope, of facts: RegistrationFacts, for environment: Environment, on tip: Commit,
        title: String, by author: Author
    ) throws -> ObjectID {
        let version = facts.version
        let branch = environment.proposalBranch(version)
        let tree = try repository.compose(scope, over: tip.tree, writing: true)
        guard tree != tip.tree else {
            throw RegistryError.invalid(
                "\(environment) has \(version) with these parameters already",
                hint: "change something: --set path=value, or propose another version")
        }
        return try submitProposal(
            tree: tree, parents: [tip.id, facts.commit.id], on: branch, title: title,
            trailers: Self.subject(version, environment), by: author)
    }

    /// Opens a proposal, unless the open one is the same: so that one that was interrupted can be
    /// given again, and signatures on it stay; and so that two who open the same at once have one.
    func submitProposal(
        tree: ObjectID, parents: [ObjectID], on branch: String, title: String,
        trailers: [(key: String, value: String)], by author: Author
    ) throws -> ObjectID {
        try whileOthersAreFirst {
            let present = try reference(branch)
            let tip = try present.map { try judge.commits.commit($0) }
            // A rejection, which has one parent, is of what is open no more.
            if let tip, tip.parents.count == 2 {
                let open = try judge.commits.mergeChain(from: tip).proposal
                if open.tree == tree, open.parents == parents { return open.id }
            }
            let proposal = try commit(
                tree: tree, parents: parents, title: title, trailers: trailers, by: author)
            try submit(ReferenceUpdate(name: branch, old: present, new: proposal), log: title)
            return proposal
        }
    }

    /// The parameters a new proposal starts from.
    package func standingParameters(
        _ model: ModelName, _ environment: Environment
    ) throws -> Parameters {
        if let own = try parameters(of: model, in: environment) { return own }
        let after = try mainSnapshot().policy.environment(environment)?.after
        if let after, let earlier = try parameters(of: model, in: after) { return earlier }
        return Parameters.none
    }

    /// An environment's parameters of a model, nil where it has none.
    package func parameters(
        of model: ModelName, in environment: Environment
    ) throws -> Parameters? {
        try parameters(of: model, at: tip(of: environment).id)
    }

    /// A model's parameters in an environment's commit, or in a proposal; nil where it has none.
    package func parameters(of model: ModelName, at commit: ObjectID) throws -> Parameters? {
        try repository.blob(at: model.parametersPath, in: judge.commits.commit(commit).tree)
            .map { try Parameters.parse($0, file: model.parametersPath) }
    }

    /// The evidence folder for a proposal: the record of the run in the environment before, and
    /// what that environment's own approval rested on.
    private func evidence(
        for facts: RegistrationFacts, in environment: Environment, present: Scope
    ) throws -> TreeEntry? {
        let model = facts.version.model
        guard let after = try mainSnapshot().policy.environment(environment)?.after,
            try reference(after.branch) != nil
        else { return nil }
        let kept = present.files == facts.files ? present.evidence : nil
        let earlier = try tip(of: after)
        guard let accepted = try judge.history.lastChange(of: model, from: earlier.id) else {
            return kept
        }
        let there = try Scope(model, in: accepted.tree, of: repository)
        guard there.files == facts.files,
            let run = try receipts.runCommit(of: accepted.id, in: after),
            let record = try repository.entry(
                at: Judge.recordPath, in: judge.commits.commit(run).tree)
        else { return kept }
        var entries = try there.evidence.map { try repository.tree($0.id).entries } ?? []
        let name = "\(after.name).json"
        entries.removeAll { $0.name == name }
        entries.append(TreeEntry(name: name, mode: .file, id: record.id))
        let tree = try repository.writeTree(entries)
        return TreeEntry(name: "evidence", mode: .directory, id: tree)
    }
}
