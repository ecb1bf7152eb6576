import Foundation
import ModelRegistry
import Notifications
import RegistryWatcher
import SystemPackage

/// Three threads that wake each other: one routes the ledger, one runs batches, one sends messages,
/// so that a long run keeps no mail waiting. Each has a registry of its own.
struct WatchLoop: Sendable {
    let path: FilePath
    let settings: WatchSettings

    /// How long to wait when nothing wakes the watcher.
    private static let pause = Duration.seconds(5)

    /// Follows until somebody asks it to end; what is being routed or sent is then finished first.
    ///
    /// A batch that is under way is not waited for: its runner goes on, and the next watcher finds
    /// its report.
    func run(until end: EndRequest) async throws {
        let (runs, messages) = (Bell(), Bell())
        let changes = try ReferenceChanges(repository: path)
        detach("run") { try runBatches(runs) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await onThread("route") {
                    defer { messages.ring() }
                    try route(changes, until: end, waking: [runs, messages])
                }
            }
            group.addTask { try await sendMessages(messages, until: end) }
            try await group.waitForAll()
        }
    }

    private func route(
        _ changes: ReferenceChanges, until end: EndRequest, waking bells: [Bell]
    ) throws {
        let watcher = try Watcher(registry: Registry(at: path, .live), settings: settings)
        while !end.isMade {
            surviving {
                if try watcher.route() > 0 { for bell in bells { bell.ring() } }
            }
            changes.wait(atMost: Self.pause, or: end)
        }
    }

    private func runBatches(_ bell: Bell) throws {
        let watcher = try Watcher(registry: Registry(at: path, .live), settings: settings)
        while true {
            surviving {
                var attempted: Set<String> = []
                _ = try watcher.makeOwn(due: Date(), attempted: &attempted)
            }
            bell.wait(atMost: Self.pause)
        }
    }

    private func sendMessages(_ bell: Bell, until end: EndRequest) async throws {
        while !end.isMade {
            do {
                let (spool, courier) = try await post()
                let made = try await Watcher.deliverMessages(
                    in: spool, by: courier, due: Date(), except: [])
                if !made.isEmpty { continue }
            } catch {
                Terminal.complain("error: \(error)")
            }
            await bell.rung(atMost: Self.pause)
        }
    }

    /// The spool and a courier with today's configuration and templates.
    private func post() async throws -> (Spool, Courier) {
        try await onThread("post") {
            let registry = try Registry(at: path, .live)
            let watcher = try Watcher(registry: registry, settings: settings)
            return (try WatchSettings.spool(of: registry), try watcher.courier())
        }
    }

    /// Says what went wrong and goes on: the next pass does it again.
    private func surviving(_ work: () throws -> Void) {
        do {
            try work()
        } catch {
            Terminal.complain("error: \(error)")
        }
    }

    /// Starts endless work on a thread of its own, which ends with the process.
    private func detach(_ name: String, _ work: @escaping @Sendable () throws -> Void) {
        start(name) { surviving(work) }
    }

    /// Runs blocking work on a thread of its own.
    private func onThread<Answer: Sendable>(
        _ name: String, _ work: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            start(name) { continuation.resume(with: Result { try work() }) }
        }
    }

    private func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread {
            EndRequest.receiveHere()
            work()
        }
        thread.name = "signet.\(name)"
        thread.stackSize = 8 << 20
        thread.start()
    }
}

/// Wakes a waiting thread or task.
final class Bell: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func ring() { semaphore.signal() }

    func wait(atMost pause: Duration) {
        _ = semaphore.wait(timeout: .now() + .seconds(Int(pause.components.seconds)))
    }

    /// Waits without holding a thread of the cooperative pool.
    func rung(atMost pause: Duration) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.wait(atMost: pause)
                continuation.resume()
            }
        }
    }
}
