import GitStore

/// Where the ledger, read from its beginning, leaves every reference that it knows.
package struct LedgerStanding {
    /// The governed branches that are there.
    package private(set) var branches: [String: ObjectID] = [:]
    /// The tags, and what keeps the commits of decided proposals.
    package private(set) var kept: [String: ObjectID] = [:]

    /// The folders of references that `kept` is about.
    static let keptPrefixes = [
        "refs/tags/", "refs/signet/closed/", "refs/signet/closed-policy/",
        "refs/signet/closed-rollout/",
    ]

    package init(_ links: [Ledger.Link]) {
        for link in links {
            if let new = link.entry.moved { branches[link.entry.verdict.reference] = new }
            for effect in link.entry.effects {
                if let keeper = effect.keeper { kept[keeper] = effect.target }
                if effect.kind == .close { branches[effect.reference] = nil }
            }
        }
    }
}
