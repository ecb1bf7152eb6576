import GitStore
import Signatures

/// Every key that main's history ever had, for stock git.
///
/// git judges a key's window at the committer date, which the signer writes; the registry judges it
/// at the time of receipt. So a window is the last one stated, widened where an accepted signature's
/// committer date lies outside.
struct KitSigners {
    private var entries: [AllowedSigners.Entry] = []
    private var places: [PublicKey: Int] = [:]

    /// Takes a state of `allowed_signers`; the newest goes last.
    mutating func take(_ signers: AllowedSigners) {
        for entry in signers.entries {
            if let place = places[entry.key] {
                entries[place] = entry
            } else {
                places[entry.key] = entries.count
                entries.append(entry)
            }
        }
    }

    /// The file's text, with windows that admit what was signed and counted.
    ///
    /// - Parameter revoked: when each revoked key was given up, which closes its window.
    func text(
        admitting used: [PublicKey: ClosedRange<Int64>], revoked: [PublicKey: Int64] = [:]
    ) -> String {
        entries.map { entry in
            let dates = used[entry.key]
            let after = entry.validAfter.map { min($0, dates?.lowerBound ?? $0) }
            let end = [entry.validBefore, revoked[entry.key]].compactMap { $0 }.min()
            let before = end.map { max($0, dates?.upperBound ?? $0) }
            return AllowedSigners.line(
                principal: entry.principal, key: entry.key, validAfter: after, validBefore: before)
                + "\n"
        }.joined()
    }
}
