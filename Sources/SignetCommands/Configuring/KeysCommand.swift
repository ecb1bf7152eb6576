import ArgumentParser
import ModelRegistry
import Signatures
import SystemPackage

/// `signet keys`: whose keys count.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List, enrol and revoke keys.",
        subcommands: [List.self, Enrol.self, Revoke.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys and whose they are.")
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let snapshot = try registry.mainSnapshot()
            let now = registry.now.seconds
            let revoked = Dictionary(
                try registry.revocations().map { ($0.revocation.key.fingerprint, $0) },
                uniquingKeysWith: { $1 })
            let keys = try snapshot.signers.entries.map { entry in
                let id = try PrincipalID(entry.principal)
                let item = revoked[entry.fingerprint]
                return Key(
                    principal: id, name: snapshot.policy.principal(id)?.name,
                    type: entry.key.type.name, fingerprint: entry.fingerprint,
                    valid: entry.isValid(at: now) && item == nil,
                    validFrom: entry.validAfter.map(Timestamp.init(seconds:)),
                    validUntil: entry.validBefore.map(Timestamp.init(seconds:)),
                    revoked: item?.revocation.reason.rawValue,
                    revokedAt: try item.flatMap(registry.received))
            }
            try options.renderer.render(keys) {
                let rows = keys.map {
                    [$0.principal.text, $0.name ?? "", $0.type, $0.fingerprint, $0.standing]
                }
                return TextColumns(
                    header: ["principal", "name", "type", "fingerprint", ""], rows: rows
                ).text
            }
        }

        private struct Key: Encodable {
            let principal: PrincipalID
            let name: String?
            let type: String
            let fingerprint: String
            let valid: Bool
            let validFrom: Timestamp?
            let validUntil: Timestamp?
            let revoked: String?
            let revokedAt: Timestamp?

            /// Whether it counts, and if not, since when or from when on.
            var standing: String {
                if let revoked {
                    return "revoked" + (revokedAt.map { " \($0)" } ?? "") + ": \(revoked)"
                }
                let window = [validFrom.map { "from \($0)" }, validUntil.map { "until \($0)" }]
                    .compactMap { $0 }.joined(separator: " ")
                return (valid ? "valid" : "not valid now") + (window.isEmpty ? "" : ": \(window)")
            }
        }
    }

    struct Enrol: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose to enrol a principal's key.",
            discussion: "A change of configuration: approve it and roll it out.")
        @Argument(
            help: "The principal, who must be in the policy.", transform: PrincipalID.argument)
        var principal: PrincipalID
        @Argument(help: "The public key's file.")
        var file: FilePath
        @OptionGroup var keys: KeyOptions
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let author = try registry.author(keys.signer())
            let key = try NamedPrincipal.key(in: file)
            let signers = try registry.signersAdding(key, for: principal)
            let serial = try registry.proposeConfiguration(
                [(PolicyReader.signersPath, signers)], title: "Enrol a key of \(principal)",
                by: author)
            try ConfigurationProposed(serial: serial).render(options.renderer)
        }
    }
}
