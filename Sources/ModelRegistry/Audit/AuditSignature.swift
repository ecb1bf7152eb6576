import GitStore

/// A signature as it must be readable: who, in which roles, with which key, when, meaning what, why.
package struct AuditSignature: Codable, Hashable, Sendable {
    /// What was signed.
    package var commit: ObjectID
    /// Nil when the signature stands for nobody; `fault` says why.
    package var principal: PrincipalID?
    /// The printed name, from the policy in force.
    package var name: String
    /// The roles held then and there.
    package var roles: [RoleName]
    package var fingerprint: String?
    /// When the commit came in, nil when the ledger does not say.
    package var received: Timestamp?
    package var meaning: Meaning
    /// The signer's own words.
    package var reason: String?
    package var fault: String?

    /// What a signature stands for (21 CFR 11.50), by the place of the commit that carries it.
    package enum Meaning: String, Codable, Sendable {
        case authorship, review, approval, responsibility
    }

    /// Name, id and roles on one line.
    package var person: String {
        guard let principal else { return name }
        let roles = roles.map(\.text).joined(separator: ", ")
        return roles.isEmpty ? "\(name) (\(principal))" : "\(name) (\(principal); \(roles))"
    }
}
