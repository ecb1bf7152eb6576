import GitStore

/// Where the ledger leaves every reference that it knows.
package struct LedgerStanding {
    /// The governed branches that are there.
    package let branches: [String: ObjectID]
    /// The tags, and what keeps the commits of decided proposals.
    package let kept: [String: ObjectID]

    /// The folders of references that `kept` is about.
    static let keptPrefixes = [
        "refs/tags/", "refs/signet/closed/", "refs/signet/closed-policy/",
        "refs/signet/closed-rollout/",
    ]

    package init(_ facts: LedgerFacts) {
        branches = facts.branches()
        kept = facts.kept
    }
}
