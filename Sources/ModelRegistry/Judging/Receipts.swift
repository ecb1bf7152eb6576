import GitStore

/// The ledger's word on one commit: when it came in, and with which entry.
package struct Receipt: Hashable, Sendable {
    package let number: Int
    package let received: Timestamp
    package let reference: String
    /// The ledger's own commit for the entry.
    package let entry: ObjectID
}

/// Where the engine learns what the ledger holds.
package protocol Receipts: AnyObject {
    /// The receipt of `commit` on a branch, nil when the ledger does not have it there.
    func receipt(of commit: ObjectID, on reference: String) throws -> Receipt?
    /// Where the ledger last left a reference, nil for none.
    func last(_ reference: String) throws -> ObjectID?
    /// The commits on `runs/<environment>` that recorded runs of `environmentCommit`, the newest first:
    /// one, or one more after each that ended in error.
    func runCommits(
        of environmentCommit: ObjectID, in environment: Environment
    ) throws -> [ObjectID]
    /// The steps about a model from above `base` (all, when nil) up to `tip`, the newest first; nil when that
    /// isn't known without walking there, or when one of the two did not come in through the registry.
    func steps(
        about model: ModelName, in environment: Environment, after base: ObjectID?,
        upTo tip: ObjectID
    ) throws -> [ObjectID]?
    /// Whether `commit` is on the environment's first-parent chain.
    func isAccepted(_ commit: ObjectID, on environment: Environment) throws -> Bool
}

extension Receipts {
    /// The commit that recorded the run of `environmentCommit`, the last one if it was run again.
    package func runCommit(
        of environmentCommit: ObjectID, in environment: Environment
    ) throws -> ObjectID? {
        try runCommits(of: environmentCommit, in: environment).first
    }
}
