/// Who may do what, and what each environment asks for: `.signet/policy.yaml`.
package struct Policy: Hashable, Sendable {
    /// Grows with every change.
    package let serial: Int
    /// Everybody the policy knows but the two services.
    package let principals: [Principal]
    /// What was granted, as written: without the services' own roles and the default proposers.
    package let roles: [RoleName: [EnvironmentPattern: Set<PrincipalID>]]
    /// The environments in the order of the ladder.
    package let environments: [EnvironmentRule]
    /// How many distinct principals of each role a change of configuration needs.
    package let policyChange: [RoleName: Int]
    /// What becomes of older proposals.
    package let proposals: Proposals
    /// Which models a principal may decide; who isn't here may decide all.
    package let scopes: [PrincipalID: [ModelPattern]]
    /// Whose model signatures are known.
    package let modelSigners: [ModelSigner]
    /// What signatures by security keys must show.
    package let securityKeys: SecurityKeyRule

    package init(
        serial: Int, principals: [Principal],
        roles: [RoleName: [EnvironmentPattern: Set<PrincipalID>]],
        environments: [EnvironmentRule], policyChange: [RoleName: Int],
        proposals: Proposals = .latest, scopes: [PrincipalID: [ModelPattern]] = [:],
        modelSigners: [ModelSigner] = [], securityKeys: SecurityKeyRule = SecurityKeyRule()
    ) {
        self.serial = serial
        self.principals = principals
        self.roles = roles
        self.environments = environments
        self.policyChange = policyChange
        self.proposals = proposals
        self.scopes = scopes
        self.modelSigners = modelSigners
        self.securityKeys = securityKeys
    }

    /// What becomes of an open proposal when a newer version is proposed.
    package enum Proposals: String, CaseIterable, Hashable, Sendable {
        /// The newest one supersedes older unsigned ones.
        case latest
    }

    /// The rule of an environment, nil where the policy doesn't have it.
    package func environment(_ environment: Environment) -> EnvironmentRule? {
        environments.first { $0.environment == environment }
    }

    /// The rule of the environment whose `after` is the given one.
    package func next(after environment: Environment) -> EnvironmentRule? {
        environments.first { $0.after == environment }
    }

    /// The declared principal with this id.
    package func principal(_ id: PrincipalID) -> Principal? {
        principals.first { $0.id == id }
    }

    /// Everybody who holds the role in the environment; without one, who holds it everywhere.
    package func principals(
        holding role: RoleName, in environment: Environment?
    ) -> Set<PrincipalID> {
        if role == .registry { return [.registry] }
        if role == .runner { return [.runner] }
        guard let grants = roles[role] else {
            guard role == .proposer else { return [] }
            return principals(holding: .registrar, in: environment).union([.registry])
        }
        let everywhere = grants[.every] ?? []
        guard let environment else { return everywhere }
        return everywhere.union(grants[.one(environment)] ?? [])
    }

    /// Whether the principal holds the role in the environment; without one, everywhere.
    package func holds(
        _ principal: PrincipalID, _ role: RoleName, in environment: Environment?
    ) -> Bool {
        principals(holding: role, in: environment).contains(principal)
    }
}

/// Which environments a grant is for.
package enum EnvironmentPattern: Hashable, Sendable {
    /// All of them, written `"*"`.
    case every
    case one(Environment)
}
