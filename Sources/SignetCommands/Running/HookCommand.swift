import ArgumentParser
import GitStore
import ModelRegistry

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
