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
            So does a reference whose file can't be read; that is kept below signet/damaged/. Locks and \
            temporary files that crashed processes left are removed, and missing hooks put back.
            """)

    @OptionGroup var options: RegistryOptions

    func run() throws {
        let mended = try Registry.mend(at: options.path)
        for mended in mended {
            Terminal.say(
                "put back \(mended.reference): its file was unreadable, and is kept as "
                    + "'\(mended.keptAs)'; now \(mended.target?.short ?? "gone")")
        }
        for name in try Registry.removeDeadLocks(at: options.path) {
            Terminal.say("removed the lock on \(name): whoever made it is dead")
        }
        let registry = try open()
        for name in try registry.restoreHooks({ try ProgramFiles().hooks() }) {
            Terminal.say("put back the hook \(name)")
        }
        if try registry.restoreProgram({ try ProgramFiles().program }) {
            Terminal.say("the hooks run this program again: signet/program was gone")
        }
        let strays = try registry.repair()
        let leftovers = try registry.removeLeftovers()
        if leftovers > 0 {
            Terminal.say("removed \(leftovers) temporary files of crashed processes")
        }
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

    /// Opens the registry; without its index, where that is too damaged to settle what waits.
    private func open() throws -> Registry {
        do {
            return try options.open()
        } catch RegistryError.damagedIndex {
            try Registry.forgetIndex(at: options.path)
            return try options.open()
        }
    }
}
