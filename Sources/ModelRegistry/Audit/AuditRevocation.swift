import GitStore
import Signatures

/// A key that was given up, as an auditor reads it.
package struct AuditRevocation: Codable, Hashable, Sendable {
    /// The entry that brought it, and when; nil when the ledger does not say.
    package var entry: Int?
    package var received: Timestamp?
    package var commit: ObjectID
    /// Whose key it was, and the printed name.
    package var principal: PrincipalID
    package var name: String
    package var fingerprint: String
    package var reason: Revocation.Reason
    /// The first entry whose signatures by the key are in doubt, of a compromised key.
    package var fromEntry: Int?
    package var note: String?
    /// The printed name of whoever revoked it.
    package var revokedBy: String
}

extension Auditor {
    /// The keys that were revoked up to a time, the oldest first.
    func revocations(upTo time: Timestamp) throws -> [AuditRevocation] {
        try judge.revocations.items(
            upTo: registry.reference(RevocationReader.reference), founding: registry.founding
        ).map(revocation).filter { $0.received.map { $0 <= time } ?? true }
    }

    func revocation(_ item: RevocationReader.Item) throws -> AuditRevocation {
        let receipt = try map.receipt(of: item.commit, on: RevocationReader.reference)
        let number = receipt?.number ?? Int.max
        let main = try map.tip(of: Judge.main, before: number) ?? registry.founding
        let tree = try commit(main).tree
        let step = try commit(item.commit)
        let judged = judge.entryJudged
        defer { judge.entryJudged = judged }
        judge.entryJudged = receipt?.number
        let signer = try signature(
            of: step, .responsibility, under: tree, on: RevocationReader.reference, in: nil,
            received: receipt?.received ?? step.committed)
        let revocation = item.revocation
        return AuditRevocation(
            entry: receipt?.number, received: receipt?.received, commit: item.commit,
            principal: revocation.principal,
            name: try judge.policies.snapshot(of: tree).policy.printedName(revocation.principal),
            fingerprint: revocation.key.fingerprint, reason: revocation.reason,
            fromEntry: revocation.fromEntry, note: revocation.note, revokedBy: signer.name)
    }
}
