import GitStore
import Signatures

extension Judge {
    /// The folders that configuration is made of.
    static let configurationFolders = [".signet/", "templates/"]

    /// Judges one step of `main`: a signed merge of an open change of configuration.
    func configuration(
        _ step: Commit, onto tip: Commit, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(ReferenceUpdate(name: "refs/heads/main", old: tip.id, new: step.id))
        verdict.kind = .configuration
        verdict.action = .configuration
        let snapshot = try policies.snapshot(of: tip.tree)
        guard step.parents.count == 2, step.parents[0] == tip.id else {
            verdict.refuse(
                .parents,
                "main moves by a signed merge of a policy/<serial> branch on its present tip",
                hint: "signet policy propose FILE, then signet policy approve SERIAL")
            return verdict
        }
        let change = try commits.commit(step.parents[1])
        guard change.parents == [tip.id] else {
            verdict.refuse(
                .notStale, "the change \(change.id.short) is not made on main's present tip",
                hint: "propose it anew: signet policy propose FILE")
            return verdict
        }
        verdict.answer(
            .tree, step.tree == change.tree,
            step.tree == change.tree
                ? "the merge's tree is the proposed one"
                : "the merge's tree is not the proposed one",
            hint: "git switch --detach \(tip.id.hex) && git merge --no-ff -S \(change.id.hex)")
        try demandSoundConfiguration(change.tree, over: tip.tree, received, into: &verdict)
        try demandConfigurationSigner(change, snapshot, received, into: &verdict)
        guard !verdict.answers.contains(where: \.denies) else { return verdict }
        try demandConfigurationSigner(step, snapshot, received, into: &verdict)
        try demandDates(step, received, into: &verdict)
        verdict.reason = step.trailer("Reason")
        return verdict
    }

    /// Judges an open change of configuration on `policy/<serial>`.
    func configurationProposal(
        _ update: ReferenceUpdate, new: ObjectID, serial: Int, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .configurationProposal
        let change = try commits.commit(new)
        guard let main = try reference("refs/heads/main"), change.parents == [main] else {
            verdict.refuse(
                .parents, "a change of configuration is one commit on main's present tip",
                hint: "signet policy propose FILE")
            return verdict
        }
        let tip = try commits.commit(main)
        try demandSoundConfiguration(change.tree, over: tip.tree, received, into: &verdict)
        guard !verdict.answers.contains(where: \.denies) else { return verdict }
        let proposed = try policies.snapshot(of: change.tree).policy.serial
        verdict.answer(
            .serial, proposed == serial,
            "the branch is for serial \(serial), the policy has \(proposed)",
            hint: "push it to policy/\(proposed)")
        try demandConfigurationSigner(
            change, policies.snapshot(of: tip.tree), received, into: &verdict)
        try demandDates(change, received, into: &verdict)
        verdict.reason = change.trailer("Reason") ?? Self.subjectLine(change)
        return verdict
    }

    /// Judges the signed merge of `main` into an environment, by the policy now there.
    func rollout(
        _ step: Commit, of merged: Commit, onto tip: Commit, _ environment: Environment,
        _ snapshot: PolicySnapshot, _ received: Timestamp, _ start: Verdict
    ) throws -> Verdict {
        var verdict = start
        verdict.kind = .rollout
        verdict.action = .configuration
        let own = try Self.environmentsOwn.map { path in
            (path: path, entry: try repository.entry(at: path, in: tip.tree))
        }
        let expected = try repository.composed(own, over: merged.tree, writing: false)
        verdict.answer(
            .tree, expected == step.tree,
            expected == step.tree
                ? "takes the configuration from main and nothing else"
                : "the merge's tree is \(step.tree.hex), not main's configuration over the tip",
            hint: "the tree would be \(expected.hex): signet policy roll-out --env \(environment)")
        let incoming = try policies.snapshot(of: merged.tree)
        demandSuccession(
            incoming.policy, incoming.signers, after: snapshot, received, into: &verdict)
        demandKept(environment, by: incoming.policy, into: &verdict)
        try demandConfigurationSigner(step, snapshot, received, into: &verdict)
        try demandDates(step, received, into: &verdict)
        verdict.reason = step.trailer("Reason")
        return verdict
    }

    /// A change stays in its folders, parses, keeps the keys, grows the serial, can be satisfied.
    private func demandSoundConfiguration(
        _ tree: ObjectID, over tip: ObjectID, _ received: Timestamp, into verdict: inout Verdict
    ) throws {
        let changes = try repository.changes(from: tip, to: tree)
        let stray = changes.first { change in
            !Self.configurationFolders.contains { change.path.hasPrefix($0) }
                || change.path == PolicyReader.environmentPath
                || change.new.map { $0.mode != .file } ?? false
        }
        guard stray == nil else {
            verdict.refuse(
                .tree, "'\(stray?.path ?? "")' is no plain file of the configuration",
                hint: "a change of configuration touches .signet/ and templates/ alone")
            return
        }
        do {
            let incoming = try policies.snapshot(of: tree)
            demandSuccession(
                incoming.policy, incoming.signers, after: try policies.snapshot(of: tip), received,
                into: &verdict)
            for (path, check) in configurationChecks {
                if let bytes = try repository.blob(at: path, in: tree) { try check(bytes) }
            }
            let registry = ".signet/registry.yaml"
            let description = try repository.blob(at: registry, in: tree) ?? []
            _ = try RegistryDescription.parse(description, file: registry)
        } catch let error as DocumentError {
            verdict.refuse(
                .policy, error.description.split(separator: "\n").map(String.init)[0],
                hint: error.hint)
        } catch let error as AllowedSignersFault {
            verdict.refuse(
                .policy, "\(error)".split(separator: "\n").map(String.init)[0])
        }
    }

    /// The quorum of `policyChange`, which is one signature.
    func demandConfigurationSigner(
        _ commit: Commit, _ snapshot: PolicySnapshot, _ received: Timestamp,
        into verdict: inout Verdict
    ) throws {
        guard let signer = resolveSigner(of: commit, under: snapshot, received, into: &verdict)
        else { return }
        demandRole(
            Array(snapshot.policy.policyChange.keys), of: signer, in: nil, under: snapshot,
            into: &verdict)
        demandPrintedName(commit, signer, under: snapshot, into: &verdict)
    }
}
