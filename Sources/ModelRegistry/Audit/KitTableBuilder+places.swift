import GitStore

/// What each commit is, by where it stands and what its parents are, never by its own words.
extension KitTableBuilder {
    private var judge: Judge { auditor.judge }

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
                    ? .composed(over: 1, taking: [(0, model.modelPath)]) : .unknown)
        case .runs(let environment):
            return try byMain(
                commit, .runner, environment.runsBranch, in: environment,
                commit.parents.count == 2 ? .free : .unknown)
        case .engineOnly:
            let isRight = commit.parents.count < 2
            return try byMain(
                commit, .registry, Ledger.reference, in: nil, isRight ? .free : .unknown)
        case .revocations:
            return try byMain(
                commit, .admin, RevocationReader.reference, in: nil,
                commit.parents.count == 1 ? .free : .unknown)
        case .policy, .proposal, .rollout: return try apart(commit)
        }
    }

    /// A commit that no chain holds: what was merged, is open, or was closed.
    func apart(_ commit: Commit) throws -> Place {
        if let proposal = try proposal(commit) { return proposal }
        guard let parent = try commit.parents.first.map(auditor.commit) else {
            return try byMain(commit, .admin, Judge.main, in: nil, .unknown)
        }
        if commit.parents.count == 1, mainChain.contains(parent.id) {
            return try configured(
                commit, over: parent,
                .composed(over: 1, taking: [(0, ".signet"), (0, "templates")]))
        }
        if commit.parents.count == 2, let chain = try auditor.chain(of: commit),
            let environment = try judge.policies.environment(of: parent.tree)
        {
            let branch = environment.proposalBranch(chain.registration.version)
            return try decision(
                commit, in: environment, under: mergedUnder[commit.id] ?? parent.tree, branch,
                .composed(over: 1, taking: Self.scope(chain.registration.version.model, from: 2)))
        }
        if commit.parents.count == 1, let rejected = try rejection(commit, of: parent) {
            return rejected
        }
        return try byMain(commit, .admin, Judge.main, in: nil, .unknown)
    }

    private static func scope(_ model: ModelName, from: Int) -> [(from: Int, path: String)] {
        [model.modelPath, model.parametersPath, model.evidencePath].map { (from, $0) }
    }

    private func onMain(_ commit: Commit) throws -> Place {
        guard let parent = commit.parents.first else {
            var place = try configured(commit, over: commit, .free)
            place.role = "founder"
            return place
        }
        return try configured(
            commit, over: auditor.commit(parent),
            commit.parents.count == 2 ? .composed(over: 2, taking: []) : .unknown)
    }

    /// A commit that the quorum of `policyChange` signs.
    private func configured(
        _ commit: Commit, over parent: Commit, _ tree: KitTable.Tree
    ) throws -> Place {
        let snapshot = try judge.policies.snapshot(of: parent.tree)
        let roles = snapshot.policy.policyChange.keys.sorted()
        return Place(
            role: roles.map(\.text).joined(separator: "|"),
            candidates: Set(
                roles.flatMap { snapshot.policy.principals(holding: $0, in: nil) }),
            policy: snapshot, tree: tree, branch: Judge.main)
    }

    /// A step of an environment: its root, a roll-out, or an approval.
    private func step(_ commit: Commit, of environment: Environment) throws -> Place {
        guard let parent = try commit.parents.first.map(auditor.commit) else {
            return try byMain(commit, .admin, environment.branch, in: nil, .unknown)
        }
        var place: Place
        if commit.parents.count == 1 {
            place = try configured(
                commit, over: parent,
                mainChain.contains(parent.id)
                    ? .composed(over: 1, taking: [(0, PolicyReader.environmentPath)]) : .unknown)
        } else if mainChain.contains(commit.parents[1]) {
            place = try configured(
                commit, over: parent,
                .composed(over: 2, taking: Judge.environmentsOwn.map { (1, $0) }))
            place.counted = try counted(commit, onto: parent, environment)
        } else if let chain = try auditor.chain(of: commit) {
            for merged in chain.merges + [chain.proposal] { mergedUnder[merged.id] = parent.tree }
            place = try decision(
                commit, in: environment, under: parent.tree, environment.branch,
                .composed(over: 1, taking: Self.scope(chain.registration.version.model, from: 2)))
            place.candidates.subtract(try authors(chain, environment, parent.tree, commit))
            place.counted = try counted(commit, onto: parent, environment)
        } else {
            place = try decision(
                commit, in: environment, under: parent.tree, environment.branch, .unknown)
        }
        place.branch = environment.branch
        return place
    }

    /// Those who may not approve what they made; nobody where the policy does not ask for it.
    private func authors(
        _ chain: ApprovalChain, _ environment: Environment, _ tree: ObjectID, _ step: Commit
    ) throws -> [PrincipalID] {
        let policy = try judge.policies.snapshot(of: tree).policy
        guard policy.environment(environment)?.fourEyes == true else { return [] }
        return try auditor.authors(
            of: chain.proposal, chain.registration, in: environment, under: tree,
            received: step.committed
        ).compactMap(\.principal)
    }

    /// Who signed, when the engine accepts the step as it stands.
    private func counted(
        _ step: Commit, onto tip: Commit, _ environment: Environment
    ) throws -> PrincipalID? {
        let receipt = try auditor.map.receipt(of: step.id, on: environment.branch)
        let map = auditor.map
        judge.tipAsOf = { other in
            guard let number = receipt?.number else { return .unknown }
            return .known(try map.tip(of: other.branch, before: number))
        }
        let verdict = try judge.environmentStep(
            step, onto: tip, environment: environment, receipt?.received ?? step.committed,
            isHistoric: true)
        return verdict.isAccepted ? verdict.principal : nil
    }

    /// An approval or a rejection: by who holds a role that the environment asks for.
    private func decision(
        _ commit: Commit, in environment: Environment, under tree: ObjectID, _ branch: String,
        _ shape: KitTable.Tree
    ) throws -> Place {
        let snapshot = try judge.policies.snapshot(of: tree)
        let roles = snapshot.policy.environment(environment)?.approvals.keys.sorted() ?? []
        return Place(
            role: roles.map(\.text).joined(separator: "|"),
            candidates: Set(
                roles.flatMap { snapshot.policy.principals(holding: $0, in: environment) }),
            policy: snapshot, tree: shape, branch: branch)
    }

    private func proposal(_ commit: Commit) throws -> Place? {
        guard commit.parents.count == 2, let facts = try auditor.registered(commit.parents[1]),
            let environment = try judge.policies.environment(
                of: auditor.commit(commit.parents[0]).tree)
        else { return nil }
        let version = facts.version
        let scope = try Scope(version.model, in: commit.tree, of: auditor.repository)
        // A withdrawal has an empty scope; everything else has the registered files.
        let taken =
            [(from: scope.isEmpty ? 0 : 2, path: version.model.modelPath)]
            + Self.scope(version.model, from: 0).dropFirst()
        var place = try byMain(
            commit, .proposer, environment.proposalBranch(version), in: environment,
            .composed(over: 1, taking: taken))
        if let tree = mergedUnder[commit.id] {
            place.policy = try judge.policies.snapshot(of: tree)
            place.candidates = place.policy.policy.principals(holding: .proposer, in: environment)
        }
        return place
    }

    private func rejection(_ commit: Commit, of rejected: Commit) throws -> Place? {
        let proposal =
            try auditor.isProposal(rejected) ? rejected : auditor.chain(of: rejected)?.proposal
        guard let proposal, let facts = try auditor.registered(proposal.parents[1]),
            let environment = try judge.policies.environment(
                of: auditor.commit(proposal.parents[0]).tree)
        else { return nil }
        let branch = environment.proposalBranch(facts.version)
        let entry = try auditor.map.receipt(of: commit.id, on: branch)?.number ?? Int.max
        let tip = try auditor.map.tip(of: environment.branch, before: entry) ?? proposal.parents[0]
        return try decision(
            commit, in: environment, under: auditor.commit(tip).tree, branch,
            .composed(over: 1, taking: []))
    }

    /// A commit that main's policy at its time of receipt admits.
    private func byMain(
        _ commit: Commit, _ role: RoleName, _ branch: String, in environment: Environment?,
        _ tree: KitTable.Tree
    ) throws -> Place {
        let entry = try auditor.map.receipt(of: commit.id, on: branch)?.number ?? Int.max
        let main =
            try auditor.map.tip(of: Judge.main, before: entry) ?? auditor.registry.founding
        let snapshot = try judge.policies.snapshot(of: auditor.commit(main).tree)
        return Place(
            role: role.text,
            candidates: snapshot.policy.principals(holding: role, in: environment),
            policy: snapshot, tree: tree, branch: branch)
    }
}
