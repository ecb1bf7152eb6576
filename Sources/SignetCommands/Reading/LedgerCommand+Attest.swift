import ArgumentParser
import GitStore
import ModelRegistry
import Signatures

extension LedgerCommand {
    /// `signet ledger attest`: what the watcher does at every pass, now.
    struct Attest: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attest",
            abstract: "Sign a Source verification summary for each accepted environment commit.",
            discussion: """
                What has one already is left alone. The watcher and `signet repair` do the same; the \
                summaries are kept on refs/signet/attestations.
                """)

        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            guard registry.access == .local else {
                throw RegistryError.invalid(
                    "a clone attests nothing", hint: "run it on the registry itself")
            }
            let count = try registry.attest()
            try options.renderer.render(["attested": count]) { "attested \(count) commits" }
        }
    }

    /// `signet ledger attestation`: one summary.
    struct Attestation: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attestation",
            abstract: "Print the summary of an environment's commit: a DSSE envelope in JSON.",
            discussion: "`signet ledger verify` checks all of them.")

        @Argument(help: "The commit, or the number of its ledger entry.")
        var commit: String
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let entry = try registry.ledgerLink(commit).entry
            guard let commit = entry.moved,
                let envelope = try registry.attestations.envelope(of: commit)
            else {
                throw RegistryError.invalid(
                    "there is no attestation of '\(commit)'",
                    hint: "environments' commits have one, once the watcher or "
                        + "`signet ledger attest` made it")
            }
            Terminal.print(envelope.json)
        }
    }
}
