import GitStore

/// What follows from accepted updates: tags, and proposals that are closed.
extension Registry {
    /// What follows from an accepted update: a tag, proposals that are closed.
    func effects(of verdict: Verdict) throws -> [LedgerEntry.Effect] {
        guard let new = verdict.new else { return [] }
        switch verdict.kind {
        case .registration:
            guard let version = verdict.modelVersion else { return [] }
            return [.init(kind: .tag, reference: version.tagReference, target: new)]
        case .proposal:
            var effects = try openPromotions(verdict)
                .filter { $0.version.number < (verdict.version ?? 0) && !$0.isSigned }
                .map { try close($0, why: .superseded, verdict) }
            if let old = verdict.old, let version = verdict.modelVersion {
                effects.append(try keep(old, version, why: .stale, verdict))
            }
            return effects
        case .rejection:
            guard let version = verdict.modelVersion else { return [] }
            return [try close(verdict.reference, at: new, version, why: .rejected, verdict)]
        case .approval:
            return try openProposals(verdict).map {
                try close($0, why: $0.proposal == verdict.proposal ? .merged : .stale, verdict)
            }
        case .partialApproval:
            return try closing(partialApproval: verdict)
        case .configuration:
            return try references(prefix: "refs/heads/policy/").compactMap { name, target in
                guard case .policy(let serial) = ReferenceTarget(name) else { return nil }
                let change = try judge.commits.commit(new).parents.last
                return .init(
                    kind: .close, reference: name, target: target,
                    keptAs: Judge.closedChanges(serial) + target.short,
                    why: change == target || new == target ? .merged : .stale)
            }
        case .configurationRejection:
            guard case .policy(let serial) = ReferenceTarget(verdict.reference) else { return [] }
            return [
                .init(
                    kind: .close, reference: verdict.reference, target: new,
                    keptAs: Judge.closedChanges(serial) + new.short, why: .rejected)
            ]
        case .rollout, .environmentRoot:
            return try closingRollouts(verdict, merged: new)
        case .founding, .run, .configurationProposal, .partialConfiguration, .partialRollout,
            .revocation, .refused:
            return []
        }
    }

    /// What gathered signatures for a roll-out is done with.
    private func closingRollouts(
        _ verdict: Verdict, merged new: ObjectID
    ) throws -> [LedgerEntry.Effect] {
        guard let environment = verdict.environment else { return [] }
        let prefix = "refs/heads/rollout/\(environment.name)/"
        let merged = try judge.commits.commit(new).parents.last
        return try references(prefix: prefix).map { name, target in
            .init(
                kind: .close, reference: name, target: target,
                keptAs: "refs/signet/closed-rollout/\(environment.name)/"
                    + "\(name.dropFirst(prefix.count))/\(target.short)",
                why: merged == target || new == target ? .merged : .stale)
        }
    }

    private func openProposals(_ verdict: Verdict) throws -> [OpenProposal] {
        guard let environment = verdict.environment, let model = verdict.model else { return [] }
        return try openProposals(of: model, in: environment)
    }

    /// Those that would bring a version newer than what is there. Who proposed a rollback, a withdrawal or
    /// other parameters means that, whatever version comes next.
    private func openPromotions(_ verdict: Verdict) throws -> [OpenProposal] {
        try openProposals(verdict).filter { open in
            let tree = try tip(of: open.environment).tree
            return try open.version.number > version(of: open.version.model, in: tree)?.number ?? 0
        }
    }

    /// A partial approval that came in while its proposal was merged without it closes at once.
    private func closing(partialApproval verdict: Verdict) throws -> [LedgerEntry.Effect] {
        guard let environment = verdict.environment, let proposal = verdict.proposal,
            let version = verdict.modelVersion, let new = verdict.new,
            let tip = try reference(environment.branch)
        else { return [] }
        let since = try judge.history.since(
            base: judge.commits.commit(proposal).parents[0], tip: tip, model: version.model,
            proposal: proposal)
        guard since?.merged == true else { return [] }
        return [try close(verdict.reference, at: new, version, why: .merged, verdict)]
    }

    private func close(
        _ open: OpenProposal, why: LedgerEntry.Effect.Why, _ verdict: Verdict
    ) throws -> LedgerEntry.Effect {
        try close(
            open.environment.proposalBranch(open.version), at: open.target, open.version, why: why,
            verdict)
    }

    private func close(
        _ reference: String, at target: ObjectID, _ version: ModelVersion,
        why: LedgerEntry.Effect.Why, _ verdict: Verdict
    ) throws -> LedgerEntry.Effect {
        var effect = try keep(target, version, why: why, verdict)
        effect.reference = reference
        return effect
    }

    /// Keeps a closed proposal's commit under the next free name, the branch itself having moved on.
    private func keep(
        _ target: ObjectID, _ version: ModelVersion, why: LedgerEntry.Effect.Why, _ verdict: Verdict
    ) throws -> LedgerEntry.Effect {
        guard let environment = verdict.environment else {
            throw RegistryError.damaged(
                what: "entry for \(verdict.reference)", why: "it names no environment")
        }
        let prefix = environment.closedPrefix(version)
        let taken = try repository.references(prefix: prefix)
        let name = taken.first { $0.target == target }?.name ?? "\(prefix)\(taken.count + 1)"
        return .init(kind: .close, reference: "", target: target, keptAs: name, why: why)
    }

    /// The tags and kept commits that are not there yet.
    func kept(by effects: [LedgerEntry.Effect]) throws -> [ReferenceUpdate] {
        try effects.compactMap { effect in
            guard let keeper = effect.keeper, try repository.reference(keeper) == nil else {
                return nil
            }
            return ReferenceUpdate(name: keeper, old: nil, new: effect.target)
        }
    }

    /// Moves what the entry says; what is moved already stays. False when another process's lock, git's
    /// housekeeping for one, kept something from moving.
    func apply(_ effects: [LedgerEntry.Effect]) throws -> Bool {
        var isDone = true
        for effect in effects {
            let log = effect.why?.rawValue ?? effect.kind.rawValue
            let missing = try kept(by: [effect])
            if !missing.isEmpty { try repository.update(missing, log: log, isLast: false) }
            guard effect.kind == .close, !effect.reference.isEmpty else { continue }
            guard try repository.reference(effect.reference) == effect.target else {
                // A crash after the branch was gone may have left the lock on it.
                repository.removeAbandonedLocks(of: [effect.reference])
                continue
            }
            do {
                try repository.update(
                    [ReferenceUpdate(name: effect.reference, old: effect.target, new: nil)],
                    log: log, isLast: false, patience: .milliseconds(300))
            } catch GitError.conflict {
                continue  // a new proposal took the branch in the meantime, and keeps it
            } catch GitError.locked {
                isDone = false
            }
        }
        return isDone
    }
}

extension LedgerEntry.Effect {
    /// The reference that keeps the commit from now on.
    var keeper: String? { kind == .tag ? reference : keptAs }
}
