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
        package var parameters: DocumentValue
    }

    package var holds: Bool { verification.holds }
}
