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
            and the reference goes back to where the ledger left it: tags and closed proposals as well. \
            So does a reference whose file can't be read; that is kept below signet/damaged/.
            """)

    @OptionGroup var options: RegistryOptions

    func run() throws {
        let mended = try Registry.mend(at: options.path)
        for mended in mended {
            Terminal.say(
                "put back \(mended.reference): its file was unreadable, and is kept as "
                    + "'\(mended.keptAs)'; now \(mended.target?.short ?? "gone")")
        }
        let registry = try options.open()
        let strays = try registry.repair()
        try registry.attest()
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
