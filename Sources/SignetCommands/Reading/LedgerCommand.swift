import ArgumentParser

/// `signet ledger`: the registry's own record as evidence.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Prove the ledger, and keep receipts of what is in it.",
        subcommands: [Verify.self, LedgerReceiptCommand.self, Attest.self, Attestation.self])
}
