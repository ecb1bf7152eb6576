import GitStore

/// What each commit is, by where it stands and what its parents are, never by its own words.
extension KitTableBuilder {
    var judge: Judge { auditor.judge }

    /// A commit of a chain.
    func place(_ commit: Commit, on target: ReferenceTarget) throws -> Place {
        switch target {
        case .main: return try onMain(commit)
        case .environment(let environment): return try step(commit, of: environment)
        case .models(let model):
            let isRight = try auditor.registered(commit.id)?.version.model == model
            return try byMain(
                commit, .registrar, model.branch, in: nil,
                isRight && commit.parents.count == 1
                    ? .composed(over: "^1", "^0", [model.modelPath]) : .unknown)
        case .runs(let environment):
            return try byMain(
                commit, .runner, environment.runsBranch, in: environment,
                commit.parents.count == 2 ? .free : .unknown)
        case .engineOnly:
            let isRight = commit.parents.count < 2
            return try byMain(
                commit, .registry, Ledger.reference, in: nil, isRight ? .free : .unknown)
        case .revocations: return try revocation(commit)
        case .policy, .proposal, .rollout: return try apart(commit)
        }
    }

    /// A commit that no chain holds: what is open, or was closed, or was merged by what is not valid.
    func apart(_ commit: Commit) throws -> Place {
        if let proposal = try proposal(commit) { return proposal }
        guard let parent = try commit.parents.first.map(auditor.commit) else {
            return try byMain(commit, .admin, Judge.main, in: nil, .unknown)
        }
        if try judge.isOnMain(parent.id) { return try ofConfiguration(commit, over: parent) }
        if let rejected = try configurationRejection(commit) { return rejected }
        guard let environment = try judge.policies.environment(of: parent.tree) else {
            return try byMain(commit, .admin, Judge.main, in: nil, .unknown)
        }
        if commit.parents.count == 2, let chain = try auditor.chain(of: commit) {
            return try partialApproval(commit, over: chain, onto: parent, in: environment)
        }
        if commit.parents.count == 2, let rollout = try judge.rolloutChain(from: commit),
            !rollout.partials.isEmpty
        {
            let branch = try auditor.gatheringBranch(of: rollout.main.tree, for: environment)
            let tip = try tip(of: environment, at: commit, on: branch) ?? parent.id
            return try configured(
                commit, under: auditor.commit(tip).tree, Self.rolledOut(rollout.partials.count),
                branch: branch)
        }
        if commit.parents.count == 1, let rejected = try rejection(commit, of: parent) {
            return rejected
        }
        return try byMain(commit, .admin, Judge.main, in: nil, .unknown)
    }

    /// A change of configuration, a merge over one, or what may begin an environment.
    private func ofConfiguration(_ commit: Commit, over parent: Commit) throws -> Place {
        if let environment = try judge.policies.environment(of: commit.tree) {
            return try configured(
                commit, under: parent.tree, Self.begun,
                branch: auditor.gatheringBranch(of: parent.tree, for: environment))
        }
        let (_, merges) = try judge.commits.chain(from: commit) { _, _ in true }
        return try configured(
            commit, under: parent.tree, Self.change(merges.count),
            branch: auditor.gatheringBranch(of: commit.tree, for: nil))
    }

    private func partialApproval(
        _ commit: Commit, over chain: ApprovalChain, onto parent: Commit,
        in environment: Environment
    ) throws -> Place {
        let version = chain.registration.version
        let branch = environment.proposalBranch(version)
        let tip = try tip(of: environment, at: commit, on: branch) ?? parent.id
        let tree = try auditor.commit(tip).tree
        var place = try decision(
            commit, in: environment, under: tree, branch,
            Self.approved(version.model, chain.merges.count))
        place.candidates.subtract(try authors(chain, environment, tree, commit))
        return place
    }

    /// Where an environment was when a commit came in.
    private func tip(
        of environment: Environment, at commit: Commit, on branch: String
    ) throws -> ObjectID? {
        let entry = try auditor.map.receipt(of: commit.id, on: branch)?.number ?? Int.max
        return try auditor.map.tip(of: environment.branch, before: entry)
    }

    /// A commit that holders of the roles of `policyChange` sign.
    func configured(
        _ commit: Commit, under tree: ObjectID, _ shape: KitTable.Tree, branch: String
    ) throws -> Place {
        let snapshot = try judge.policies.snapshot(of: tree)
        let roles = snapshot.policy.policyChange.keys.sorted()
        return Place(
            role: roles.map(\.text).joined(separator: "|"),
            candidates: Set(
                roles.flatMap { snapshot.policy.principals(holding: $0, in: nil) }),
            policy: snapshot, tree: shape, branch: branch)
    }

    /// An approval or a rejection: by who holds a role that the environment asks for.
    func decision(
        _ commit: Commit, in environment: Environment, under tree: ObjectID, _ branch: String,
        _ shape: KitTable.Tree, besides others: [RoleName] = []
    ) throws -> Place {
        let snapshot = try judge.policies.snapshot(of: tree)
        let asked = snapshot.policy.environment(environment)?.approvals.keys.map { $0 } ?? []
        let roles = Set(asked + others).sorted()
        return Place(
            role: roles.map(\.text).joined(separator: "|"),
            candidates: Set(
                roles.flatMap { snapshot.policy.principals(holding: $0, in: environment) }),
            policy: snapshot, tree: shape, branch: branch)
    }

    /// Those who may not approve what they made; nobody where the policy does not ask for it.
    func authors(
        _ chain: ApprovalChain, _ environment: Environment, _ tree: ObjectID, _ step: Commit
    ) throws -> [PrincipalID] {
        let policy = try judge.policies.snapshot(of: tree).policy
        guard policy.environment(environment)?.fourEyes == true else { return [] }
        return try auditor.authors(
            of: chain.proposal, chain.registration, in: environment, under: tree,
            received: step.committed
        ).compactMap(\.principal)
    }

    private func proposal(_ commit: Commit) throws -> Place? {
        guard commit.parents.count == 2, let facts = try auditor.registered(commit.parents[1]),
            let environment = try judge.policies.environment(
                of: auditor.commit(commit.parents[0]).tree)
        else { return nil }
        let version = facts.version
        let scope = try Scope(version.model, in: commit.tree, of: auditor.repository)
        // A withdrawal has an empty scope; everything else has the registered files.
        let files = KitTable.Tree.Taken(
            from: scope.isEmpty ? "^0" : "^2", path: version.model.modelPath)
        let own = Self.paths(version.model).dropFirst()
            .map { KitTable.Tree.Taken(from: "^0", path: $0) }
        var place = try byMain(
            commit, .proposer, environment.proposalBranch(version), in: environment,
            .composed(over: "^1", taking: [files] + own))
        if let merged = mergedUnder[commit.id] {
            place.policy = try judge.policies.snapshot(of: merged.tree)
            place.candidates = place.policy.policy.principals(holding: .proposer, in: environment)
            place.step = merged.step
        }
        return place
    }

    private func rejection(_ commit: Commit, of rejected: Commit) throws -> Place? {
        let chain = try auditor.isProposal(rejected) ? nil : auditor.chain(of: rejected)
        let proposal = chain?.proposal ?? rejected
        guard proposal.parents.count == 2,
            let facts = try auditor.registered(proposal.parents[1]),
            let environment = try judge.policies.environment(
                of: auditor.commit(proposal.parents[0]).tree)
        else { return nil }
        let branch = environment.proposalBranch(facts.version)
        let tip = try tip(of: environment, at: commit, on: branch) ?? proposal.parents[0]
        // Over a partial approval, git leaves that one's tree; the proposal's own is as good.
        let below = "^1" + Self.seconds(chain?.merges.count ?? 0)
        return try decision(
            commit, in: environment, under: auditor.commit(tip).tree, branch,
            .composed(over: commit.tree == proposal.tree ? below : "^1", taking: []))
    }

    private func configurationRejection(_ commit: Commit) throws -> Place? {
        guard try judge.isConfigurationRejection(commit),
            try judge.policies.environment(of: commit.tree) == nil
        else { return nil }
        let below = try auditor.commit(commit.parents[0])
        let change = try judge.commits.chain(from: below) { _, _ in true }.inner
        guard let main = change.parents.first, try judge.isOnMain(main) else { return nil }
        let branch = try auditor.gatheringBranch(of: commit.tree, for: nil)
        return try configured(
            commit, under: auditor.commit(main).tree, .composed(over: "^1", taking: []),
            branch: branch)
    }

    /// One more revoked key: by who may change the configuration, or whose key it is.
    private func revocation(_ commit: Commit) throws -> Place {
        var shape = KitTable.Tree.unknown
        var owner: PrincipalID?
        if commit.parents.count == 1 {
            do {
                let items = try judge.revocations.items(
                    upTo: commit.id, founding: auditor.registry.founding)
                owner = items.last?.revocation.principal
                shape =
                    items.count == 1
                    ? .free
                    : .composed(over: "^1", "^0", [RevocationReader.file(items.count)])
            } catch is DocumentError {
                shape = .unknown
            }
        }
        let main = try mainTree(at: commit, on: RevocationReader.reference)
        var place = try configured(
            commit, under: main, shape, branch: RevocationReader.reference)
        if let owner { place.candidates.insert(owner) }
        return place
    }

    /// A commit that main's policy at its time of receipt admits.
    func byMain(
        _ commit: Commit, _ role: RoleName, _ branch: String, in environment: Environment?,
        _ tree: KitTable.Tree
    ) throws -> Place {
        let snapshot = try judge.policies.snapshot(of: mainTree(at: commit, on: branch))
        return Place(
            role: role.text,
            candidates: snapshot.policy.principals(holding: role, in: environment),
            policy: snapshot, tree: tree, branch: branch)
    }

    private func mainTree(at commit: Commit, on branch: String) throws -> ObjectID {
        let entry = try auditor.map.receipt(of: commit.id, on: branch)?.number ?? Int.max
        let main = try auditor.map.tip(of: Judge.main, before: entry) ?? auditor.registry.founding
        return try auditor.commit(main).tree
    }
}

/// How trees are made.
extension KitTableBuilder {
    /// Second parents, so many times over.
    static func seconds(_ count: Int) -> String { String(repeating: "^2", count: count) }

    static func paths(_ model: ModelName) -> [String] {
        [model.modelPath, model.parametersPath, model.evidencePath]
    }

    /// The tip with the model's scope as the proposal has it, which lies under so many merges.
    static func approved(_ model: ModelName, _ merges: Int) -> KitTable.Tree {
        .composed(over: "^1", seconds(merges), paths(model))
    }

    /// Main, which lies under so many merges, with what is the environment's own.
    static func rolledOut(_ merges: Int) -> KitTable.Tree {
        .composed(over: seconds(merges), "^1", Judge.environmentsOwn)
    }

    /// The change of configuration that lies under so many merges.
    static func change(_ merges: Int) -> KitTable.Tree {
        merges == 0
            ? .composed(over: "^1", "^0", [".signet", "templates"])
            : .composed(over: seconds(merges), taking: [])
    }

    /// Main with the environment's name.
    static let begun = KitTable.Tree.composed(over: "^1", "^0", [PolicyReader.environmentPath])
}
