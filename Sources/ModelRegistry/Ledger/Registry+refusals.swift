import GitStore
import Signatures
import SystemPackage

/// Keeping what was refused: an entry of the ledger that moves nothing.
extension Registry {
    var refusals: Refusals { Refusals(folder: folder.appending("refused")) }

    /// Notes the refused ones among verdicts on `updates`, to be entered by who settles next.
    ///
    /// Writes plain files alone, so that hooks may call it.
    package func keepRefusals(_ verdicts: [Verdict], of updates: [ReferenceUpdate]) throws {
        for verdict in verdicts where !verdict.isAccepted {
            let update =
                updates.first { $0.name == verdict.reference }
                ?? ReferenceUpdate(name: verdict.reference, old: verdict.old, new: verdict.new)
            var kept = verdict.kept(refusing: update)
            if kept.principal == nil { identify(&kept) }
            try refusals.write(.init(received: now, verdict: kept))
        }
    }

    /// Whose signature the refused commit has, where a rule refused before anybody asked.
    private func identify(_ verdict: inout Verdict) {
        guard let id = verdict.step ?? verdict.new else { return }
        do {
            let commit = try judge.commits.commit(id)
            let signer = try judge.signatures.signer(
                of: commit, under: judge.mainSnapshot(), received: now
            ).get()
            verdict.principal = signer.principal
            verdict.fingerprint = signer.fingerprint
            verdict.payloadSHA256 = commit.payloadSHA256
        } catch {
            return  // what is no signed commit of anybody's is refused all the same
        }
    }

    /// Enters a refusal of this process, on a repository of its own: what this one has staged for
    /// the refused update must not come into the repository with it.
    func enterRefusal(_ verdict: Verdict, of update: ReferenceUpdate) throws {
        try keepRefusals([verdict], of: [update])
        _ = try Registry(at: repository.gitDirectory, surroundings)
    }

    /// Whether somebody was refused and the ledger does not say so yet.
    func hasRefusalsWaiting() throws -> Bool { try refusals.isWaiting(at: now) }

    /// Enters the refusals that wait; the caller holds the ledger's lock.
    func enterRefusals(_ index: LedgerIndex) throws -> [Ledger.Link] {
        guard try hasRefusalsWaiting() else { return [] }
        let signer: any CommitSigner
        do {
            signer = try serviceKey(.registry)
        } catch is RegistryError {
            return []  // they wait for the key, and nobody waits for them
        }
        var links: [Ledger.Link] = []
        if let omitted = try refusals.omitted(), RecentRefusals.isOver(omitted.since, at: now) {
            links += try append(count(omitted), now, index, signer, omitted: omitted.count)
            try repository.makeLast()
            try refusals.forgetOmitted()
        }
        for stored in try refusals.stored() {
            if let refusal = stored.refusal {
                let line = RecentRefusals.Line(refusal.received, refusal.verdict)
                switch try index.recentRefusals.fate(of: line) {
                case .entered:
                    links += try append(refusal.verdict, refusal.received, index, signer)
                    try repository.makeLast()
                case .known: break
                case .omitted: try refusals.omitOne(at: refusal.received)
                }
            } else {
                try refusals.omitOne(at: now)
            }
            try refusals.remove(stored.name)
        }
        return links
    }

    private func append(
        _ verdict: Verdict, _ received: Timestamp, _ index: LedgerIndex, _ signer: any CommitSigner,
        omitted: Int? = nil
    ) throws -> [Ledger.Link] {
        let entry = LedgerEntry(
            number: (try index.head()?.number ?? 0) + 1, received: received, verdict: verdict,
            effects: [], omitted: omitted)
        let links = try ledger.append([entry], to: ledger.tip(), signer: signer)
        for link in links { try index.add(link.entry, at: link.commit) }
        return links
    }

    private func count(_ omitted: Refusals.Omitted) -> Verdict {
        var verdict = Verdict(ReferenceUpdate(name: Ledger.reference, old: nil, new: nil))
        verdict.refuse(
            .reference,
            "\(omitted.count) refusals since \(omitted.since) were not kept: "
                + "the ledger takes \(RecentRefusals.limit) in an hour")
        return verdict
    }
}
