import ArgumentParser
import GitStore
import ModelRegistry
import RegistryWatcher

/// `signet repair`: what moved around the registry, brought together with the ledger.
struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Enter what was valid, set aside what was not.",
        discussion: """
            Makes the ledger's index again. A reference that moved around the registry is judged: a \
            valid move is entered in the ledger, an invalid one is kept under refs/signet/quarantine/ \
            and the reference goes back to where the ledger left it.
            """)

    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let strays = try registry.repair()
        try StandingAlarms(in: registry).end()
        try options.renderer.render(strays) {
            guard !strays.isEmpty else { return "everything is in the ledger" }
            return strays.map { stray in
                "set aside \(stray.reference): \(stray.found?.short ?? "gone"), back to "
                    + "\(stray.ledger?.short ?? "nothing")\n  \(stray.refusal)"
            }.joined(separator: "\n")
        }
    }
}
