import GitStore

/// What `signet verify` found, and how far each finding carries.
package struct Verification: Codable, Sendable {
    /// What a verdict rests on.
    package enum Basis: String, Codable, Sendable {
        case content = "proven by content"
        case ledger = "attested by the ledger"
        case unknowable = "not knowable from a copy"
    }

    package struct Finding: Codable, Sendable {
        package var reference: String
        package var commit: ObjectID?
        package var basis: Basis
        package var rule: Rule
        package var saw: String
    }

    package struct Environment: Codable, Sendable {
        package var name: String
        package var tip: ObjectID
        /// Steps re-proven, the root included.
        package var steps: Int
        package var signatures: Int
    }

    package var founding: ObjectID
    package var environments: [Environment] = []
    package var ledgerEntries = 0
    /// Revocations of keys re-proven.
    package var revocations = 0
    /// What is wrong; empty when everything holds.
    package var findings: [Finding] = []
    /// What this copy can't prove, each a reason to exit with 1.
    package var unproven: [String] = []
    /// References of names that no rule is about, which this says nothing of.
    package var unjudged: [String] = []

    package var holds: Bool { findings.isEmpty && unproven.isEmpty }
}
