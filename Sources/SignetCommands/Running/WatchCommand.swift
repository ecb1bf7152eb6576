import ArgumentParser
import Foundation
import GitStore
import ModelRegistry
import Notifications
import RegistryWatcher
import SystemPackage

/// `signet watch`: follow the registry.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow the registry: send notifications, run batches, ask the next environment.",
        discussion: """
            One watcher follows a registry. Stopped at any point and started again, it goes on where it \
            was; SIGTERM and SIGINT end it between two steps. With --once it does all there is to do and ends: 0 when everything is delivered, 1 when \
            something is not.
            """)

    @Flag(help: "Do what there is to do, and end.")
    var once = false
    @Option(
        help: ArgumentHelp(
            "Replay what came after this ledger entry (0: everything), or from this commit on.",
            valueName: "entry|commit"))
    var since: String?
    @OptionGroup var options: RegistryOptions

    func run() async throws {
        let registry = try options.open()
        guard registry.access == .local else {
            throw RegistryError.invalid(
                "a clone can't be watched",
                hint: "watch the registry itself: --registry PATH/registry.git")
        }
        guard let lock = try FileLock(ifFree: registry.folder.appending("watch.lock")) else {
            throw RegistryError.invalid(
                "another watcher follows this registry", hint: "stop it first; one is enough")
        }
        defer { withExtendedLifetime(lock) {} }
        // What is left of a crash would hold up pushes.
        for name in try registry.repository.removeDeadLocks() {
            Terminal.say("removed the lock on \(name): whoever made it is dead")
        }
        let settings = try WatchSettings.live(showsProgress: once)
        let watcher = try Watcher(registry: registry, settings: settings)
        let replay = try since.map { try start($0, registry) }
        if once {
            try report(await watcher.once(replaying: replay))
        } else {
            let end = try EndRequest.watch()
            try watcher.route(replaying: replay)
            let path = registry.repository.gitDirectory
            Terminal.say("watching \(path)")
            try await WatchLoop(path: path, settings: settings).run(until: end)
            Terminal.say("stopped watching \(path)")
        }
    }

    /// Where a replay starts.
    private func start(_ since: String, _ registry: Registry) throws -> EventRouter.Replay {
        if let number = Int(since), since.count < 10 {
            guard number > 0 else { return .everything }
            let links = try registry.ledger.entries(after: nil)
            guard let link = links.first(where: { $0.entry.number == number }) else {
                throw RegistryError.invalid(
                    "the ledger has no entry \(number)",
                    hint: "the last is \(links.last?.entry.number ?? 0)")
            }
            return .after(link.commit)
        }
        let links = try registry.ledger.entries(after: nil)
        guard since.count >= 7,
            let index = links.firstIndex(where: {
                $0.entry.moved?.hex.hasPrefix(since) == true || $0.commit.hex.hasPrefix(since)
            })
        else {
            throw RegistryError.invalid(
                "no entry of the ledger is about '\(since)'",
                hint: "give an entry's number or a commit's id")
        }
        return index == 0 ? .everything : .after(links[index - 1].commit)
    }

    private func report(_ report: Watcher.Report) throws {
        if options.format == .json { try options.renderer.render(report) { "" } }
        for line in report.done { Terminal.say("delivered: \(line)") }
        for line in report.dead { Terminal.say("given up: \(line)") }
        if !report.dead.isEmpty {
            Terminal.say(
                "hint: they are in signet/spool/dead; once the reason is mended, "
                    + "`signet watch --since \(report.deadSince.map(String.init) ?? "ENTRY")` sends "
                    + "what came after that entry again")
        }
        for line in report.pending { Terminal.say("to be tried again: \(line)") }
        if !report.pending.isEmpty {
            Terminal.say(
                "hint: mend the reason; the next `signet watch` tries them when they are due")
        }
        guard report.dead.isEmpty && report.pending.isEmpty else { throw ExitCode(1) }
    }
}
