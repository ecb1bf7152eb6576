import GitStore

/// What was in each environment at a time, by the ledger's times of receipt.
package struct AuditSnapshot: Codable, Sendable {
    package var apiVersion = "signet/v1"
    package var kind = "AuditSnapshot"
    /// The founding commit.
    package var registry: ObjectID
    package var name: String
    package var made: Timestamp
    package var at: Timestamp
    /// The last entry that counts, nil before the first.
    package var entry: Int?
    package var verification: Verification
    /// The environments that had begun, in the order of the policy.
    package var environments: [Place]
    /// The keys that were revoked by then.
    package var revocations: [AuditRevocation] = []

    package struct Place: Codable, Sendable {
        package var environment: Environment
        package var tip: ObjectID
        /// The entry that brought the tip, and when.
        package var entry: Int
        package var received: Timestamp
        package var policySerial: Int
        /// The blobs of the policy and of the keys that were in force.
        package var policy: ObjectID
        package var keys: ObjectID
        package var models: [Model]
    }

    package struct Model: Codable, Sendable {
        package var model: ModelName
        package var version: Int
        /// The step that brought what was there.
        package var commit: ObjectID
        package var entry: Int?
        package var received: Timestamp?
        package var approvals: [AuditSignature]
        /// The latest approval of it unchanged, where there was one by then.
        package var reapprovedBy: Int?
        /// By when it was to be approved again: it came by break-glass, and had not been by then.
        package var reapproveBy: Timestamp?
        /// Whether a key that approved it was known to be compromised, and nobody had approved it again.
        package var isInDoubt = false
        package var parameters: DocumentValue
    }

    package var holds: Bool { verification.holds }
}
