import Foundation
import GitStore
import ModelRegistry
import Notifications
import SystemPackage

/// Follows the registry's ledger: routes events, makes deliveries, runs batches.
///
/// Each pass is a few steps that may be repeated: a crash between any two loses nothing.
package struct Watcher {
    let registry: Registry
    let settings: WatchSettings
    let spool: Spool

    package init(registry: Registry, settings: WatchSettings) throws {
        self.registry = registry
        self.settings = settings
        spool = try WatchSettings.spool(of: registry)
    }

    /// What a pass did, and what it could not do.
    package struct Report: Encodable, Sendable {
        package var done: [String] = []
        package var pending: [String] = []
        package var dead: [String] = []
        /// The entry before the first of the dead, from which on all of them are sent again.
        package var deadSince: Int?
    }

    /// Routes everything the ledger gained, then attests what environments accepted.
    @discardableResult
    package func route(replaying replay: EventRouter.Replay? = nil) throws -> Int {
        let count = try EventRouter(registry: registry, spool: spool).route(replaying: replay)
        try registry.attest()
        return count
    }

    /// Makes every delivery that is a step of the registry itself: runs and proposals.
    ///
    /// - Parameter attempted: deliveries to leave alone; those attempted here are added.
    /// - Returns: how many were attempted.
    package func makeOwn(
        due now: Date?, attempted: inout Set<String>
    ) throws -> Int {
        let configuration = try WatchSettings.configuration(of: registry)
        var count = 0
        for delivery in try Self.deliveries(spool, due: now) where !attempted.contains(delivery.id)
        {
            let outcome: DeliveryOutcome
            switch configuration.targets[delivery.target] {
            case .inference: outcome = attempt { try infer(delivery) }
            case .proposeNext: outcome = attempt { try proposeNext(delivery) }
            case .email, .webhook, .exec, nil: continue
            }
            attempted.insert(delivery.id)
            try spool.record(outcome, of: delivery.id, now: Date())
            count += 1
        }
        return count
    }

    /// The courier for the deliveries that are messages.
    package func courier() throws -> Courier {
        let configuration = try WatchSettings.configuration(of: registry)
        let folder = settings.templates.appending("email")
        let templates = try MessageTemplates.load(folder: folder)
        return Courier(
            configuration: configuration,
            templates: try templates.overridden(by: registryTemplates()),
            environment: settings.environment)
    }

    /// Makes the deliveries that are messages.
    package static func deliverMessages(
        in spool: Spool, by courier: Courier, due now: Date?, except attempted: Set<String>
    ) async throws -> Set<String> {
        let open = try deliveries(spool, due: now).filter { !attempted.contains($0.id) }
        let attempts = try await spool.attempt(
            open, now: { Date() }, jitter: { .random(in: -1...1) },
            by: { await courier.deliver($0, now: Date()) })
        return Set(attempts.map(\.delivery.id))
    }

    /// One complete pass, until nothing more follows: for CI and cron.
    package func once(replaying replay: EventRouter.Replay? = nil) async throws -> Report {
        var attempted: Set<String> = []
        var known: [Delivery] = []
        try route(replaying: replay)
        while true {
            let names = Set(known.map(\.id))
            known += try Self.deliveries(spool, due: nil).filter { !names.contains($0.id) }
            let made = try await Self.deliverMessages(
                in: spool, by: courier(), due: nil, except: attempted)
            attempted.formUnion(made)
            let own = try makeOwn(due: nil, attempted: &attempted)
            let routed = try route()
            if made.isEmpty && own == 0 && routed == 0 { break }
        }
        return try report(of: known, attempted)
    }

    private func report(of known: [Delivery], _ attempted: Set<String>) throws -> Report {
        func name(_ delivery: Delivery) -> String {
            "\(delivery.event.type) \(delivery.event.subject ?? "") to \(delivery.target)"
        }
        let pending = try spool.pending()
        let dead = try spool.dead().filter { attempted.contains($0.id) }
        let undone = Set((pending + dead).map(\.id))
        return Report(
            done: try known.filter { attempted.contains($0.id) && !undone.contains($0.id) }.map {
                try name($0) + outcome($0)
            },
            pending: pending.map { "\(name($0)): \($0.lastError ?? "waiting")" },
            dead: dead.map { "\(name($0)): \($0.lastError ?? "")" },
            deadSince: dead.compactMap(\.entry).min().map { $0 - 1 })
    }

    /// What came of a delivery to the runner.
    private func outcome(_ delivery: Delivery) throws -> String {
        let data = delivery.event.data
        guard
            case .inference = try WatchSettings.configuration(of: registry).targets[delivery.target],
            let commit = data["commit"]?.stringValue.flatMap({ ObjectID($0) }),
            let environment = try data["environment"]?.stringValue.map({ try Environment($0) }),
            let record = try registry.runRecord(of: commit, in: environment)?.record
        else { return "" }
        return ": the run \(record.status.sentence)" + (record.reason.map { ", \($0)" } ?? "")
    }

    /// The deliveries to make; those entered in the same second are in the ledger's order.
    private static func deliveries(_ spool: Spool, due now: Date?) throws -> [Delivery] {
        let pending = try now.map { try spool.pending(due: $0) } ?? spool.pending()
        return pending.sorted { ($0.created, $0.ledgerEntry) < ($1.created, $1.ledgerEntry) }
    }

    private func infer(_ delivery: Delivery) throws -> DeliveryOutcome {
        let data = delivery.event.data
        guard let model = data["model"]?.stringValue, let commit = data["commit"]?.stringValue,
            let environment = data["environment"]?.stringValue, let id = ObjectID(commit)
        else { return .undeliverable(reason: "the event names no model to run") }
        let step = RunStep(registry: registry, settings: settings)
        let result = try step.run(
            ModelName(model), in: Environment(environment), at: id, attempt: delivery.attempts
        ) { try announce(delivery, id) }
        switch result {
        case .recorded, .nothing: return .delivered
        case .again(let why): return .retry(reason: why, after: .seconds(1))
        }
    }

    /// Tells those who follow `run.started`.
    private func announce(_ delivery: Delivery, _ commit: ObjectID) throws {
        guard let name = delivery.event.data["environment"]?.stringValue,
            let receipt = try registry.receipts.receipt(
                of: commit, on: Environment(name).branch)
        else { return }
        let event = RegistryEvent(
            kind: .runStarted, id: "\(receipt.entry.hex)-run.started",
            subject: delivery.event.subject ?? "", time: registry.now, data: delivery.event.data)
        try EventRouter(registry: registry, spool: spool).enqueue(event, by: registry.rules())
    }

    private func proposeNext(_ delivery: Delivery) throws -> DeliveryOutcome {
        guard let text = delivery.event.data["commit"]?.stringValue, let run = ObjectID(text) else {
            return .undeliverable(reason: "the event names no run")
        }
        _ = try registry.proposeNext(after: run)
        return .delivered
    }

    private func attempt(_ work: () throws -> DeliveryOutcome) -> DeliveryOutcome {
        do {
            return try work()
        } catch let RegistryError.refused(verdict) {
            return .undeliverable(reason: verdict.refusal)
        } catch {
            return .retry(reason: "\(error)")
        }
    }

    /// The templates that main holds, which go before the program's own.
    private func registryTemplates() throws -> [String: String] {
        guard let main = try registry.reference("refs/heads/main"),
            let folder = try registry.repository.entry(
                at: "templates/email", in: registry.judge.commits.commit(main).tree)
        else { return [:] }
        var sources: [String: String] = [:]
        for (name, entry) in try registry.repository.files(in: folder.id)
        where name.hasSuffix(".mustache") {
            let bytes = try registry.repository.read(entry.id)?.bytes ?? []
            sources[String(name.dropLast(".mustache".count))] = String(
                decoding: bytes, as: UTF8.self)
        }
        return sources
    }
}

extension Delivery {
    /// The entry that its event is about, if it is about one.
    fileprivate var entry: Int? { event.data["ledgerEntry"]?.integerValue }
    /// What is about none comes last.
    fileprivate var ledgerEntry: Int { entry ?? .max }
}
