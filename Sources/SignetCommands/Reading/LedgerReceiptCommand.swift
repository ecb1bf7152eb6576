import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

/// `signet ledger receipt`: what a pusher keeps, and what it proves later.
struct LedgerReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Print a receipt, or check one against this copy.",
        subcommands: [Show.self, Check.self])

    /// `signet ledger receipt show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print the receipt of an entry: JSON that proves itself.")

        @Argument(help: "The entry's number, or the commit that it is about.")
        var entry: String
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let receipt = try registry.ledgerReceipt(of: registry.ledgerLink(entry).commit)
            try Renderer(format: .json).render(receipt) { "" }
        }
    }

    /// `signet ledger receipt check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check that this copy of the registry has what a receipt says.",
            discussion: """
                FILE holds a receipt in JSON, or what a git push printed. Exits with 1 when this copy is \
                older than the receipt, or another history.
                """)

        @Argument(help: "The file.")
        var file: FilePath
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let bytes = try contents(of: file, limit: LedgerReceipt.largest)
            let receipts = try KeptReceipt.all(in: bytes, file: file.string)
            let registry = try options.open()
            let check = try ReceiptCheck(registry)
            let answers = try receipts.map { receipt in
                Answer(
                    number: receipt.number, ledgerCommit: receipt.ledgerCommit,
                    fault: try check.fault(of: receipt))
            }
            try options.renderer.render(answers) {
                answers.map(\.text).joined(separator: "\n")
                    + "\nthis copy has \(check.count) entries"
            }
            guard answers.allSatisfy({ $0.fault == nil }) else { throw ExitCode(1) }
        }

        private struct Answer: Encodable {
            let number: Int
            let ledgerCommit: ObjectID
            let fault: String?

            var text: String {
                fault.map { "entry \(number): \($0)" }
                    ?? "entry \(number), \(ledgerCommit.hex): held"
            }
        }
    }
}
