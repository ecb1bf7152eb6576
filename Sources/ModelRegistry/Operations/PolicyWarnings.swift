/// What a policy that can be satisfied still invites: rules that hang on one person, or do nothing.
struct PolicyWarnings {
    private let policy: Policy
    private let live: Set<PrincipalID>
    private let time: Timestamp
    private let models: [ModelName]

    init(
        _ edition: PolicyEdition, at time: Timestamp, models: [ModelName]
    ) throws(DocumentError) {
        policy = edition.policy
        live = Set(try edition.live(at: time))
        self.time = time
        self.models = models
    }

    var all: [String] {
        let ofRules = policy.environments.flatMap { rule in
            [ownHands, bottlenecks, indispensable, undecided, hurried, over].flatMap { $0(rule) }
        }
        return keyless + unasked + lonelyPolicyChange + ofRules
    }

    /// Principals with a role and no key to use it.
    private var keyless: [String] {
        let holders = policy.roles.values.flatMap(\.values)
            .reduce(into: Set<PrincipalID>()) { $0.formUnion($1) }
        return holders.filter { !live.contains($0) && !$0.isService }.sorted()
            .map { "'\($0)' holds roles, but has no valid key" }
    }

    /// Roles that are granted and that nothing asks for: perhaps misspelt.
    private var unasked: [String] {
        let asked = policy.environments.reduce(into: Set(policy.policyChange.keys)) {
            $0.formUnion($1.approvals.keys)
            if let breakGlass = $1.breakGlass { $0.formUnion(breakGlass.approvals.keys) }
        }
        let own: Set<RoleName> = [.registrar, .proposer, .registry, .runner]
        return policy.roles.keys.filter { !asked.contains($0) && !own.contains($0) }.sorted()
            .map { "the role '\($0)' is granted, but nothing asks for it" }
    }

    private var lonelyPolicyChange: [String] {
        let holders = holders(of: policy.policyChange, in: nil)
        return holders.keys.sorted().compactMap { principal in
            let others = holders.filter { $0.key != principal }
            return Quorum.missing(roles: policy.policyChange, signers: others).isEmpty
                ? nil : "without '\(principal)' the policy can never be changed again"
        }
    }

    /// Where one person may do everything.
    private func ownHands(_ rule: EnvironmentRule) -> [String] {
        guard !rule.fourEyes else { return [] }
        let registrars = policy.principals(holding: .registrar, in: nil)
        let approvers = holders(of: rule.approvals, in: rule.environment)
        let alone = registrars.filter { principal in
            approvers[principal].map {
                Quorum.missing(roles: rule.approvals, signers: [principal: $0]).isEmpty
            } ?? false
        }.sorted().map { "'\($0)'" }
        return alone.isEmpty
            ? []
            : [
                "\(rule.environment): \(alone.joined(separator: ", ")) may approve alone what they "
                    + "registered themselves"
            ]
    }

    /// Where somebody's own versions find too few others to approve them.
    private func bottlenecks(_ rule: EnvironmentRule) -> [String] {
        guard rule.fourEyes else { return [] }
        let authors = policy.principals(holding: .registrar, in: nil)
            .union(policy.principals(holding: .proposer, in: rule.environment))
        let holders = holders(of: rule.approvals, in: rule.environment)
        return authors.intersection(holders.keys).sorted().compactMap { author in
            let others = holders.filter { $0.key != author }
            let missing = Quorum.missing(roles: rule.approvals, signers: others)
            return missing.isEmpty
                ? nil
                : "\(rule.environment): what '\(author)' registers or proposes can't be approved; "
                    + "there would be \(Policy.text(of: missing)) too few"
        }
    }

    /// Approvers without whom nobody's versions could be approved.
    private func indispensable(_ rule: EnvironmentRule) -> [String] {
        let holders = holders(of: rule.approvals, in: rule.environment)
        return holders.keys.sorted().compactMap { principal in
            let others = holders.filter { $0.key != principal }
            return Quorum.missing(roles: rule.approvals, signers: others).isEmpty
                ? nil : "\(rule.environment): without '\(principal)' nothing can be approved"
        }
    }

    /// Models of the registry that the scopes leave to too few.
    private func undecided(_ rule: EnvironmentRule) -> [String] {
        guard !policy.scopes.isEmpty else { return [] }
        let holders = holders(of: rule.approvals, in: rule.environment)
        return models.filter { model in
            let deciding = holders.filter { policy.mayDecide($0.key, model) }
            return !Quorum.missing(roles: rule.approvals, signers: deciding).isEmpty
        }.map { "\(rule.environment): the scopes leave '\($0)' to too few approvers" }
    }

    /// Where the second look at an emergency is due before its rules let anybody take it.
    private func hurried(_ rule: EnvironmentRule) -> [String] {
        guard let soak = rule.soak, let within = rule.breakGlass?.reapproveWithin,
            within.seconds <= soak.seconds
        else { return [] }
        return [
            "\(rule.environment): what skips its soak of \(soak) can't be approved again within "
                + "reapproveWithin (\(within))"
        ]
    }

    private func over(_ rule: EnvironmentRule) -> [String] {
        rule.freeze.compactMap { window in
            guard case .once(_, let to) = window.span, window.zone.last(to) <= time else {
                return nil
            }
            return "\(rule.environment): the freeze from \(window) is over"
        }
    }

    private func holders(
        of quorum: [RoleName: Int], in environment: Environment?
    ) -> [PrincipalID: Set<RoleName>] {
        policy.holders(of: quorum, in: environment, among: live)
    }
}
