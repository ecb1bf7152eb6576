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
        var registrations: [Inbox.Stored] = []
        func enterRegistrations() throws {
            links += try enter(registrations.flatMap(\.intent.accepted), index, signer).links
            settled += registrations.map(\.name)
            registrations = []
        }
        for item in stored {
            switch try fate(of: item.intent, among: stored, index) {
            case .landed where item.intent.isRegistration:
                if registrations.count == Self.mostTogether { try enterRegistrations() }
                registrations.append(item)
            case .landed:
                try enterRegistrations()
                var isDone = true
                for accepted in item.intent.accepted {
                    let (entered, isApplied) = try enter([accepted], index, signer)
                    isDone = isApplied && isDone
                    links += entered
                }
                // What somebody's lock held up is done by who settles next.
                if isDone { settled.append(item.name) }
            case .void: settled.append(item.name)
            case .underWay: continue
            }
        }
        try enterRegistrations()
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
        let isLocked = repository.isLocked(intent.reference) && !intent.isAbandoned
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

    /// How many registrations are entered at once.
    private static let mostTogether = 64

    /// Enters accepted updates, of which none follows from another's effects, and applies these; the
    /// second answer is false when something is left to apply.
    private func enter(
        _ accepted: [(verdict: Verdict, received: Timestamp)], _ index: LedgerIndex,
        _ signer: any CommitSigner
    ) throws -> (links: [Ledger.Link], isApplied: Bool) {
        var links: [Ledger.Link] = []
        var entries: [LedgerEntry] = []
        let last = try index.head()?.number ?? 0
        for (verdict, received) in accepted {
            if let new = verdict.new,
                let known = try index.receipt(of: new, on: verdict.reference)
            {
                links.append(
                    .init(commit: known.entry, entry: try ledger.entry(of: known.entry)))
            } else if !entries.contains(where: { $0.brings(verdict) }) {
                entries.append(
                    LedgerEntry(
                        number: last + entries.count + 1, received: received, verdict: verdict,
                        effects: try effects(of: verdict)))
            }
        }
        let new = try ledger.append(
            entries, to: ledger.tip(), signer: signer, making: kept(by: entries.flatMap(\.effects)))
        for link in new { try index.add(link.entry, at: link.commit) }
        links += new
        return (links, try apply(links.flatMap(\.entry.effects)))
    }
}

extension Inbox.Intent {
    /// The updates, each with the time of their receipt.
    fileprivate var accepted: [(verdict: Verdict, received: Timestamp)] {
        verdicts.map { ($0, received) }
    }

    /// Whether it brings versions alone. They have no effect but their tags, so that several share a wait
    /// for the disk.
    fileprivate var isRegistration: Bool { verdicts.allSatisfy { $0.kind == .registration } }
}

extension LedgerEntry {
    fileprivate var movesAnEnvironment: Bool {
        verdict.kind == .approval || verdict.kind == .rollout
    }

    fileprivate func brings(_ other: Verdict) -> Bool {
        verdict.reference == other.reference && verdict.new == other.new
    }
}

extension Verdict {
    package var modelVersion: ModelVersion? {
        guard let model, let version else { return nil }
        return try? ModelVersion(model: model, number: version)  // a verdict's own are well-formed
    }
}
