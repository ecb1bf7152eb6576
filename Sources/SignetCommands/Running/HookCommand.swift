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
            try demand(open().judgePush(updates))
        case .referenceTransaction:
            guard state == "prepared" else { return }
            try demand(open().prepare(updates))
        case .postReceive:
            for entry in try open().settle() {
                Terminal.print(
                    "signet: ledger entry \(entry.number), received \(entry.received): \(entry.verdict.kind.rawValue) \(ReferenceTarget.short(entry.verdict.reference))"
                )
            }
        }
    }

    private func open() throws -> Registry {
        try Registry(GitRepository.openFromEnvironment(), .live)
    }

    /// Enters what an interrupted hook left behind, so that this push is judged by all of the ledger.
    ///
    /// On a repository of its own: the push's objects are in quarantine, and nothing may be written
    /// there.
    private func settleEarlier() throws {
        let folder = try GitRepository.openFromEnvironment().gitDirectory
        let inbox = folder.appending("signet").appending("inbox")
        guard try !DurableFile.names(in: inbox).isEmpty else { return }
        _ = try Registry(at: folder, .live)
    }

    private func demand(_ verdicts: [Verdict]) throws {
        let refused = verdicts.filter { !$0.isAccepted }
        guard !refused.isEmpty else { return }
        for verdict in refused { Terminal.complain("signet: \(verdict.refusal)") }
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
