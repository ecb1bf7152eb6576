import FoundationEssentials

extension Spool {
    /// Records what came of an attempt: sent, to be tried again, or dead.
    ///
    /// `jitter` in -1…1 spreads the waits, so that many deliveries don't come back together.
    package func record(
        _ outcome: DeliveryOutcome, of id: String, now: Date, jitter: Double = 0
    ) throws(NotificationError) {
        switch outcome {
        case .delivered:
            try markSent(id)
        case .retry(let reason, let after, let delivered):
            try retryLater(
                id, error: reason, now: now, after: after, delivered: delivered, jitter: jitter)
        case .undeliverable(let reason, let delivered):
            try bury(id, reason: reason, delivered: delivered, now: now)
        case .gone(let reason):
            // Stopped first: a crash before the burial leaves a delivery to a stopped target.
            if let target = try target(of: id) { try stop(target, reason: reason) }
            try bury(id, reason: reason, now: now)
        }
    }

    /// Marks a pending delivery as made.
    package func markSent(_ id: String) throws(NotificationError) {
        try lock.whileHeld { () throws(NotificationError) in
            guard try pendingFolder.contains(fileName(id)) else { throw .unknownDelivery(id) }
            try pendingFolder.move(fileName(id), to: sentFolder)
        }
    }

    /// Sets the next attempt, no sooner than `after`; gives up once the first failure is 24 h ago.
    package func retryLater(
        _ id: String, error: String, now: Date, after: Duration? = nil, delivered: [String] = [],
        jitter: Double = 0
    ) throws(NotificationError) {
        try changePending(id) { delivery in
            delivery.note(error, delivered, now: now)
            let first = delivery.firstFailure ?? now
            guard now.timeIntervalSince(first) < backoff.limit.seconds else {
                let attempts = delivery.attempts
                delivery.lastError = "given up after \(attempts) attempts; the last: \(error)"
                return deadFolder
            }
            var wait = backoff.wait(failures: delivery.attempts, jitter: jitter)
            if let after { wait = max(wait, min(after, backoff.limit)) }
            delivery.notBefore = RFC3339.rounded(now.addingTimeInterval(wait.seconds))
            return pendingFolder
        }
    }

    /// Gives a pending delivery up.
    package func bury(
        _ id: String, reason: String, delivered: [String] = [], now: Date
    ) throws(NotificationError) {
        try changePending(id) { delivery in
            delivery.note(reason, delivered, now: now)
            return deadFolder
        }
    }

    /// Makes a dead delivery pending again, its attempts forgotten; who has it already is kept.
    package func revive(_ id: String, now: Date) throws(NotificationError) {
        try lock.whileHeld { () throws(NotificationError) in
            guard var delivery = try read(fileName(id), in: deadFolder) else {
                throw .unknownDelivery(id)
            }
            delivery.attempts = 0
            delivery.firstFailure = nil
            delivery.notBefore = RFC3339.rounded(now)
            try write(delivery, to: pendingFolder)
            try deadFolder.remove(fileName(id))
        }
    }

    private func target(of id: String) throws(NotificationError) -> String? {
        try lock.whileHeld { () throws(NotificationError) in
            try read(fileName(id), in: pendingFolder)?.target
        }
    }

    /// Writes the changed delivery to the folder the change returns; a crash between the two steps
    /// leaves it pending, to be attempted once more.
    private func changePending(
        _ id: String, _ change: (inout Delivery) -> Folder
    ) throws(NotificationError) {
        try lock.whileHeld { () throws(NotificationError) in
            guard var delivery = try read(fileName(id), in: pendingFolder) else {
                throw .unknownDelivery(id)
            }
            let destination = change(&delivery)
            try write(delivery, to: pendingFolder)
            if destination.path != pendingFolder.path {
                try pendingFolder.move(fileName(id), to: destination)
            }
        }
    }
}

extension Delivery {
    fileprivate mutating func note(_ error: String, _ recipients: [String], now: Date) {
        attempts = attempts.addingReportingOverflow(1).partialValue
        firstFailure = firstFailure ?? RFC3339.rounded(now)
        lastError = error
        delivered += recipients.filter { !delivered.contains($0) }
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
