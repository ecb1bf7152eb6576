import GitStore
import Signatures

/// Finding what a name stands for, or saying what there is instead.
extension Registry {
    /// A proposal that waits for its decision.
    package struct OpenProposal: Hashable, Sendable {
        package let version: ModelVersion
        package let environment: Environment
        /// The proposal itself: what is reviewed and signed.
        package let proposal: ObjectID
        /// The branch's tip: the proposal, or a partial approval over it.
        package let target: ObjectID

        package var isSigned: Bool { target != proposal }
    }

    private func open(
        _ version: ModelVersion, _ environment: Environment, at target: ObjectID
    ) throws -> OpenProposal {
        let proposal = try judge.commits.proposal(decidedBy: judge.commits.commit(target))
        return OpenProposal(
            version: version, environment: environment, proposal: proposal.id, target: target)
    }

    package func mainSnapshot() throws -> PolicySnapshot { try judge.mainSnapshot() }

    /// The environments, in the order of main's policy.
    package func environments() throws -> [Environment] {
        try mainSnapshot().policy.environments.map(\.environment)
    }

    package func environment(_ name: String) throws -> Environment {
        let known = try environments()
        guard let environment = known.first(where: { $0.name == name }) else {
            throw RegistryError.unknownEnvironment(name, known: known.map(\.name))
        }
        return environment
    }

    /// The environment's present tip.
    package func tip(of environment: Environment) throws -> Commit {
        guard let id = try reference(environment.branch) else {
            let known = try environments().filter { try reference($0.branch) != nil }
            throw RegistryError.unknownEnvironment(environment.name, known: known.map(\.name))
        }
        return try judge.commits.commit(id)
    }

    package func models() throws -> [ModelName] {
        try references(prefix: "refs/heads/models/").map {
            try ModelName(String($0.name.dropFirst("refs/heads/models/".count)))
        }
    }

    /// The newest registered version; throws when there is no such model.
    package func newestVersion(of model: ModelName) throws -> ModelVersion {
        guard let tip = try reference(model.branch) else {
            throw RegistryError.unknownModel(model.text, known: try models().map(\.text))
        }
        return try judge.registration(of: tip).version
    }

    /// The registration of a version; throws, naming the newest, when there is none.
    package func registration(of version: ModelVersion) throws -> RegistrationFacts {
        guard let commit = try reference(version.tagReference) else {
            let newest = try newestVersion(of: version.model)
            throw RegistryError.unknownVersion("\(version)", known: newest.number)
        }
        return try judge.registration(of: commit)
    }

    /// The version that a selector names, the newest where it names none.
    package func version(_ selector: ModelSelector) throws -> ModelVersion {
        guard let number = selector.number else { return try newestVersion(of: selector.model) }
        let version = try ModelVersion(model: selector.model, number: number)
        _ = try registration(of: version)
        return version
    }

    /// The version of `model` that an environment's tree has, nil for none.
    package func version(of model: ModelName, in tree: ObjectID) throws -> ModelVersion? {
        try judge.versionNumber(Scope(model, in: tree, of: repository))
            .map { try ModelVersion(model: model, number: $0) }
    }

    package func openProposals(
        of model: ModelName, in environment: Environment
    ) throws -> [OpenProposal] {
        let prefix = "refs/heads/promote/\(environment.name)/\(model.text)/v"
        return try references(prefix: prefix).compactMap { name, target in
            guard case .proposal(_, let version) = ReferenceTarget(name), version.model == model
            else { return nil }
            return try open(version, environment, at: target)
        }
    }

    /// Whether a proposal of the version for the environment was closed before.
    package func wasDecided(_ version: ModelVersion, for environment: Environment) throws -> Bool {
        try !references(prefix: environment.closedPrefix(version)).isEmpty
    }

    /// What became of the proposal that was closed last; nil when there was none.
    private func lastDecision(
        on selector: ModelSelector, in environment: Environment
    ) throws -> String? {
        let prefix = "refs/signet/closed/\(environment.name)/\(selector.model.text)/v"
        var last: (entry: Int, version: ModelVersion, tip: Commit, verdict: Verdict)?
        for (name, target) in try repository.references(prefix: prefix) {
            guard let number = Int(name.dropFirst(prefix.count).prefix { $0 != "/" }),
                selector.number == nil || selector.number == number
            else { continue }
            let version = try ModelVersion(model: selector.model, number: number)
            let branch = environment.proposalBranch(version)
            guard let receipt = try receipts.receipt(of: target, on: branch),
                receipt.number > last?.entry ?? 0
            else { continue }
            last = (
                receipt.number, version, try judge.commits.commit(target),
                try ledger.entry(of: receipt.entry).verdict
            )
        }
        guard let last else { return nil }
        if last.verdict.kind == .rejection {
            let who = last.verdict.principal?.text ?? "somebody"
            return "\(last.version) was rejected by \(who), \(last.verdict.reason ?? "")"
        }
        let proposal = try judge.commits.proposal(decidedBy: last.tip)
        let since = try judge.history.since(
            base: proposal.parents[0], tip: tip(of: environment).id, model: selector.model,
            proposal: proposal.id)
        return since?.merged == true
            ? "that of \(last.version) was approved"
            : "that of \(last.version) gave way to what came after it"
    }

    /// Every open proposal, in the order of environments.
    package func openProposals() throws -> [OpenProposal] {
        try references(prefix: "refs/heads/promote/").compactMap { name, target in
            guard case .proposal(let environment, let version) = ReferenceTarget(name) else {
                return nil
            }
            return try open(version, environment, at: target)
        }
    }

    /// The one open proposal that a selector means.
    package func openProposal(
        _ selector: ModelSelector, in environment: Environment, expected: String? = nil
    ) throws -> OpenProposal {
        if try reference(selector.model.branch) == nil {
            throw RegistryError.unknownModel(selector.model.text, known: try models().map(\.text))
        }
        let all = try openProposals(of: selector.model, in: environment)
        let open = all.filter { selector.number == nil || $0.version.number == selector.number }
        guard let proposal = open.first else {
            let decided = try all.isEmpty ? lastDecision(on: selector, in: environment) : nil
            throw RegistryError.noProposal(
                "there is no open proposal of \(selector) for \(environment)"
                    + (decided.map { ": \($0)" } ?? ""),
                hint: all.isEmpty
                    ? Self.whatWasDecided(selector.model, environment)
                        + "\nor propose it: signet propose \(selector.model)@N --env \(environment)"
                    : "open are \(all.map { "\($0.version)" }.joined(separator: ", "))")
        }
        guard open.count == 1 else {
            throw RegistryError.noProposal(
                "several proposals of \(selector.model) are open for \(environment)",
                hint: "name one: \(open.map { "\($0.version)" }.joined(separator: ", "))")
        }
        if let expected, !proposal.proposal.hex.hasPrefix(expected) || expected.count < 7 {
            throw RegistryError.staleProposal(
                "the open proposal of \(proposal.version) for \(environment) is \(proposal.proposal.short), not \(expected)",
                hint:
                    "it changed since you reviewed it; look again: signet review \(proposal.version) --env \(environment)"
            )
        }
        return proposal
    }
}
