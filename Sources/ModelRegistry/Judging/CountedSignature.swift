import GitStore

/// One signature that was counted towards a quorum.
package struct CountedSignature: Codable, Hashable, Sendable {
    package var principal: PrincipalID
    package var fingerprint: String
    /// The roles asked for that the principal holds.
    package var roles: [RoleName]
    /// The signed commit.
    package var commit: ObjectID
    package var received: Timestamp

    /// `jane (approver)`.
    package var text: String {
        "\(principal) (\(roles.map(\.text).joined(separator: ", ")))"
    }
}

extension [CountedSignature] {
    /// What is still missing of a vector of roles, each principal counted once.
    package func missing(of roles: [RoleName: Int]) -> [RoleName: Int] {
        Quorum.missing(roles: roles, signers: signers)
    }

    /// How many are still missing once somebody has signed who holds one of the roles.
    package func missing(
        of roles: [RoleName: Int], with principal: PrincipalID, _ role: RoleName
    ) -> Int {
        var signers = signers
        signers[principal, default: []].insert(role)
        return Quorum.missing(roles: roles, signers: signers).total
    }

    private var signers: [PrincipalID: Set<RoleName>] {
        Dictionary(map { ($0.principal, Set($0.roles)) }) { $0.union($1) }
    }
}

extension Verdict {
    /// All whose signatures were counted, who moved the reference the last.
    package var approvers: [PrincipalID] {
        counted?.map(\.principal) ?? [principal].compactMap { $0 }
    }
}

extension [RoleName: Int] {
    /// `1 approver, 1 risk`.
    package var text: String {
        sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    package var total: Int { values.reduce(0, +) }
}
