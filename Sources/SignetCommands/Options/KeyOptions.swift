import ArgumentParser
import ModelRegistry
import Signatures
import SystemPackage

/// Whose key signs.
struct KeyOptions: ParsableArguments {
    @Option(help: "The SSH key that signs. Default: SIGNET_KEY, else git's user.signingKey.")
    var key: String?

    /// The signer, through ssh-keygen: key files, agents and hardware keys all work.
    func signer() throws -> any CommitSigner {
        guard let file = try key ?? Terminal.environment["SIGNET_KEY"] ?? GitIdentity.signingKey()
        else { throw Self.missing }
        if let line = GitIdentity.literalKey(file) {
            return try SSHKeygenSigner(agentKey: line, environment: Terminal.environment)
        }
        return try SSHKeygenSigner(
            keyFile: FilePath(Self.expandingHome(file)), environment: Terminal.environment)
    }

    static let missing = RegistryError.invalid(
        "no key to sign with",
        hint: """
            name one with --key FILE, or set git's once and for all:
            ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519
            git config --global gpg.format ssh
            git config --global user.signingKey ~/.ssh/id_ed25519
            """)

    static func expandingHome(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = Terminal.environment["HOME"] else { return path }
        return home + path.dropFirst()
    }
}
