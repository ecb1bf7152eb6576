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

    /// Compares what was done, what was signed, and the reason that was given for it.
    func compare(
        _ move: AuditMove, _ step: Commit, on target: ReferenceTarget, with verdict: Verdict
    ) throws {
        let kind = try kind(of: step, on: target)
        if verdict.kind != kind {
            contradict(
                move, .record,
                "it says that this is a \(verdict.kind.rawValue), by the commits it is a "
                    + kind.rawValue)
        }
        // What gathers signatures for a roll-out was once entered without both.
        if kind == .partialRollout, verdict.payloadSHA256 == nil, verdict.reason == nil { return }
        if verdict.payloadSHA256 != step.payloadSHA256 {
            contradict(
                move, .record,
                "it says that the signed bytes have the SHA-256 "
                    + "\(verdict.payloadSHA256 ?? "of nothing"), they have \(step.payloadSHA256)")
        }
        let reasons = try reasons(of: step, on: target, move)
        if !reasons.contains(verdict.reason) {
            contradict(
                move, .record,
                "it gives the reason '\(verdict.reason ?? "")', the commit "
                    + "'\(reasons.first.flatMap { $0 } ?? "")'")
        }
    }

    /// What a commit is by its place and its parents.
    private func kind(of step: Commit, on target: ReferenceTarget) throws -> UpdateKind {
        let isMerge = step.parents.count == 2
        switch target {
        case .main: return isMerge ? .configuration : .founding
        case .models: return .registration
        case .runs: return .run
        case .revocations: return .revocation
        case .rollout: return .partialRollout
        case .policy:
            if isMerge { return .partialConfiguration }
            return try judge.isConfigurationRejection(step)
                ? .configurationRejection : .configurationProposal
        case .proposal:
            guard isMerge else { return .rejection }
            return try isProposal(step) ? .proposal : .partialApproval
        case .environment:
            if try judge.history.isRoot(step) { return .environmentRoot }
            return try chain(of: step) == nil ? .rollout : .approval
        case .engineOnly: return .refused
        }
    }

    /// The reasons that an entry may give for a commit, as the ledger keeps them: what it must give first.
    private func reasons(
        of step: Commit, on target: ReferenceTarget, _ move: AuditMove
    ) throws -> [String?] {
        var told = Verdict(ReferenceUpdate(name: move.reference, old: nil, new: step.id))
        func kept(_ reason: String?) -> String? {
            told.reason = reason
            return told.keptAccepting().reason
        }
        switch target {
        case .runs: return [kept(try runRecord(of: step)?.reason)]
        case .revocations:
            return [
                move.revocation.map { kept("\($0.reason.rawValue): \($0.fingerprint)") } ?? nil
            ]
        default:
            if let reason = step.trailer("Reason") { return [kept(reason)] }
            let breaking = step.trailer(Judge.breakGlassTrailer)
            return [kept(breaking ?? Judge.subjectLine(step)), kept(Judge.subjectLine(step)), nil]
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
