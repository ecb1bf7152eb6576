import ArgumentParser
import GitStore
import ModelRegistry
import Signatures
import SystemPackage

extension KeysCommand {
    /// `signet keys revoke`: a key that counts no longer, at once and everywhere.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key: from now on it signs nothing.",
            discussion: """
                By an administrator, or by whom the key belongs to. A key that was left or rotated leaves \
                what it signed before; what a compromised one approved since --from-entry is listed \
                by `signet status` until it is approved again.
                """)
        @Argument(
            help: "The key's fingerprint, its principal (all of their keys), or its .pub file.")
        var key: String
        @Option(help: "left, rotated or compromised.")
        var reason: Revocation.Reason
        @Option(
            name: .customLong("from-entry"),
            help: "The first ledger entry in doubt, of a compromised key; 1 for all of them.")
        var fromEntry: Int?
        @Option(help: "What happened, in a line.")
        var note: String?
        @OptionGroup var keys: KeyOptions
        @OptionGroup var options: RegistryOptions

        func validate() throws {
            guard (fromEntry != nil) == (reason == .compromised) else {
                throw ValidationError(
                    reason == .compromised
                        ? "a compromised key needs --from-entry N: the first entry in doubt"
                        : "--from-entry goes with --reason compromised")
            }
            if let fromEntry, fromEntry < 1 {
                throw ValidationError("--from-entry counts from 1")
            }
        }

        func run() throws {
            let registry = try options.open()
            let author = try registry.author(keys.signer())
            let revoked = try registry.enrolledKeys(named: named()).map { key in
                let commit = try registry.revoke(
                    key, reason: reason, fromEntry: fromEntry, note: note, by: author)
                return Revoked(
                    fingerprint: key.fingerprint, reason: reason.rawValue, commit: commit.hex)
            }
            try options.renderer.render(revoked) {
                revoked.map { "revoked \($0.fingerprint): \($0.reason)" }.joined(separator: "\n")
                    + (reason == .compromised
                        ? "\nnext: signet status lists what must be approved again" : "")
            }
        }

        /// The argument, or the key in the file that it names.
        private func named() throws -> String {
            guard key.hasSuffix(".pub") else { return key }
            return try NamedPrincipal.key(in: FilePath(key)).openSSHLine
        }

        private struct Revoked: Encodable {
            let fingerprint: String
            let reason: String
            let commit: String
        }
    }
}

extension Revocation.Reason: ExpressibleByArgument {}
