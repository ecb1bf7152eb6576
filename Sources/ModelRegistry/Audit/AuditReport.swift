import GitStore

/// Every move of a period, for an auditor: `signet audit`.
package struct AuditReport: Codable, Sendable {
    package var apiVersion = "signet/v1"
    package var kind = "AuditReport"
    /// The founding commit.
    package var registry: ObjectID
    package var name: String
    /// When the report was made.
    package var made: Timestamp
    package var period: AuditPeriod
    /// The one environment that it is about; all of them when nil.
    package var environment: Environment?
    /// The histories, judged again for this report.
    package var verification: Verification
    /// In the ledger's order.
    package var moves: [AuditMove]
    /// The keys that were revoked up to the period's end.
    package var revocations: [AuditRevocation] = []
    /// What waits for somebody now, whatever the period.
    package var obligations: [Obligation]

    /// Whether the histories hold and the ledger says what the commits say.
    package var holds: Bool { verification.holds }
}

/// From when to when; both ends included, nil for no end.
package struct AuditPeriod: Codable, Hashable, Sendable {
    package var from: Timestamp?
    package var to: Timestamp?

    package init(from: Timestamp? = nil, to: Timestamp? = nil) {
        self.from = from
        self.to = to
    }

    package func contains(_ time: Timestamp) -> Bool {
        if let from, time < from { return false }
        if let to, to < time { return false }
        return true
    }
}
