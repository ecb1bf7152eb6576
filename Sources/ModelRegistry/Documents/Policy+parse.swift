extension Policy {
    /// Reads a policy strictly: what isn't known or can't be applied is refused.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Policy {
        let root = try DocumentNode(yaml: bytes, file: file)
        try root.expect(kind: "Policy")
        let members = try root.members([
            "apiVersion", "kind", "serial", "principals", "roles", "environments",
            "policyChange", "proposals", "scopes", "modelSigners", "securityKeys",
        ])
        let principals = try principals(try root.required("principals"))
        let modelSigners =
            try members["modelSigners"].map { node throws(DocumentError) in
                try ModelSigner.signers(node)
            } ?? []
        let environments = try environments(
            try root.required("environments"), modelSigners: modelSigners)
        let roles = try roles(
            try root.required("roles"), principals: Set(principals.map(\.id)),
            environments: Set(environments.map(\.environment)))
        let scopes = try members["scopes"].map { node throws(DocumentError) in
            try Self.scopes(node, principals: Set(principals.map(\.id)))
        }
        return Policy(
            serial: try root.required("serial").integer(in: 1...Policy.largestSerial),
            principals: principals, roles: roles, environments: environments,
            policyChange: try quorum(try root.required("policyChange")),
            proposals: try members["proposals"]?.choice() ?? .latest, scopes: scopes ?? [:],
            modelSigners: modelSigners,
            securityKeys: try SecurityKeyRule.read(members["securityKeys"]))
    }

    private static func principals(_ node: DocumentNode) throws(DocumentError) -> [Principal] {
        var principals: [Principal] = []
        for item in try node.items() {
            let principal = try Principal(item)
            guard !principals.contains(where: { $0.id == principal.id }) else {
                throw item.error("declares the principal '\(principal.id)' twice")
            }
            principals.append(principal)
        }
        guard !principals.isEmpty else { throw node.error("must not be empty") }
        return principals
    }

    private static func environments(
        _ node: DocumentNode, modelSigners: [ModelSigner]
    ) throws(DocumentError) -> [EnvironmentRule] {
        var rules: [EnvironmentRule] = []
        for item in try node.items() {
            rules.append(
                try EnvironmentRule(item, earlier: rules, modelSigners: modelSigners))
        }
        guard !rules.isEmpty else { throw node.error("must not be empty") }
        return rules
    }

    private static func roles(
        _ node: DocumentNode, principals: Set<PrincipalID>, environments: Set<Environment>
    ) throws(DocumentError) -> [RoleName: [EnvironmentPattern: Set<PrincipalID>]] {
        var roles: [RoleName: [EnvironmentPattern: Set<PrincipalID>]] = [:]
        for (key, member) in try node.pairs() {
            let role: RoleName = try member.name(from: key)
            var grants: [EnvironmentPattern: Set<PrincipalID>] = [:]
            for (key, list) in try member.pairs() {
                let pattern = try pattern(key, of: role, at: list, environments: environments)
                grants[pattern] = try holders(list, of: role, declared: principals)
            }
            guard !grants.isEmpty else { throw member.error("must not be empty") }
            roles[role] = grants
        }
        return roles
    }

    private static func pattern(
        _ text: String, of role: RoleName, at node: DocumentNode, environments: Set<Environment>
    ) throws(DocumentError) -> EnvironmentPattern {
        if text == "*" { return .every }
        let environment: Environment = try node.name(from: text)
        guard environments.contains(environment) else {
            throw node.error("is for the environment '\(text)', which the policy does not have")
        }
        guard role != .registrar else {
            throw node.error(
                "limits registrars to an environment, but versions are registered for all of them",
                hint: "grant it for \"*\"")
        }
        return .one(environment)
    }

    private static func holders(
        _ node: DocumentNode, of role: RoleName, declared: Set<PrincipalID>
    ) throws(DocumentError) -> Set<PrincipalID> {
        var holders: Set<PrincipalID> = []
        for item in try node.items() {
            let id: PrincipalID = try item.name()
            guard declared.contains(id) || id.isService else {
                throw item.error(
                    "names '\(id)', who is not among the principals",
                    hint: "declare '\(id)' under 'principals'")
            }
            try checkService(id, role, at: item)
            guard holders.insert(id).inserted else { throw item.error("names '\(id)' twice") }
        }
        return holders
    }

    /// Services propose and do their own work; people don't do the services' work.
    private static func checkService(
        _ id: PrincipalID, _ role: RoleName, at node: DocumentNode
    ) throws(DocumentError) {
        let isServiceRole = role == .registry || role == .runner
        if isServiceRole, id.text != role.text {
            throw node.error("grants '\(role)' to '\(id)'; only the service '\(role)' holds it")
        }
        if id.isService, role != .proposer, id.text != role.text {
            throw node.error("grants '\(role)' to the service '\(id)', which may only propose")
        }
    }

    /// Reads how many principals of each role must sign.
    static func quorum(_ node: DocumentNode) throws(DocumentError) -> [RoleName: Int] {
        var quorum: [RoleName: Int] = [:]
        for (key, member) in try node.pairs() {
            let role: RoleName = try member.name(from: key)
            guard role != .registry, role != .runner else {
                throw member.error("asks for the service '\(role)', which never approves")
            }
            quorum[role] = try member.integer(in: 1...100)
        }
        guard !quorum.isEmpty else { throw node.error("must ask for at least one principal") }
        return quorum
    }
}
