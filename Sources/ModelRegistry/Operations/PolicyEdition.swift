import GitStore
import Signatures

/// A policy and its keys, wherever they stand: on a branch, or in files that somebody drafted.
package struct PolicyEdition: Sendable {
    /// Where it stands, as people name it: `main`, `env/dev`, `policy/4`, a file.
    package let name: String
    package let policy: Policy
    package let signers: AllowedSigners

    package init(name: String, policy: Policy, signers: AllowedSigners) {
        self.name = name
        self.policy = policy
        self.signers = signers
    }

    init(name: String, _ snapshot: PolicySnapshot) {
        self.init(name: name, policy: snapshot.policy, signers: snapshot.signers)
    }

    /// The principals with a key that may sign at this time.
    package func live(at time: Timestamp) throws(DocumentError) -> [PrincipalID] {
        var live: [PrincipalID] = []
        for entry in signers.entries where entry.isValid(at: time.seconds) {
            live.append(try PrincipalID(entry.principal))
        }
        return live
    }
}

extension Registry {
    /// The policy on main.
    package func mainEdition() throws -> PolicyEdition {
        PolicyEdition(name: "main", try mainSnapshot())
    }

    /// The policy by which an environment is judged now.
    package func edition(of environment: Environment) throws -> PolicyEdition {
        PolicyEdition(
            name: "env/\(environment)",
            try judge.policies.snapshot(of: tip(of: environment).tree))
    }

    /// The policy of an open change of configuration.
    package func edition(ofChange serial: Int) throws -> PolicyEdition {
        let prefix = "refs/heads/policy/"
        guard let change = try reference("\(prefix)\(serial)") else {
            let open = try references(prefix: prefix).map { $0.name.dropFirst(prefix.count) }
            throw RegistryError.noProposal(
                "there is no open change of configuration \(serial)",
                hint: open.isEmpty
                    ? "propose one: signet policy propose FILE"
                    : "open: \(open.joined(separator: ", "))")
        }
        return PolicyEdition(
            name: "policy/\(serial)",
            try judge.policies.snapshot(of: judge.commits.commit(change).tree))
    }
}
