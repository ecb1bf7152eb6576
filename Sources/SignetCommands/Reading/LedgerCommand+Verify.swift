import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

extension LedgerCommand {
    /// `signet ledger verify`: the chain, and the references against it.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Prove the ledger's chain, and that every reference stands where it says.",
            discussion: """
                Exits with 1, naming the entry or commit, when anything is wrong or can't be read. A \
                receipt that the ledger does not have shows that this copy is older, or another history.
                """)

        @Option(
            parsing: .upToNextOption,
            help: "Files with receipts, or the saved output of pushes, that this copy must have.")
        var receipt: [FilePath] = []
        @OptionGroup var fetch: FetchOptions
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let kept = try receipt.map { file in
                let bytes = try contents(of: file, limit: LedgerReceipt.largest)
                return try (file, KeptReceipt.all(in: bytes, file: file.string))
            }
            let registry = try options.openAsItIs(fetching: fetch.isOn)
            var verification = try registry.verifyLedger()
            for (file, receipts) in kept {
                try verification.check(receipts, from: file.string, in: registry)
            }
            try options.renderer.render(verification) { verification.text }
            guard verification.holds else { throw ExitCode(1) }
        }
    }
}

extension LedgerVerification {
    fileprivate var text: String {
        var lines = ["registry \(registry.hex)"]
        lines.append(
            "ledger: \(entries) entries, \(refused) of them refusals"
                + (tip.map { ", tip \($0.hex)" } ?? ""))
        if attestations > 0 { lines.append("attestations: \(attestations)") }
        for finding in findings {
            let commit = finding.commit.map { " \($0.hex)" } ?? ""
            lines.append("WRONG \(finding.reference)\(commit): \(finding.saw)")
        }
        lines += missing.map { "WRONG \($0)" }
        lines += unproven.map { "unproven: \($0)" }
        if receipts > 0 { lines.append("receipts: \(receipts), \(receipts - missing.count) held") }
        if holds {
            lines.append(
                "the chain is whole, signed by the registry, and every reference stands where it says"
            )
        }
        return lines.joined(separator: "\n")
    }
}
