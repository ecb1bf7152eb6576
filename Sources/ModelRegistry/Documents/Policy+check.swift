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
            let field = "environments[\(index)].approvals"
            try checkQuorum(
                rule.approvals, in: rule.environment, live: live, field: field, file: file)
            try checkProposers(of: rule, live: live, file: file)
            guard rule.fourEyes else { continue }
            guard hasFourEyes(rule, registrars: registrars, live: live) else {
                throw DocumentError(
                    file: file, field: field,
                    problem: "can never be met in '\(rule.environment)': whoever could approve "
                        + "is also the only one who could register and propose",
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

    /// Whether some registrar, some proposer and some approver leave four eyes.
    ///
    /// A proposal signed by a service has no human signer of its own.
    private func hasFourEyes(
        _ rule: EnvironmentRule, registrars: Set<PrincipalID>, live: Set<PrincipalID>
    ) -> Bool {
        let proposers = principals(holding: .proposer, in: rule.environment).intersection(live)
        let approvers = rule.approvals.keys.reduce(into: Set<PrincipalID>()) {
            $0.formUnion(principals(holding: $1, in: rule.environment))
        }.intersection(live)
        return registrars.contains { registrar in
            proposers.contains { proposer in
                !approvers.subtracting([registrar, proposer]).isEmpty
            }
        }
    }
}
