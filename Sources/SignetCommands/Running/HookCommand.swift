import ArgumentParser
import GitStore
import Glibc
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

    init() {}

    /// The hook that git runs, by its arguments alone, which git gives and nobody mistypes: the parser
    /// takes a fifth of a hook's time, and a push starts three. nil for all else.
    init?(directly arguments: [String]) {
        guard arguments.first == Self.configuration.commandName, (2...3).contains(arguments.count),
            let name = Name(rawValue: arguments[1])
        else { return nil }
        self.init()
        self.name = name
        state = arguments.count == 3 ? arguments[2] : nil
    }

    func run() throws {
        let updates = try Self.updates()
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
            do {
                for line in try open().receipts(settling: updates) {
                    Terminal.print("signet: \(line)")
                }
            } catch {
                // Whoever pushed would take it for a refusal otherwise.
                Terminal.complain("signet: warning: accepted, but not yet in the ledger: \(error)")
            }
        }
    }

    private func open() throws -> Registry {
        let repository = try GitRepository.openFromEnvironment()
        try demandOwnObjects(in: repository.gitDirectory.appending("objects"))
        return try Registry(repository, .live)
    }

    /// Refuses a push whose objects would stay elsewhere, as an environment of the pusher's can have it.
    private func demandOwnObjects(in own: FilePath) throws {
        let home = Self.real(own.string)
        let stores = [
            Terminal.environment["GIT_OBJECT_DIRECTORY"].map { [$0] },
            Terminal.environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"]?
                .split(separator: ":").map(String.init),
        ].compactMap { $0 }.flatMap { $0 }
        let stranger = stores.first {
            let place = Self.real($0)
            return place != home && !place.hasPrefix(home + "/")
        }
        guard let stranger else { return }
        Terminal.complain("signet: refused: objects in '\(stranger)' are not the registry's")
        Terminal.complain(
            "hint: push without GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES")
        throw ExitCode(1)
    }

    /// The path without symbolic links; as it is where there is nothing.
    private static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
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

    /// What git says on standard input. A line that can't be read is refused: newer gits also tell of
    /// symbolic references, by which a branch would follow another.
    private static func updates() throws -> [ReferenceUpdate] {
        var updates: [ReferenceUpdate] = []
        while let line = readLine() {
            if let update = Registry.update(hookLine: line) {
                updates.append(update)
            } else if !line.hasSuffix(" HEAD") {
                Terminal.complain("signet: refused: '\(line)' is no update of a reference")
                throw ExitCode(1)
            }
        }
        return updates
    }
}
