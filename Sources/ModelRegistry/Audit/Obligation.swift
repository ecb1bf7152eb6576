import GitStore

/// Something that waits for somebody.
package struct Obligation: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case openProposal = "open proposal"
        case staleProposal = "stale proposal"
        case openConfiguration = "open change of configuration"
        case openRollout = "open roll-out"
        case failedRun = "failed run"
        case policyBehind = "policy behind"
        case reapproval = "re-approval after break-glass"
        case compromisedKey = "re-approval after a compromised key"
    }

    package var kind: Kind
    package var environment: Environment?
    package var model: ModelName?
    package var version: Int?
    /// The commit that it is about.
    package var commit: ObjectID
    package var since: Timestamp?
    /// By when, where the policy says it.
    package var due: Timestamp?
    /// Whether that time is over.
    package var isOverdue = false
    /// The printed names of those who can end it.
    package var waitsFor: [String]
    package var what: String
}
