import GitStore
import Signatures

extension Judge {
    /// Judges a signed commit that closes a proposal without merging it.
    func rejection(
        _ update: ReferenceUpdate, _ commit: Commit, environment: Environment,
        version: ModelVersion, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .rejection
        verdict.environment = environment
        verdict.model = version.model
        verdict.version = version.number
        let below = try commits.commit(commit.parents[0])
        guard below.parents.count == 2 else {
            verdict.refuse(.open, "the proposal is rejected already")
            return verdict
        }
        // Over a partial approval, git leaves that one's tree; the proposal's own is as good.
        let proposed = try commits.mergeChain(from: below).proposal
        verdict.proposal = proposed.id
        let changesNothing = commit.tree == below.tree || commit.tree == proposed.tree
        verdict.answer(
            .tree, changesNothing,
            changesNothing
                ? "changes no file" : "a rejection changes no file, this one does",
            hint: "git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'")
        guard commit.trailer("Decision")?.lowercased() == "rejected" else {
            verdict.refuse(
                .trailers, "a commit on a proposal must say 'Decision: rejected'",
                hint: "git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'")
            return verdict
        }
        demandTrailers(
            commit,
            Self.subjectTrailers(version, environment) + [
                ("Decision", commit.trailer("Decision") ?? "")
            ],
            into: &verdict)
        verdict.reason = commit.trailer("Reason") ?? Self.subjectLine(commit)
        guard let tip = try reference(environment.branch) else {
            verdict.refuse(.reference, "there is no environment '\(environment)'")
            return verdict
        }
        let since = try history.since(
            base: proposed.parents[0], tip: tip, model: version.model, proposal: proposed.id)
        guard since?.merged != true else {
            verdict.refuse(
                .open, "the proposal is approved already",
                hint: "undo it: signet rollback \(version.model) --env \(environment)")
            return verdict
        }
        let snapshot = try policies.snapshot(of: commits.commit(tip).tree)
        if let signer = try resolveSigner(of: commit, under: snapshot, received, into: &verdict) {
            let rule = snapshot.policy.environment(environment)
            let roles = rule?.approvals.keys.map { $0 } ?? []
            demandRole(roles, of: signer, in: environment, under: snapshot, into: &verdict)
            demandScope(version.model, of: signer, rule, under: snapshot, into: &verdict)
            demandPrintedName(commit, signer, under: snapshot, into: &verdict)
        }
        try demandDates(commit, received, into: &verdict)
        return verdict
    }

    static func subjectTrailers(
        _ version: ModelVersion, _ environment: Environment
    ) -> [(key: String, value: String)] {
        [
            ("Model", version.model.text), ("Version", "\(version.number)"),
            ("Environment", environment.name),
        ]
    }

    /// The message's first line.
    static func subjectLine(_ commit: Commit) -> String {
        String(commit.signed.message.prefix { $0 != "\n" })
    }
}
