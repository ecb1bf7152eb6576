import GitStore
import Signatures

extension Judge {
    /// Whether a commit on an open change's branch closes the change: it changes nothing, which no
    /// change may.
    func isConfigurationRejection(_ commit: Commit) throws -> Bool {
        guard commit.parents.count == 1 else { return false }
        return try commits.commit(commit.parents[0]).tree == commit.tree
    }

    /// Judges a signed commit that closes an open change of configuration without merging it.
    func configurationRejection(
        _ update: ReferenceUpdate, _ commit: Commit, serial: Int, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .configurationRejection
        let below = try commits.commit(commit.parents[0])
        guard try !isConfigurationRejection(below) else {
            verdict.refuse(.open, "the change is rejected already")
            return verdict
        }
        let change = try commits.chain(from: below) { _, _ in true }.inner
        verdict.proposal = change.id
        guard let main = try reference(Self.main), change.parents == [main] else {
            verdict.refuse(
                .notStale, "main has moved on since the change was made, and closes it",
                hint: "nothing is left to reject: signet status")
            return verdict
        }
        let hint = "git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'"
        let changesNothing = commit.tree == below.tree
        verdict.answer(
            .tree, changesNothing,
            changesNothing ? "changes no file" : "a rejection changes no file, this one does",
            hint: hint)
        guard commit.trailer("Decision")?.lowercased() == "rejected" else {
            verdict.refuse(
                .trailers, "a commit on an open change must say 'Decision: rejected'", hint: hint)
            return verdict
        }
        demandTrailers(
            commit, [("Serial", "\(serial)"), ("Decision", commit.trailer("Decision") ?? "")],
            into: &verdict)
        verdict.reason = commit.trailer("Reason") ?? Self.subjectLine(commit)
        let snapshot = try policies.snapshot(of: commits.commit(main).tree)
        verdict.policyTree = snapshot.tree
        _ = try demandConfigurationSigner(commit, snapshot, received, into: &verdict)
        return verdict
    }

    /// Refuses a change that was rejected before: closed by payload, whatever its commit id.
    func demandNotRejected(_ change: Commit, into verdict: inout Verdict) throws {
        let serial = try policies.snapshot(of: change.tree).policy.serial
        let branch = try policyBranch(of: change)
        // A rejection counts from the moment it is on the branch, entered in the ledger or not.
        let present = try reference(branch).map { [(name: branch, target: $0)] } ?? []
        let closed = try repository.references(prefix: Self.closedChanges(serial))
        for (name, target) in closed + present {
            let tip = try commits.commit(target)
            guard try isConfigurationRejection(tip) else { continue }
            let rejected = try commits.chain(from: commits.commit(tip.parents[0])) { _, _ in true }
            guard rejected.inner.payloadSHA256 == change.payloadSHA256 else { continue }
            verdict.refuse(
                .open, "this change was rejected before (\(name))",
                hint: "propose it anew: signet policy propose FILE")
            return
        }
        verdict.answer(.open, true, "not rejected before")
    }

    /// The folder of references that keeps the decided changes of a serial.
    static func closedChanges(_ serial: Int) -> String { "refs/signet/closed-policy/\(serial)/" }
}
