import GitStore
import Signatures

/// Configuration on its way from `main` into the environments, and environments that begin.
extension Judge {
    /// The commit of `main` that a step of an environment takes over, with the merges that gathered
    /// signatures for it; nil when the step is about something else.
    func rolloutChain(
        from merged: Commit
    ) throws -> (main: Commit, partials: [Commit])? {
        let (inner, merges) = try commits.chain(from: merged) { commit, _ in
            try !isOnMain(commit.id)
        }
        return try isOnMain(inner.id) ? (inner, merges) : nil
    }

    /// Judges the signed merge of `main` into an environment, by the policy now there.
    func rollout(
        _ step: Commit, of merged: Commit, gathered partials: [Commit], onto tip: Commit,
        _ environment: Environment, _ snapshot: PolicySnapshot, _ received: Timestamp,
        _ start: Verdict
    ) throws -> Verdict {
        var verdict = start
        verdict.kind = .rollout
        verdict.action = .configuration
        try demandRolledOut(step, merged, onto: tip, environment, into: &verdict)
        let incoming = try policies.snapshot(of: merged.tree)
        try demandSuccession(
            incoming.policy, incoming.signers, after: snapshot, received, into: &verdict)
        demandKept(environment, by: incoming.policy, into: &verdict)
        let branch = environment.rolloutBranch(incoming.policy.serial)
        let below = try rolloutSignatures(
            partials, of: merged, environment, on: branch, snapshot, received)
        let last = try demandConfigurationSigner(step, snapshot, received, into: &verdict)
        if verdict.denials.isEmpty {
            demandConfigurationQuorum(below, last, snapshot, branch: branch, into: &verdict)
        }
        verdict.reason = step.trailer("Reason")
        return verdict
    }

    private func rolloutSignatures(
        _ partials: [Commit], of merged: Commit, _ environment: Environment, on branch: String,
        _ snapshot: PolicySnapshot, _ received: Timestamp
    ) throws -> Gathered {
        try configurationSignatures(partials, on: branch, snapshot, received) { commit, verdict in
            guard try cameIn(commit.parents[0], on: environment) else {
                verdict.refuse(
                    .parents, "its first parent is not on env/\(environment)",
                    hint: "signet policy roll-out --env \(environment)")
                return
            }
            try demandRolledOut(
                commit, merged, onto: commits.commit(commit.parents[0]), environment,
                into: &verdict)
        }
    }

    private func demandRolledOut(
        _ step: Commit, _ merged: Commit, onto tip: Commit, _ environment: Environment,
        into verdict: inout Verdict
    ) throws {
        let own = try Self.environmentsOwn.map { path in
            (path: path, entry: try repository.entry(at: path, in: tip.tree))
        }
        let expected = try repository.composed(own, over: merged.tree, writing: false)
        // Its id may be right while it, or a tree in it, is missing.
        if expected == step.tree { _ = try repository.changes(from: tip.tree, to: step.tree) }
        verdict.answer(
            .tree, expected == step.tree,
            expected == step.tree
                ? "takes the configuration from main and nothing else"
                : "the merge's tree is \(step.tree.hex), not main's configuration over the tip",
            hint: "the tree would be \(expected.hex): signet policy roll-out --env \(environment)")
    }

    /// Judges what gathers signatures on `rollout/<environment>/<serial>`.
    func partialRollout(
        _ update: ReferenceUpdate, new: ObjectID, environment: Environment, serial: Int,
        _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .partialRollout
        verdict.environment = environment
        let outermost = try commits.commit(new)
        guard let tip = try reference(environment.branch) else {
            return try partialRoot(
                update, outermost, environment: environment, serial: serial, received)
        }
        guard let chain = try rolloutChain(from: outermost), !chain.partials.isEmpty,
            update.old == nil || outermost.parents[1] == update.old
        else {
            verdict.refuse(
                .parents,
                "a branch rollout/… gathers signed merges of main into env/\(environment), "
                    + "each merging the one before",
                hint: "signet policy roll-out --env \(environment)")
            return verdict
        }
        let snapshot = try policies.snapshot(of: commits.commit(tip).tree)
        let incoming = try policies.snapshot(of: chain.main.tree)
        demandSerial(incoming.policy.serial, serial, into: &verdict)
        try demandSuccession(
            incoming.policy, incoming.signers, after: snapshot, received, into: &verdict)
        let gathered = try rolloutSignatures(
            chain.partials, of: chain.main, environment, on: update.name, snapshot, received)
        demandGathered(gathered, by: outermost, snapshot, into: &verdict)
        return verdict
    }

    private func demandSerial(_ found: Int, _ serial: Int, into verdict: inout Verdict) {
        verdict.answer(
            .serial, found == serial, "the branch is for serial \(serial), the policy has \(found)",
            hint: "push it to the branch of serial \(found)")
    }

    /// All that was gathered must count, the newest as well.
    private func demandGathered(
        _ gathered: Gathered, by outermost: Commit, _ snapshot: PolicySnapshot,
        into verdict: inout Verdict
    ) {
        verdict.policyTree = snapshot.tree
        verdict.payloadSHA256 = outermost.payloadSHA256
        verdict.reason = outermost.trailer("Reason")
        if let wrong = gathered.disqualified.last {
            verdict.refuse(.approvals, wrong, hint: "make it again: signet policy roll-out")
            return
        }
        verdict.principal = gathered.signatures.last?.principal
        verdict.fingerprint = gathered.signatures.last?.fingerprint
        noteConfigurationQuorum(gathered.signatures, snapshot, into: &verdict)
    }

    /// Judges the first commit of a new environment branch.
    func environmentRoot(
        _ update: ReferenceUpdate, new: ObjectID, environment: Environment, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .environmentRoot
        verdict.environment = environment
        let root = try commits.commit(new)
        guard let main = try reference("refs/heads/main"), root.parents.first == main else {
            verdict.refuse(
                .parents, "an environment begins with a commit on main's tip",
                hint: "name it in the policy (signet policy propose FILE), then: "
                    + "signet policy roll-out --env \(environment)")
            return verdict
        }
        guard try receipts.last(environment.branch) == nil else {
            verdict.refuse(
                .reference, "'\(environment)' has begun before, and begins once",
                hint: "`signet repair` puts its branch back")
            return verdict
        }
        return try environmentRoot(
            update, of: root, on: commits.commit(main), environment, received)
    }

    /// Judges an environment's first commit against the commit of main that it stands on.
    func environmentRoot(
        _ update: ReferenceUpdate, of root: Commit, on before: Commit, _ environment: Environment,
        _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .environmentRoot
        verdict.environment = environment
        let snapshot = try policies.snapshot(of: before.tree)
        verdict.answer(
            .policy, snapshot.policy.environment(environment) != nil,
            "main's policy \(snapshot.policy.environment(environment) == nil ? "does not name" : "names") '\(environment)'"
        )
        try demandRootTree(root, on: before, environment, into: &verdict)
        let branch = environment.rolloutBranch(snapshot.policy.serial)
        let chain = try rootChain(root)
        let below = try rootSignatures(
            Array(chain.dropLast()), on: before, environment, branch: branch, snapshot, received)
        demandFirst(chain[0], on: before, into: &verdict)
        if let malformed = below.malformed, chain[0].parents == [before.id] {
            verdict.answers.append(malformed)
        }
        let last = try demandConfigurationSigner(root, snapshot, received, into: &verdict)
        guard let last, verdict.denials.isEmpty else { return verdict }
        guard try !isFounder(last, of: before) else {
            verdict.counted = [last]
            verdict.answer(.approvals, true, "begun with the registry, by its founder")
            return verdict
        }
        demandConfigurationQuorum(below, last, snapshot, branch: branch, into: &verdict)
        return verdict
    }

    /// The commits that gather signatures for a root, the first one first, the root last.
    private func rootChain(_ root: Commit) throws -> [Commit] {
        let (inner, merges) = try commits.chain(from: root) { _, _ in true }
        return [inner] + merges
    }

    /// The innermost candidate for a root stands on main alone: it brings no other history with it.
    private func demandFirst(_ inner: Commit, on before: Commit, into verdict: inout Verdict) {
        guard inner.parents != [before.id] else { return }
        verdict.refuse(
            .parents,
            "\(inner.id.short) does not stand on \(before.id.short) of main alone: "
                + "it has \(inner.parents.count) parents",
            hint: "an environment brings no other history with it: signet policy roll-out")
    }

    private func rootSignatures(
        _ gathered: [Commit], on before: Commit, _ environment: Environment, branch: String,
        _ snapshot: PolicySnapshot, _ received: Timestamp
    ) throws -> Gathered {
        try configurationSignatures(gathered, on: branch, snapshot, received) { commit, verdict in
            guard commit.parents.first == before.id else {
                verdict.refuse(.parents, "it does not stand on \(before.id.short) of main")
                return
            }
            try demandRootTree(commit, on: before, environment, into: &verdict)
        }
    }

    private func demandRootTree(
        _ root: Commit, on before: Commit, _ environment: Environment, into verdict: inout Verdict
    ) throws {
        let changed = try repository.changes(from: before.tree, to: root.tree).map(\.path)
        let isNamed = try policies.environment(of: root.tree) == environment
        verdict.answer(
            .tree, changed == [PolicyReader.environmentPath] && isNamed,
            "an environment's first commit adds \(PolicyReader.environmentPath) with its name and nothing else"
        )
    }

    /// The environments that a registry is founded with are the founder's act, like the founding
    /// commit itself, whose id is the anchor of all trust.
    private func isFounder(_ signature: CountedSignature, of before: Commit) throws -> Bool {
        guard before.id == founding else { return false }
        return signatures.key(of: before)?.fingerprint == signature.fingerprint
    }

    /// Judges a candidate for an environment's first commit, and merges that add signatures to it.
    private func partialRoot(
        _ update: ReferenceUpdate, _ outermost: Commit, environment: Environment, serial: Int,
        _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .partialRollout
        verdict.environment = environment
        guard let main = try reference("refs/heads/main"), outermost.parents.first == main,
            update.old == nil || outermost.parents.last == update.old
        else {
            verdict.refuse(
                .parents, "an environment begins with a commit on main's tip",
                hint: "signet policy roll-out --env \(environment)")
            return verdict
        }
        let before = try commits.commit(main)
        let snapshot = try policies.snapshot(of: before.tree)
        demandSerial(snapshot.policy.serial, serial, into: &verdict)
        verdict.answer(
            .policy, snapshot.policy.environment(environment) != nil,
            "main's policy \(snapshot.policy.environment(environment) == nil ? "does not name" : "names") '\(environment)'"
        )
        let chain = try rootChain(outermost)
        demandFirst(chain[0], on: before, into: &verdict)
        let gathered = try rootSignatures(
            chain, on: before, environment, branch: update.name, snapshot, received)
        demandGathered(gathered, by: outermost, snapshot, into: &verdict)
        return verdict
    }
}
