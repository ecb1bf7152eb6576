extension Policy {
    /// Refuses a policy that nobody could satisfy with the keys there are.
    ///
    /// `signers` are the principals with a live key. The services count as live.
    package func check(
        signers: [PrincipalID], file: String = ".signet/policy.yaml"
    ) throws(DocumentError) {
        let live = Set(signers).union([.registry, .runner])
        let registrars = principals(holding: .registrar, in: nil).intersection(live)
        guard !registrars.isEmpty else {
            throw DocumentError(
                file: file, field: "roles.registrar",
                problem: "has nobody with a live key, so that nothing can be registered",
                hint: "grant the role for \"*\" to a principal with a key in allowed_signers")
        }
        try checkQuorum(policyChange, in: nil, live: live, field: "policyChange", file: file)
        for (index, rule) in environments.enumerated() {
            let field = "environments[\(index)]"
            var quorums = [(field: "\(field).approvals", roles: rule.approvals)]
            if let breakGlass = rule.breakGlass {
                quorums.append(("\(field).breakGlass.approvals", breakGlass.approvals))
            }
            try checkProposers(of: rule, live: live, file: file)
            for (field, roles) in quorums {
                try checkQuorum(roles, in: rule.environment, live: live, field: field, file: file)
                guard rule.fourEyes,
                    !hasFourEyes(roles, rule.environment, registrars: registrars, live: live)
                else { continue }
                let isOne = roles.values.reduce(0, +) == 1
                throw DocumentError(
                    file: file, field: field,
                    problem: "can never be met in '\(rule.environment)': "
                        + (isOne
                            ? "whoever could approve is also the only one who could register and propose"
                            : "too few could approve without those who registered and proposed"),
                    hint: "grant the role to somebody else too, or write 'fourEyes: false'")
            }
        }
    }

    private func checkQuorum(
        _ quorum: [RoleName: Int], in environment: Environment?, live: Set<PrincipalID>,
        field: String, file: String
    ) throws(DocumentError) {
        for (role, count) in quorum.sorted(by: { $0.key < $1.key }) {
            let holders = principals(holding: role, in: environment).intersection(live)
            guard holders.count < count else { continue }
            let place = environment.map { " in '\($0)'" } ?? " for \"*\""
            throw DocumentError(
                file: file, field: field,
                problem: "asks for \(count) '\(role)', but \(holders.count) with a live key "
                    + "hold this role\(place)",
                hint: "grant the role to a principal with a key in allowed_signers")
        }
        let holders = holders(of: quorum, in: environment, among: live)
        guard !Quorum.missing(roles: quorum, signers: holders).isEmpty else { return }
        let wanted = quorum.sorted { $0.key < $1.key }.map { "\($0.value) '\($0.key)'" }
        throw DocumentError(
            file: file, field: field,
            problem: "asks for \(wanted.joined(separator: " and ")), who must be "
                + "\(quorum.values.reduce(0, +)) different principals, but only "
                + "\(holders.keys.sorted().map(\.text).joined(separator: ", ")) hold these roles",
            hint: "grant one of the roles to somebody else: each principal counts once")
    }

    /// Who among `live` holds which of a quorum's roles.
    func holders(
        of quorum: [RoleName: Int], in environment: Environment?, among live: Set<PrincipalID>
    ) -> [PrincipalID: Set<RoleName>] {
        var holders: [PrincipalID: Set<RoleName>] = [:]
        for role in quorum.keys {
            for principal in principals(holding: role, in: environment).intersection(live) {
                holders[principal, default: []].insert(role)
            }
        }
        return holders
    }

    private func checkProposers(
        of rule: EnvironmentRule, live: Set<PrincipalID>, file: String
    ) throws(DocumentError) {
        let proposers = principals(holding: .proposer, in: rule.environment).intersection(live)
        guard proposers.isEmpty else { return }
        throw DocumentError(
            file: file, field: "roles.proposer",
            problem: "has nobody with a live key in '\(rule.environment)', so that nothing can be "
                + "proposed",
            hint: "grant the role to a principal with a key in allowed_signers")
    }

    /// Whether for some registrar and some proposer the others still fill the quorum.
    ///
    /// A proposal signed by a service has no human signer of its own.
    private func hasFourEyes(
        _ quorum: [RoleName: Int], _ environment: Environment, registrars: Set<PrincipalID>,
        live: Set<PrincipalID>
    ) -> Bool {
        let proposers = principals(holding: .proposer, in: environment).intersection(live)
        let holders = holders(of: quorum, in: environment, among: live)
        return registrars.contains { registrar in
            proposers.contains { proposer in
                let others = holders.filter { $0.key != registrar && $0.key != proposer }
                return Quorum.missing(roles: quorum, signers: others).isEmpty
            }
        }
    }
}
