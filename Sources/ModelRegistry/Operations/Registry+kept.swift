import GitStore
import SystemPackage

/// Comparing tags, and what keeps decided proposals, with the ledger.
extension Registry {
    /// How long a comparison of all of them counts; there is one more for each decision ever made.
    private static let keptInterval: Int64 = 60

    /// The tags and kept commits that are not where the ledger left them.
    ///
    /// - Parameter isThorough: look at all of them, however short ago they were looked at.
    func keptStrays(_ index: LedgerIndex, isThorough: Bool = false) throws -> [Stray] {
        let time = now
        if !isThorough, let keptComparison,
            time.seconds < keptComparison.time.seconds + Self.keptInterval
        {
            // What was wrong then is looked at again, so that what was mended is over at once.
            let known = Set(keptComparison.strays.map(\.reference))
            return try known.isEmpty
                ? [] : compareKept(index).filter { known.contains($0.reference) }
        }
        var strays = try compareKept(index)
        if !strays.isEmpty {
            // Somebody may be between an entry and what follows from it: look when they are done.
            let lock = try FileLock(waitingFor: folder.appending("ledger.lock"))
            try withExtendedLifetime(lock) {
                try index.catchUp()
                strays = try compareKept(index)
            }
        }
        keptComparison = (time, strays)
        return strays
    }

    private func compareKept(_ index: LedgerIndex) throws -> [Stray] {
        let expected = try index.kept()
        var found: [String: ObjectID] = [:]
        for prefix in LedgerFacts.keptPrefixes {
            for (name, target) in try references(prefix: prefix) { found[name] = target }
        }
        return Set(expected.keys).union(found.keys).sorted().compactMap { name in
            let (ledger, present) = (expected[name], found[name])
            guard ledger != present else { return nil }
            let refusal =
                present == nil
                ? "the reference is gone"
                : ledger == nil
                    ? "refused: \(name)\n  reference: is written by the registry alone, and was not"
                    : "refused: \(name)\n  reference: never moves, and was moved"
            return Stray(reference: name, ledger: ledger, found: present, refusal: refusal)
        }
    }
}
