import GitStore
import Signatures
import SystemPackage

/// Turning accepted updates into ledger entries and their consequences; safe to repeat.
extension Registry {
    /// Enters every accepted update in the ledger, with its effects; returns the new entries.
    ///
    /// A crash at any point leaves the intent in the inbox, and the next call goes on from there.
    @discardableResult
    package func settle() throws -> [Ledger.Link] {
        let links = try enterAdmitted()
        for environment in Set(
            links.map(\.entry).filter(\.movesAnEnvironment).compactMap(\.verdict.environment))
        {
            try verifyAhead(environment)
        }
        return links
    }

    /// Judges the new steps once more now, so that the next `resolve` has nothing left to judge.
    private func verifyAhead(_ environment: Environment) throws {
        do {
            _ = try verifiedTip(of: environment)
        } catch is RegistryError {
            return  // whoever resolves or verifies is told; what was entered stays entered
        }
    }

    private func enterAdmitted() throws -> [Ledger.Link] {
        guard let index = receipts as? LedgerIndex else { return [] }
        let lock = try FileLock(waitingFor: folder.appending("ledger.lock"))
        defer { withExtendedLifetime(lock) {} }
        try index.catchUp()
        let stored = try inbox.stored()
        guard !stored.isEmpty else { return try enterRefusals(index) }
        let signer = try serviceKey(.registry)
        var links: [Ledger.Link] = []
        var settled: [String] = []
        for item in stored {
            switch try fate(of: item.intent, among: stored, index) {
            case .landed:
                var isDone = true
                for verdict in item.intent.verdicts {
                    let link = try enter(verdict, item.intent.received, index, signer)
                    isDone = try apply(link.entry.effects) && isDone
                    links.append(link)
                }
                // What somebody's lock held up is done by who settles next.
                if isDone { settled.append(item.name) }
            case .void: settled.append(item.name)
            case .underWay: continue
            }
        }
        // Only what is there for good needs its intent no more.
        try repository.makeLast()
        for name in settled { try inbox.remove(name) }
        return links + (try enterRefusals(index))
    }

    private enum Fate { case landed, void, underWay }

    /// Whether the reference moved as the intent said it would.
    private func fate(
        of intent: Inbox.Intent, among stored: [Inbox.Stored], _ index: LedgerIndex
    ) throws -> Fate {
        // The lock first: whoever wrote the intent held it until the move was made or given up.
        let isLocked = repository.isLocked(intent.reference)
        if let present = try reference(intent.reference) {
            if present == intent.new { return .landed }
            if try repository.isAncestor(intent.new, of: present) { return .landed }
        }
        if try index.receipt(of: intent.new, on: intent.reference) != nil { return .landed }
        if stored.contains(where: {
            $0.intent.reference == intent.reference && $0.intent.old == intent.new
        }) {
            return .landed
        }
        return isLocked ? .underWay : .void
    }

    private func enter(
        _ verdict: Verdict, _ received: Timestamp, _ index: LedgerIndex, _ signer: any CommitSigner
    ) throws -> Ledger.Link {
        if let new = verdict.new, let known = try index.receipt(of: new, on: verdict.reference) {
            return Ledger.Link(commit: known.entry, entry: try ledger.entry(of: known.entry))
        }
        let number = (try index.head()?.number ?? 0) + 1
        let entry = LedgerEntry(
            number: number, received: received, verdict: verdict, effects: try effects(of: verdict))
        let commit = try ledger.append(
            entry, to: ledger.tip(), signer: signer, making: kept(by: entry.effects))
        try index.add(entry, at: commit)
        return Ledger.Link(commit: commit, entry: entry)
    }

    /// What follows from an accepted update: a tag, proposals that are closed.
    private func effects(of verdict: Verdict) throws -> [LedgerEntry.Effect] {
        guard let new = verdict.new else { return [] }
        switch verdict.kind {
        case .registration:
            guard let version = verdict.modelVersion else { return [] }
            return [.init(kind: .tag, reference: version.tagReference, target: new)]
        case .proposal:
            var effects = try openProposals(verdict)
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
            return try references(prefix: "refs/heads/policy/").map { name, target in
                let serial = name.dropFirst("refs/heads/policy/".count)
                let change = try judge.commits.commit(new).parents.last
                return .init(
                    kind: .close, reference: name, target: target,
                    keptAs: "refs/signet/closed-policy/\(serial)/\(target.short)",
                    why: change == target || new == target ? .merged : .stale)
            }
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
    private func kept(by effects: [LedgerEntry.Effect]) throws -> [ReferenceUpdate] {
        try effects.compactMap { effect in
            guard let keeper = effect.keeper, try repository.reference(keeper) == nil else {
                return nil
            }
            return ReferenceUpdate(name: keeper, old: nil, new: effect.target)
        }
    }

    /// Moves what the entry says; what is moved already stays. False when another process's lock, git's
    /// housekeeping for one, kept something from moving.
    private func apply(_ effects: [LedgerEntry.Effect]) throws -> Bool {
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
                    log: log, isLast: false)
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

extension LedgerEntry {
    fileprivate var movesAnEnvironment: Bool {
        verdict.kind == .approval || verdict.kind == .rollout
    }
}

extension Verdict {
    package var modelVersion: ModelVersion? {
        guard let model, let version else { return nil }
        return try? ModelVersion(model: model, number: version)  // a verdict's own are well-formed
    }
}
