import GitStore

@testable import ModelRegistry

/// What must be true of every environment, written from the rules and without the judge.
struct Oracle {
    let world: World

    /// The steps that moved an environment since an action, judged each by the policy before it.
    func faults(of environment: String, since action: Int) throws -> [String] {
        let branch = "refs/heads/env/\(environment)"
        let tips = world.moves.filter { $0.reference == branch }
        var faults: [String] = []
        for (before, move) in zip(tips, tips.dropFirst()) where move.action >= action {
            // One move may bring several steps.
            var steps = [try world.read(move.commit)]
            while let last = steps.last, last.parents.first != before.commit {
                guard let parent = last.parents.first, steps.count < 50 else {
                    return ["\(move.commit.short) does not continue \(before.commit.short)"]
                }
                steps.append(try world.read(parent))
            }
            for step in steps.reversed() {
                let old = try world.read(step.parents[0])
                let review = StepReview(
                    world: world, environment: environment, old: old, step: step,
                    action: move.action)
                faults += try review.faults().map { "\(step.id.short): \($0)" }
            }
        }
        return faults
    }
}

/// One step of an environment under review.
struct StepReview {
    let world: World
    let environment: String
    let old: Reading
    let step: Reading
    let action: Int

    func faults() throws -> [String] {
        guard step.parents.count == 2, step.parents[0] == old.id else { return ["no merge"] }
        guard let policy = try world.policy(in: old.tree), let rung = policy.rung(environment)
        else { return ["nobody wrote the policy in its tip"] }
        var merges = [step]
        var inner = try world.read(step.parents[1])
        let main = try mainline()
        while merges.count < 20 {
            if main.contains(inner.id) { return try rollout(of: inner, merges, policy) }
            guard inner.parents.count == 2 else { return ["\(inner.id.short) is no proposal"] }
            let second = try world.read(inner.parents[1])
            if second.parents.count == 1, !main.contains(second.id) {
                return try Approval(
                    review: self, merges: merges, proposal: inner, registration: second,
                    policy: policy, rung: rung
                ).faults()
            }
            merges.append(inner)
            inner = second
        }
        return ["merges without end"]
    }

    private func mainline() throws -> Set<ObjectID> {
        var chain: Set<ObjectID> = []
        var next = world.references["refs/heads/main"]
        while let id = next {
            chain.insert(id)
            next = try world.read(id).parents.first
        }
        return chain
    }

    private func rollout(
        of main: Reading, _ merges: [Reading], _ policy: TestPolicy
    ) throws -> [String] {
        guard let incoming = try world.policy(in: main.tree) else { return ["unknown policy"] }
        var faults: [String] = []
        if incoming.serial <= policy.serial { faults.append("the serial does not grow") }
        let branch = "refs/heads/rollout/\(environment)/\(incoming.serial)"
        let admins = try merges.compactMap { try counted($0, on: branch) }
            .filter { policy.admins.contains($0) }
        if Set(admins).count < policy.adminsAsked {
            faults.append("rolled out by \(admins), asked were \(policy.adminsAsked)")
        }
        for path in ["models", "parameters", "evidence", ".signet/environment"] {
            if try entry(path, step) != entry(path, old) { faults.append("it changes \(path)") }
        }
        let changed = try world.trial.repository.changes(from: main.tree, to: step.tree).map(\.path)
        let stray = changed.filter { path in
            !["models/", "parameters/", "evidence/"].contains { path.hasPrefix($0) }
                && path != ".signet/environment"
        }
        if !stray.isEmpty { faults.append("not main's configuration: \(stray)") }
        return faults
    }

    func entry(_ path: String, _ commit: Reading) throws -> TreeEntry? {
        try world.trial.repository.entry(at: path, in: commit.tree)
    }

    /// Whose signature a merge is, if it counts: a good one, by a key that was not given up.
    func counted(_ merge: Reading, on branch: String) throws -> String? {
        guard let signer = merge.signer, let key = merge.fingerprint else { return nil }
        let received =
            try merge.id == step.id ? action : world.received(merge.id, on: branch) ?? action
        guard let revocation = world.revoked[key], revocation.action < action else { return signer }
        if received > revocation.action { return nil }
        if let doubtful = revocation.doubtfulFrom, received >= doubtful { return nil }
        return signer
    }
}
