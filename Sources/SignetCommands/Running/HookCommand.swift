import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

/// `signet hook`: what the repository's hooks run.
struct HookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "Judge a push; git runs this, not you.")

    enum Name: String, ExpressibleByArgument, CaseIterable {
        case preReceive = "pre-receive"
        case referenceTransaction = "reference-transaction"
        case postReceive = "post-receive"
    }

    @Argument(help: "pre-receive, reference-transaction or post-receive.")
    var name: Name
    @Argument(help: "The state of a reference transaction.")
    var state: String?

    func run() throws {
        let updates = Self.updates()
        switch name {
        case .preReceive:
            try settleEarlier()
            let registry = try open()
            // Git is about to lock these, and would not know that nobody holds them.
            registry.repository.removeAbandonedLocks(of: updates.map(\.name))
            try demand(registry.judgePush(updates), of: updates, in: registry) {
                try settleEarlier()
            }
        case .referenceTransaction:
            // Git has the references locked: a refusal is entered when it has let go of them.
            guard state == "prepared" else { return try settleEarlier() }
            let registry = try open()
            try demand(registry.prepare(updates), of: updates, in: registry) {}
        case .postReceive:
            for line in try open().receipts(settling: updates) { Terminal.print("signet: \(line)") }
        }
    }

    private func open() throws -> Registry {
        try Registry(GitRepository.openFromEnvironment(), .live)
    }

    /// Enters what an interrupted hook left behind, so that this push is judged by all of the ledger,
    /// and what was refused.
    ///
    /// On a repository of its own: the push's objects are in quarantine, and nothing may be written
    /// there.
    private func settleEarlier() throws {
        let folder = try GitRepository.openFromEnvironment().gitDirectory
        let waiting = try ["inbox", "refused"].contains { name in
            try !DurableFile.names(in: folder.appending("signet").appending(name)).isEmpty
        }
        if waiting { _ = try Registry(at: folder, .live) }
    }

    /// Explains a refusal and notes it for the ledger; nothing of an accepted update is noted here.
    private func demand(
        _ verdicts: [Verdict], of updates: [ReferenceUpdate], in registry: Registry,
        entering enter: () throws -> Void
    ) throws {
        let refused = verdicts.filter { !$0.isAccepted }
        guard !refused.isEmpty else { return }
        for verdict in refused { Terminal.complain("signet: \(verdict.refusal)") }
        do {
            try registry.keepRefusals(refused, of: updates)
            try enter()
        } catch {
            Terminal.complain("signet: warning: the refusal is not in the ledger: \(error)")
        }
        throw ExitCode(1)
    }

    private static func updates() -> [ReferenceUpdate] {
        var updates: [ReferenceUpdate] = []
        while let line = readLine() {
            if let update = Registry.update(hookLine: line) { updates.append(update) }
        }
        return updates
    }
}
