import GitStore
import Signatures

/// Keys that were given up: the list can only deny.
extension Judge {
    /// The principal that signed `commit`, which is for `reference`, unless the key is revoked.
    func signer(
        of commit: Commit, on reference: String, under snapshot: PolicySnapshot,
        received: Timestamp
    ) throws -> Result<Signer, Unresolved> {
        let answer = signatures.signer(of: commit, under: snapshot, received: received)
        guard case .success(let signer) = answer else { return answer }
        guard let item = try revocation(of: signer.fingerprint, for: commit.id, on: reference)
        else { return answer }
        return .failure(
            Unresolved(
                saw: "the key \(signer.fingerprint) of \(signer.principal), which signed "
                    + "\(commit.id.short), is revoked: \(item.revocation.reason.rawValue)",
                hint: "sign with a key that is valid now (`signet keys list`)"))
    }

    /// The revocation that takes a signature's worth, nil when it counts.
    ///
    /// What came in after the revocation is denied; what came in before stays, unless the key is
    /// compromised since an earlier entry. Judging a step again, only what was revoked when that
    /// step came in is known.
    private func revocation(
        of fingerprint: String, for commit: ObjectID, on reference: String
    ) throws -> RevocationReader.Item? {
        let mine = try revocationsKnown().filter {
            $0.item.revocation.key.fingerprint == fingerprint
        }
        guard !mine.isEmpty else { return nil }
        let signed = try receipts.receipt(of: commit, on: reference)?.number
        return mine.first { item, revoked in
            guard let signed else { return true }
            return signed > revoked ?? 0
                || item.revocation.fromEntry.map { signed >= $0 } ?? false
        }?.item
    }

    /// The revocations, each with its entry; judging a step again, those before it alone.
    private func revocationsKnown() throws -> [(item: RevocationReader.Item, entry: Int?)] {
        let items = try revocations.items(
            upTo: reference(RevocationReader.reference), founding: founding)
        return try items.compactMap { item in
            let entry = try receipts.receipt(
                of: item.commit, on: RevocationReader.reference)?.number
            if let entryJudged, entry ?? Int.max >= entryJudged { return nil }
            return (item, entry)
        }
    }

    /// Judges one commit of the list of revoked keys.
    func revocation(
        _ step: Commit, onto tip: Commit, number: Int, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(
            ReferenceUpdate(name: RevocationReader.reference, old: tip.id, new: step.id))
        verdict.kind = .revocation
        guard step.parents == [tip.id] else {
            verdict.refuse(.parents, "a revocation has one parent, the one before")
            return verdict
        }
        let before = tip.id == founding ? [] : try repository.tree(tip.tree).entries
        let after = try repository.tree(step.tree).entries
        let file = RevocationReader.file(number)
        let kept = after.filter { $0.name != file }
        guard kept == before, let added = after.first(where: { $0.name == file }),
            added.mode == .file
        else {
            verdict.refuse(
                .tree, "a revocation adds the file \(file) and changes nothing else",
                hint: "signet keys revoke KEY --reason left|rotated|compromised")
            return verdict
        }
        let revocation: Revocation
        do {
            revocation = try revocations.revocation(number, in: step)
        } catch let error as DocumentError {
            verdict.refuse(
                .revocation, error.firstLine,
                hint: error.hint)
            return verdict
        }
        let snapshot = try mainSnapshot()
        try demandRevocable(revocation, snapshot, received, into: &verdict)
        if let signer = try resolveSigner(of: step, under: snapshot, received, into: &verdict),
            signer.principal != revocation.principal
        {
            demandRole(
                Array(snapshot.policy.policyChange.keys), of: signer, in: nil, under: snapshot,
                into: &verdict)
        }
        try demandDates(step, received, into: &verdict)
        verdict.reason = "\(revocation.reason.rawValue): \(revocation.key.fingerprint)"
        return verdict
    }

    /// The key is enrolled for that principal, and enough administrators and service keys stay.
    private func demandRevocable(
        _ revocation: Revocation, _ snapshot: PolicySnapshot, _ received: Timestamp,
        into verdict: inout Verdict
    ) throws {
        let key = revocation.key.fingerprint
        guard snapshot.signers.entry(for: revocation.key)?.principal == revocation.principal.text
        else {
            verdict.refuse(
                .revocation, "the key \(key) is not enrolled for '\(revocation.principal)'",
                hint: "which keys are: signet keys list")
            return
        }
        let live = try livePrincipals(
            snapshot.signers, at: received, without: revocation.key.fingerprint)
        let admins = Dictionary(
            uniqueKeysWithValues: live.map { id in
                (
                    id,
                    Set(
                        snapshot.policy.policyChange.keys.filter {
                            snapshot.policy.holds(id, $0, in: nil)
                        })
                )
            })
        let missing = Quorum.missing(roles: snapshot.policy.policyChange, signers: admins)
        guard missing.isEmpty else {
            verdict.refuse(
                .revocation,
                "without \(key) nobody could change the policy any more: missing \(missing.text)",
                hint: "enrol another key first: signet keys enrol \(revocation.principal) KEYFILE")
            return
        }
        guard !revocation.principal.isService || live.contains(revocation.principal) else {
            verdict.refuse(
                .revocation, "it is the only key of the service '\(revocation.principal)'",
                hint: "enrol another first: signet keys enrol \(revocation.principal) KEYFILE")
            return
        }
        verdict.answer(
            .revocation, true,
            "revokes \(key) of \(revocation.principal): \(revocation.reason.rawValue)"
                + (revocation.fromEntry.map { " since entry \($0)" } ?? ""))
    }

    /// The principals with a key that is valid and not revoked.
    func livePrincipals(
        _ signers: AllowedSigners, at time: Timestamp, without fingerprint: String? = nil
    ) throws -> Set<PrincipalID> {
        let revoked = try revokedKeys()
        return try Set(
            signers.entries
                .filter { entry in
                    entry.isValid(at: time.seconds) && !revoked.contains(entry.key.fingerprint)
                        && entry.key.fingerprint != fingerprint
                }
                .map { try PrincipalID($0.principal) })
    }

    /// The fingerprints of the keys that are revoked, now or before the entry that is judged again.
    package func revokedKeys() throws -> Set<String> {
        Set(try revocationsKnown().map(\.item.revocation.key.fingerprint))
    }
}
