import GitStore
import Signatures

/// A policy and its keys, wherever they stand: on a branch, or in files that somebody drafted.
package struct PolicyEdition: Sendable {
    /// Where it stands, as people name it: `main`, `env/dev`, `policy/4`, a file.
    package let name: String
    package let policy: Policy
    package let signers: AllowedSigners
    /// The fingerprints of the keys that are revoked, whatever an edition says.
    package let revoked: Set<String>
    /// The other files of the configuration, and in short what they hold.
    package let files: [String: String]

    package init(
        name: String, policy: Policy, signers: AllowedSigners, revoked: Set<String>,
        files: [String: String]
    ) {
        self.name = name
        self.policy = policy
        self.signers = signers
        self.revoked = revoked
        self.files = files
    }

    /// The principals with a key that may sign at this time.
    package func live(at time: Timestamp) throws(DocumentError) -> [PrincipalID] {
        var live: [PrincipalID] = []
        for entry in signers.entries
        where entry.isValid(at: time.seconds) && !revoked.contains(entry.key.fingerprint) {
            live.append(try PrincipalID(entry.principal))
        }
        return live
    }
}

extension Registry {
    /// The policy on main.
    package func mainEdition() throws -> PolicyEdition {
        guard let main = try reference(Judge.main) else {
            throw RegistryError.damaged(what: "main", why: "the branch is gone")
        }
        return try edition("main", of: judge.commits.commit(main).tree)
    }

    private func edition(_ name: String, of tree: ObjectID) throws -> PolicyEdition {
        let snapshot = try judge.policies.snapshot(of: tree)
        let files = try repository.files(in: tree).filter { Judge.isToldAsAWhole($0.path) }
        return PolicyEdition(
            name: name, policy: snapshot.policy, signers: snapshot.signers,
            revoked: try judge.revokedKeys(),
            files: Dictionary(files.map { ($0.path, $0.entry.id.short) }) { $1 })
    }

    /// The policy by which an environment is judged now.
    package func edition(of environment: Environment) throws -> PolicyEdition {
        try edition("env/\(environment)", of: tip(of: environment).tree)
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
        return try edition("policy/\(serial)", of: judge.commits.commit(change).tree)
    }
}
