import FoundationEssentials

extension Spool {
    /// One attempt and what came of it.
    package struct Attempt: Sendable {
        package let delivery: Delivery
        package let outcome: DeliveryOutcome
    }

    /// Attempts each of these deliveries and records what came of it; nil leaves one as it was.
    ///
    /// Targets don't wait for each other; the deliveries to one target go in order, one after
    /// another. A delivery to a stopped target is given up without an attempt.
    package func attempt(
        _ deliveries: [Delivery], now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double,
        by attempt: @escaping @Sendable (Delivery) async -> DeliveryOutcome?
    ) async throws -> [Attempt] {
        let targets = Dictionary(grouping: deliveries, by: \.target)
        return try await withThrowingTaskGroup(of: [Attempt].self) { group in
            for deliveries in targets.values {
                group.addTask {
                    try await self.attempt(deliveries, now: now, jitter: jitter, attempt)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func attempt(
        _ deliveries: [Delivery], now: @Sendable () -> Date, jitter: @Sendable () -> Double,
        _ attempt: @Sendable (Delivery) async -> DeliveryOutcome?
    ) async throws(NotificationError) -> [Attempt] {
        var attempts: [Attempt] = []
        for delivery in deliveries where !Task.isCancelled {
            let outcome: DeliveryOutcome?
            if let reason = try stopped(delivery.target) {
                outcome = .undeliverable(reason: "the target is stopped: \(reason)")
            } else {
                outcome = await attempt(delivery)
            }
            guard let outcome else { continue }
            // An attempt that was broken off says nothing about the target.
            if Task.isCancelled, outcome != .delivered { break }
            try record(outcome, of: delivery.id, now: now(), jitter: jitter())
            attempts.append(Attempt(delivery: delivery, outcome: outcome))
        }
        return attempts
    }
}
