import GitStore

/// Where the ledger's words and the commits differ: the ledger is signed by a key that can lie.
extension Auditor {
    func contradict(_ move: AuditMove, _ rule: Rule, _ saw: String) {
        contradictions.append(
            .init(
                reference: Ledger.reference, commit: move.entryCommit, basis: .ledger, rule: rule,
                saw: "entry \(move.entry): \(saw)"))
    }

    /// Compares who signed.
    func compare(_ move: AuditMove, with verdict: Verdict) {
        guard let signer = move.signer, let named = verdict.principal else { return }
        guard let found = signer.principal else {
            return contradict(move, .signature, "it names \(named), but \(signer.fault ?? "")")
        }
        if found != named || signer.fingerprint != verdict.fingerprint {
            contradict(
                move, .signature,
                "it names \(named) with \(verdict.fingerprint ?? "no key"), but \(found) signed with "
                    + (signer.fingerprint ?? "no key"))
        }
    }

    /// Compares what was signed, and the reason that was given for it.
    func compare(_ move: AuditMove, _ step: Commit, with verdict: Verdict) {
        if let said = verdict.payloadSHA256, said != step.payloadSHA256 {
            contradict(
                move, .record,
                "it says that the signed bytes have the SHA-256 \(said), they have "
                    + step.payloadSHA256)
        }
        // Of a run and of a revocation it is in the document that the commit brings.
        guard let said = verdict.reason, ![.run, .revocation].contains(verdict.kind) else { return }
        var told = Verdict(ReferenceUpdate(name: move.reference, old: nil, new: step.id))
        let given = [step.trailer("Reason"), step.trailer(Judge.breakGlassTrailer)]
        let found = (given.compactMap { $0 } + [Judge.subjectLine(step)]).map { reason in
            told.reason = reason
            return told.keptAccepting().reason
        }
        if !found.contains(said) {
            contradict(
                move, .record,
                "it gives the reason '\(said)', the commit '\((found.first ?? nil) ?? "")'")
        }
    }

    /// Compares whose signatures were counted, and by when an emergency is to be approved again.
    func compare(_ move: AuditMove, _ again: Verdict, _ said: Verdict) {
        func words(_ verdict: Verdict) -> String {
            let counted = verdict.counted ?? []
            guard !counted.isEmpty else { return "none" }
            return counted.map { "\($0.principal) in \($0.commit.short)" }.joined(separator: ", ")
        }
        if words(again) != words(said) {
            contradict(
                move, .approvals,
                "it counts the signatures \(words(said)), the commits say \(words(again))")
        }
        if again.reapproveBy != said.reapproveBy {
            contradict(
                move, .breakGlass,
                "it says to be approved again by \(said.reapproveBy?.description ?? "no time"), the "
                    + "commits say \(again.reapproveBy?.description ?? "no time")")
        }
    }

    /// Compares what an environment's step did with the step, judged again.
    func compare(_ move: AuditMove, with again: Verdict, _ version: ModelVersion) {
        let facts: [(String, String?, String?)] = [
            ("model", move.model?.text, version.model.text),
            ("version", move.version.map(String.init), String(version.number)),
            (
                "previous version", move.previousVersion.map(String.init),
                again.previousVersion.map(String.init)
            ),
            ("action", move.action?.rawValue, again.action?.rawValue),
        ]
        for (what, said, found) in facts where said != found {
            contradict(
                move, .record,
                "it says \(what) \(said ?? "none"), the commits say \(found ?? "none")")
        }
    }
}
