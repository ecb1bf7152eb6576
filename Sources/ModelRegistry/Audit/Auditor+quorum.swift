import GitStore

/// The signatures that a move gathers, counted again from the commits.
extension Auditor {
    /// What was counted, and what is still missing.
    struct Count {
        var signatures: [CountedSignature]
        var missing: [RoleName: Int]
        /// Everything that was merged on the way, what counts and what doesn't.
        var merges: [Commit]
    }

    /// Takes a count over into a move, with who may still give what is missing.
    func note(
        _ count: Count, _ move: inout AuditMove, under tree: ObjectID, on branch: String,
        in environment: Environment?
    ) throws {
        let counted = Dictionary(count.signatures.map { ($0.commit, $0) }) { first, _ in first }
        for merge in count.merges {
            let reference = merge.id == move.commit ? move.reference : branch
            var signature = try signature(
                of: merge, try meaning(of: merge, in: move), under: tree, on: reference,
                in: environment,
                received: move.received)
            signature.reason = signature.reason ?? Judge.subjectLine(merge)
            signature.received = signature.received ?? move.received
            if let known = counted[merge.id] {
                signature.roles = known.roles
                move.approvals.append(signature)
            } else {
                signature.fault = signature.fault ?? "it counts for nothing"
                move.discounted.append(signature)
            }
        }
        let policy = try judge.policies.snapshot(of: tree).policy
        let done = Set(count.signatures.map(\.principal))
        let mine = Set(move.fourEyes?.authors ?? [])
        let isFourEyes = move.fourEyes?.asked ?? false
        move.missing = count.missing.sorted { $0.key < $1.key }.map { role, number in
            let others = policy.principals(holding: role, in: environment)
                .filter { !done.contains($0) && !(isFourEyes && mine.contains($0)) }
                .filter { other in move.model.map { policy.mayDecide(other, $0) } ?? true }
            return AuditMissing(
                role: role, count: number, waitsFor: others.sorted().map(policy.printedName))
        }
    }

    private func meaning(
        of merge: Commit, in move: AuditMove
    ) throws -> AuditSignature.Meaning {
        if merge.id == move.commit, let signer = move.signer { return signer.meaning }
        guard merge.parents.count < 2 else { return .approval }
        let begins = try judge.policies.environment(of: merge.tree) != nil
        return begins ? .responsibility : .authorship
    }

    /// The approvals of a proposal up to a partial one, judged as they were then.
    func count(
        _ merge: Commit, over chain: ApprovalChain, in environment: Environment,
        under tree: ObjectID, _ received: Timestamp
    ) throws -> Count {
        let snapshot = try judge.policies.snapshot(of: tree)
        let none = Count(signatures: [], missing: [:], merges: chain.merges)
        guard let rule = snapshot.policy.environment(environment) else { return none }
        var verdict = Verdict(
            ReferenceUpdate(name: environment.branch, old: nil, new: merge.id))
        guard
            let facts = try judge.nestedProposal(
                chain.proposal, environment, snapshot, received, into: &verdict)
        else { return none }
        let merges = MergeChain(proposal: chain.proposal, partials: chain.merges)
        let signatures = try judge.counted(merges, of: facts, rule, snapshot, received).signatures
        return Count(
            signatures: signatures, missing: signatures.missing(of: rule.approvals),
            merges: chain.merges)
    }

    /// The signatures gathered for a change of configuration, a roll-out or a new environment.
    func configurationCount(
        _ commits: [Commit], on branch: String, under tree: ObjectID, _ received: Timestamp
    ) throws -> Count {
        let snapshot = try judge.policies.snapshot(of: tree)
        let signatures = try judge.configurationSignatures(
            commits, on: branch, snapshot, received
        ) { _, _ in }.signatures
        return Count(
            signatures: signatures, missing: signatures.missing(of: snapshot.policy.policyChange),
            merges: commits)
    }

    /// The commits that sign for a change below a commit: the change itself first, or, for a roll-out,
    /// the merges of main alone.
    func gathered(below commit: Commit) throws -> [Commit] {
        if let rollout = try judge.rolloutChain(from: commit), !rollout.partials.isEmpty {
            return rollout.partials
        }
        let (inner, merges) = try judge.commits.chain(from: commit) { _, _ in true }
        return [inner] + merges
    }

    /// The branch on which signatures for a configuration are gathered.
    func gatheringBranch(of tree: ObjectID, for environment: Environment?) throws -> String {
        let serial = try judge.policies.snapshot(of: tree).policy.serial
        return environment?.rolloutBranch(serial) ?? "refs/heads/policy/\(serial)"
    }
}
