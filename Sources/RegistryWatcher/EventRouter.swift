import Foundation
import GitStore
import ModelRegistry
import Notifications

/// Turns what the ledger gained into deliveries in the spool, and moves the cursor once they are
/// all there.
package struct EventRouter {
    static let cursor = "refs/signet/cursors/watch"

    let registry: Registry
    let spool: Spool

    package init(registry: Registry, spool: Spool) {
        self.registry = registry
        self.spool = spool
    }

    /// Brings references and ledger together, then routes every entry after the cursor.
    ///
    /// - Parameter replayed: route again from this ledger commit's successor, delivering anew.
    /// - Returns: how many entries and new alarms were routed.
    @discardableResult
    package func route(replaying replayed: Replay? = nil) throws -> Int {
        let strays = try registry.reconcile()
        let rules = try registry.rules()
        let present = try registry.repository.reference(Self.cursor)
        let base: ObjectID? =
            switch replayed {
            case .after(let commit): commit
            case .everything: nil
            case nil: present
            }
        let links = try registry.ledger.entries(after: base)
        for link in links {
            let events = RegistryEvent.derived(
                from: link.entry, at: link.commit, registry: registry.founding)
            for event in events {
                try enqueue(event, by: rules, replaying: replayed != nil)
            }
        }
        let standing = StandingAlarms(in: registry)
        var alarms = 0
        for (stray, raised) in try standing.update(strays, now: registry.now) {
            if try enqueue(alarm(stray, raised), by: rules) { alarms += 1 }
        }
        if let last = links.last?.commit, last != present { try move(cursor: present, to: last) }
        return links.count + alarms
    }

    /// From where a replay goes.
    package enum Replay: Hashable, Sendable {
        case everything
        case after(ObjectID)
    }

    /// Puts an event in the spool for every target that the rules name; false when all of them
    /// have it already.
    @discardableResult
    func enqueue(
        _ event: RegistryEvent, by rules: Rules, replaying: Bool = false
    ) throws -> Bool {
        let described = try EventContext(registry: registry).described(event)
        let message = CloudEvent(
            id: event.id, source: "urn:signet:\(registry.founding.hex)", type: event.kind.rawValue,
            subject: event.subject.isEmpty ? nil : event.subject,
            time: Date(timeIntervalSince1970: Double(event.time.seconds)), data: described.data)
        var isNew = false
        for target in rules.targets(for: message) {
            let entered = try spool.enqueue(
                Delivery(
                    event: message, target: target,
                    created: Date(timeIntervalSince1970: Double(registry.now.seconds)),
                    context: described.context),
                replaying: replaying)
            isNew = isNew || entered
        }
        return isNew
    }

    private func alarm(_ stray: Registry.Stray, _ raised: Timestamp) -> RegistryEvent {
        let found = stray.found?.hex ?? "gone"
        let detail =
            "\(stray.reference) is at \(found), the ledger left it at \(stray.ledger?.hex ?? "nothing")\n"
            + "\(stray.refusal)\nNothing follows from it. `signet repair` sets it aside."
        return RegistryEvent(
            kind: .alarm,
            id:
                "\(stray.reference.replacing("/", with: "."))-\(found)-\(raised.seconds)-registry.alarm",
            subject: stray.reference, time: raised,
            data: .mapping([
                "registry": .string(registry.founding.hex), "reference": .string(stray.reference),
                "found": .string(found), "reason": .string(stray.refusal),
                "detail": .string(detail),
            ]))
    }

    private func move(cursor: ObjectID?, to last: ObjectID) throws {
        try registry.repository.update(
            [ReferenceUpdate(name: Self.cursor, old: cursor, new: last)], log: "routed",
            whileLocked: {})
    }
}
