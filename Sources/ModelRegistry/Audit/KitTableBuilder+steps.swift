import GitStore

/// The steps of main and of the environments, with the signatures that the engine counts for each.
extension KitTableBuilder {
    func onMain(_ commit: Commit) throws -> Place {
        guard let parent = try commit.parents.first.map(auditor.commit) else {
            var place = try configured(commit, under: commit.tree, .free, branch: Judge.main)
            place.role = "founder"
            return place
        }
        let receipt = try auditor.map.receipt(of: commit.id, on: Judge.main)
        let verdict = try judged(commit, on: Judge.main, receipt) { received in
            try judge.configuration(commit, onto: parent, received)
        }
        let merges = try auditor.gathered(below: commit)
        let branch = try auditor.gatheringBranch(of: commit.tree, for: nil)
        for (index, merge) in merges.dropLast().enumerated() {
            merged[merge.id] = try under(verdict, merge, parent.tree, receipt) {
                try configured(
                    merge, under: parent.tree, Self.change(index), branch: branch)
            }
        }
        var place = try configured(
            commit, under: parent.tree,
            commit.parents.count == 2 ? Self.change(merges.count - 1) : .unknown,
            branch: Judge.main)
        place.quorum = parts(of: place.policy.policy.policyChange, verdict)
        return place
    }

    /// A step of an environment: its root, a roll-out, or an approval.
    func step(_ commit: Commit, of environment: Environment) throws -> Place {
        guard let parent = try commit.parents.first.map(auditor.commit) else {
            return try byMain(commit, .admin, environment.branch, in: nil, .unknown)
        }
        let receipt = try auditor.map.receipt(of: commit.id, on: environment.branch)
        guard try judge.policies.environment(of: parent.tree) != nil else {
            return try root(commit, on: parent, of: environment, receipt)
        }
        guard commit.parents.count > 1 else {
            return try configured(
                commit, under: parent.tree, .unknown, branch: environment.branch)
        }
        let map = auditor.map
        judge.tipAsOf = { other in
            guard let number = receipt?.number else { return .unknown }
            return .known(try map.tip(of: other.branch, before: number))
        }
        let verdict = try judged(commit, on: environment.branch, receipt) { received in
            try judge.environmentStep(
                commit, onto: parent, environment: environment, received, isHistoric: true)
        }
        if let chain = try judge.rolloutChain(from: auditor.commit(commit.parents[1])) {
            return try rollout(
                commit, of: chain, onto: parent, environment, verdict, receipt)
        }
        guard let chain = try auditor.chain(of: commit) else {
            return try decision(
                commit, in: environment, under: parent.tree, environment.branch, .unknown)
        }
        return try approval(commit, over: chain, onto: parent, environment, verdict, receipt)
    }

    private func root(
        _ commit: Commit, on parent: Commit, of environment: Environment, _ receipt: Receipt?
    ) throws -> Place {
        let verdict = try judged(commit, on: environment.branch, receipt) { _ in
            try auditor.registry.judgedRoot(commit, of: environment, by: judge)
        }
        let branch = try auditor.gatheringBranch(of: parent.tree, for: environment)
        for merge in try auditor.gathered(below: commit).dropLast() {
            merged[merge.id] = try under(verdict, merge, parent.tree, receipt) {
                try configured(merge, under: parent.tree, Self.begun, branch: branch)
            }
        }
        let isPlaced = try judge.isOnMain(parent.id) && commit.parents.count <= 2
        var place = try configured(
            commit, under: parent.tree, isPlaced ? Self.begun : .unknown,
            branch: environment.branch)
        let asked = place.policy.policy.policyChange
        let missing = verdict.counted?.missing(of: asked) ?? asked
        if verdict.isAccepted, !missing.isEmpty {
            // Begun with the registry, which the founder does alone.
            place.role = "founder"
        } else {
            place.quorum = parts(of: asked, verdict)
        }
        return place
    }

    private func rollout(
        _ commit: Commit, of chain: (main: Commit, partials: [Commit]), onto parent: Commit,
        _ environment: Environment, _ verdict: Verdict, _ receipt: Receipt?
    ) throws -> Place {
        let branch = try auditor.gatheringBranch(of: chain.main.tree, for: environment)
        for (index, merge) in chain.partials.enumerated() {
            merged[merge.id] = try under(verdict, merge, parent.tree, receipt) {
                try configured(
                    merge, under: parent.tree, Self.rolledOut(index + 1), branch: branch)
            }
        }
        var place = try configured(
            commit, under: parent.tree, Self.rolledOut(chain.partials.count + 1),
            branch: environment.branch)
        place.quorum = parts(of: place.policy.policy.policyChange, verdict)
        return place
    }

    private func approval(
        _ commit: Commit, over chain: ApprovalChain, onto parent: Commit,
        _ environment: Environment, _ verdict: Verdict, _ receipt: Receipt?
    ) throws -> Place {
        let model = chain.registration.version.model
        let branch = environment.proposalBranch(chain.registration.version)
        let rule = try judge.policies.snapshot(of: parent.tree).policy.environment(environment)
        let emergency =
            commit.trailer(Judge.breakGlassTrailer) == nil ? nil : rule?.breakGlass?.approvals
        mergedUnder[chain.proposal.id] = (parent.tree, receipt)
        for (index, merge) in chain.merges.dropLast().enumerated() {
            merged[merge.id] = try under(verdict, merge, parent.tree, receipt) {
                try decision(
                    merge, in: environment, under: parent.tree, branch,
                    Self.approved(model, index + 1))
            }
        }
        var place = try decision(
            commit, in: environment, under: parent.tree, environment.branch,
            Self.approved(model, chain.merges.count), besides: emergency?.keys.map { $0 } ?? [])
        place.candidates.subtract(try authors(chain, environment, parent.tree, commit))
        if verdict.isAccepted { place.counted = verdict.principal }
        let isBypassed = verdict.answers.contains {
            $0.rule == .approvals && $0.status == .bypassed
        }
        place.quorum = parts(
            of: (isBypassed ? emergency : nil) ?? rule?.approvals ?? [:], verdict)
        if verdict.reapproveBy != nil { place.role = "break-glass:" + place.role }
        return place
    }

    /// A step's verdict, judged as it was when it came in; what can't be judged is refused.
    private func judged(
        _ commit: Commit, on branch: String, _ receipt: Receipt?,
        _ judge: (_ received: Timestamp) throws -> Verdict
    ) throws -> Verdict {
        self.judge.entryJudged = receipt?.number
        defer { self.judge.entryJudged = nil }
        do {
            return try judge(receipt?.received ?? commit.committed)
        } catch {
            return self.judge.refusal(
                ReferenceUpdate(name: branch, old: nil, new: commit.id), "\(error)")
        }
    }

    /// What lies under a step: by the one whose signature counts there, or of no account; nil when the
    /// step counts nothing, and each commit stands for itself.
    private func under(
        _ verdict: Verdict, _ merge: Commit, _ tree: ObjectID, _ receipt: Receipt?,
        _ place: () throws -> Place
    ) throws -> Place? {
        guard let counted = verdict.counted else { return nil }
        guard let signature = counted.first(where: { $0.commit == merge.id }) else {
            return Place(
                role: "-", candidates: [], policy: try judge.policies.snapshot(of: tree),
                tree: .free, isIdle: true)
        }
        var place = try place()
        place.counted = signature.principal
        place.candidates = [signature.principal]
        place.step = receipt
        return place
    }

    /// Which signature fills which role; none where the engine refuses before it counts.
    private func parts(of vector: [RoleName: Int], _ verdict: Verdict) -> [KitTable.Part] {
        let counted = verdict.counted ?? []
        let signers = Dictionary(counted.map { ($0.principal, Set($0.roles)) }) { $0.union($1) }
        let places = Quorum.placing(roles: vector, signers: signers)
        return Set(places.map(\.role)).sorted().flatMap { role in
            let filled = places.filter { $0.role == role }.compactMap(\.signer).sorted()
            let signatures = filled.map { signer in counted.last { $0.principal == signer } }
            let missing = (vector[role] ?? 0) - filled.count
            return (signatures + Array(repeating: nil, count: missing))
                .map { KitTable.Part(role: role, signature: $0) }
        }
    }
}
