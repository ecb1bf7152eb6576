import GitStore

/// Something that waits for somebody.
package struct Obligation: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case openProposal = "open proposal"
        case staleProposal = "stale proposal"
        case openConfiguration = "open change of configuration"
        case failedRun = "failed run"
        case policyBehind = "policy behind"
        case reapproval = "re-approval after break-glass"
    }

    package var kind: Kind
    package var environment: Environment?
    package var model: ModelName?
    package var version: Int?
    /// The commit that it is about.
    package var commit: ObjectID
    package var since: Timestamp?
    /// The printed names of those who can end it.
    package var waitsFor: [String]
    package var what: String
}
