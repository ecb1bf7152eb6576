import Signatures

/// What changes from one policy, with its keys, to another.
package struct PolicyDifference: Codable, Sendable {
    /// One of the two policies.
    package struct Side: Codable, Sendable {
        package let name: String
        package let serial: Int
    }
    /// Who gains and who loses a role; `environment` is `*` where it is held everywhere.
    package struct RoleChange: Codable, Sendable {
        package let role: RoleName
        package let environment: String
        package let granted: [PrincipalID]
        package let taken: [PrincipalID]
    }
    /// What changes in an environment's rule; all of its keys where it is added or removed.
    package struct EnvironmentChange: Codable, Sendable {
        package enum Kind: String, Codable, Sendable { case added, removed, changed }
        package let environment: Environment
        package let change: Kind
        package let settings: [PolicySetting]
    }
    /// A key that is new, gone, or valid at other times.
    package struct KeyChange: Codable, Sendable {
        package enum Kind: String, Codable, Sendable { case added, removed, retired, changed }
        package let principal: String
        package let fingerprint: String
        package let change: Kind
        /// When it may sign, nil where it always may.
        package let validity: String?
    }

    package let old: Side
    package let new: Side
    /// By id; name and address.
    package let principals: [PolicySetting]
    package let roles: [RoleChange]
    package let environments: [EnvironmentChange]
    /// By principal; the patterns.
    package let scopes: [PolicySetting]
    /// The other keys at the top.
    package let settings: [PolicySetting]
    package let keys: [KeyChange]
    /// The other files of the configuration, such as the rules and the mails' templates, by what they
    /// hold: the beginning of git's id.
    package let files: [PolicySetting]

    package init(from old: PolicyEdition, to new: PolicyEdition) {
        self.old = Side(name: old.name, serial: old.policy.serial)
        self.new = Side(name: new.name, serial: new.policy.serial)
        let (before, after) = (old.policy, new.policy)
        principals = PolicySetting.differences(from: before.people, to: after.people)
        roles = Self.roles(from: before, to: after)
        environments = Self.environments(from: before, to: after)
        scopes = PolicySetting.differences(from: before.scopeTexts, to: after.scopeTexts)
        settings = PolicySetting.differences(from: before.settings, to: after.settings)
        keys = Self.keys(from: old.signers, to: new.signers)
        files = PolicySetting.differences(from: old.files, to: new.files)
    }

    /// Whether nothing but the serial differs.
    package var isEmpty: Bool {
        principals.isEmpty && roles.isEmpty && environments.isEmpty && scopes.isEmpty
            && settings.isEmpty && keys.isEmpty && files.isEmpty
    }

    private static func roles(from old: Policy, to new: Policy) -> [RoleChange] {
        let (before, after) = (old.grants, new.grants)
        let places = Set(before.keys).union(after.keys)
        return places.sorted { ($0.role, $0.place) < ($1.role, $1.place) }.compactMap { grant in
            let (had, has) = (before[grant] ?? [], after[grant] ?? [])
            guard had != has else { return nil }
            return RoleChange(
                role: grant.role, environment: grant.place,
                granted: has.subtracting(had).sorted(), taken: had.subtracting(has).sorted())
        }
    }

    private static func environments(from old: Policy, to new: Policy) -> [EnvironmentChange] {
        let added = new.environments.filter { old.environment($0.environment) == nil }
        return (old.environments + added).compactMap { rule in
            let (before, after) = (
                old.environment(rule.environment), new.environment(rule.environment)
            )
            let settings = PolicySetting.differences(
                from: before?.settings ?? [:], to: after?.settings ?? [:])
            guard !settings.isEmpty else { return nil }
            return EnvironmentChange(
                environment: rule.environment,
                change: before == nil ? .added : after == nil ? .removed : .changed,
                settings: settings)
        }
    }

    private static func keys(from old: AllowedSigners, to new: AllowedSigners) -> [KeyChange] {
        let gone = old.entries.filter { new.entry(for: $0.key)?.principal != $0.principal }
        return gone.map { KeyChange($0, .removed) }
            + new.entries.compactMap { entry in
                guard let before = old.entry(for: entry.key), before.principal == entry.principal
                else { return KeyChange(entry, .added) }
                if before.validBefore == entry.validBefore, before.validAfter == entry.validAfter {
                    return nil
                }
                let isEarlier = entry.validBefore.map { $0 < before.validBefore ?? .max } ?? false
                return KeyChange(entry, isEarlier ? .retired : .changed)
            }
    }
}

extension PolicyDifference.KeyChange {
    fileprivate init(_ entry: AllowedSigners.Entry, _ change: Kind) {
        let ends = [
            entry.validAfter.map { "from \(Timestamp(seconds: $0))" },
            entry.validBefore.map { "until \(Timestamp(seconds: $0))" },
        ].compactMap { $0 }
        self.init(
            principal: entry.principal, fingerprint: entry.key.fingerprint, change: change,
            validity: ends.isEmpty ? nil : ends.joined(separator: " "))
    }
}

/// A role and where it is granted.
private struct Grant: Hashable {
    let role: RoleName
    let place: String
}

extension Policy {
    /// The grants as they are in force: proposers that aren't named are the registrars.
    fileprivate var grants: [Grant: Set<PrincipalID>] {
        var grants: [Grant: Set<PrincipalID>] = [:]
        for (role, places) in roles {
            for (pattern, holders) in places {
                switch pattern {
                case .every: grants[Grant(role: role, place: "*")] = holders
                case .one(let environment):
                    grants[Grant(role: role, place: environment.name)] = holders
                }
            }
        }
        if roles[.proposer] == nil {
            grants[Grant(role: .proposer, place: "*")] = principals(holding: .proposer, in: nil)
        }
        return grants
    }

    fileprivate var people: [String: String] {
        Dictionary(
            principals.map { ($0.id.text, "\($0.name) <\($0.email)>") },
            uniquingKeysWith: { first, _ in first })
    }

    fileprivate var scopeTexts: [String: String] {
        Dictionary(
            scopes.map { ($0.key.text, $0.value.map(\.text).sorted().joined(separator: ", ")) },
            uniquingKeysWith: { first, _ in first })
    }

    fileprivate var settings: [String: String] {
        var settings = [
            "environments": environments.map(\.environment.name).joined(separator: ", "),
            "policyChange": Self.text(of: policyChange), "proposals": proposals.rawValue,
            "securityKeys.userVerification": securityKeys.userVerification.rawValue,
        ]
        for signer in modelSigners {
            settings["modelSigners.\(signer.name)"] = signer.key.fingerprint
        }
        if let passkeys = securityKeys.webauthn {
            settings["securityKeys.webauthn.relyingParty"] = passkeys.relyingParty.text
            settings["securityKeys.webauthn.origins"] = passkeys.origins.map(\.text).sorted()
                .joined(separator: ", ")
        }
        return settings
    }
}
