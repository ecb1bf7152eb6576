import GitStore
import ModelRegistry

/// The words that every form of a report uses.
extension AuditMove {
    /// What happened, in the past tense.
    var what: String {
        switch kind {
        case .founding: "founded"
        case .registration: "registered"
        case .proposal: "proposed"
        case .partialApproval: "approved in part"
        case .partialConfiguration: "configuration approved in part"
        case .partialRollout: "roll-out approved in part"
        case .revocation: "key revoked"
        case .rejection: "rejected"
        case .approval:
            (action?.rawValue ?? "approved") + (breakGlass == nil ? "" : ", BREAK-GLASS")
        case .rollout: "configuration rolled out"
        case .run: "run " + (evidence.first?.status.rawValue ?? "recorded")
        case .configuration: "configuration approved"
        case .environmentRoot: "environment begun"
        case .configurationProposal: "configuration proposed"
        case .configurationRejection: "configuration rejected"
        case .refused: "REFUSED" + (attempted.map { ": \($0.attempt)" } ?? "")
        }
    }

    /// The model's version, and the one before where it was another.
    var subject: String {
        if let revocation { return "\(revocation.principal), \(revocation.reason.rawValue)" }
        guard let model else { return policy.map(\.serials) ?? "" }
        guard let version else { return model.text }
        guard let previousVersion, previousVersion != version else { return "\(model)@\(version)" }
        return "\(model)@\(version) (was \(previousVersion))"
    }

    /// Whether the signatures are all there, and not gathered still.
    var isWhole: Bool { missing == nil }

    /// What was set aside; by the ledger's answers where the commits don't tell.
    var breakGlassLines: [String] {
        breakGlass?.sentences
            ?? answers.setAside.map { "\($0.status.rawValue) \($0.rule.rawValue): \($0.saw)" }
    }

    /// What the signatures gathered so far lack; nil where none are gathered.
    var missingSentence: String? {
        missing.map { missing in
            missing.isEmpty
                ? "nothing: the signatures are complete, to be merged"
                : missing.map(\.sentence).joined(separator: "; ")
        }
    }

    /// The entries whose approvals were in doubt and are put right by this one.
    var reapprovesSentence: String? {
        reapproves.isEmpty
            ? nil
            : reapproves.map { "entry \($0)" }.joined(separator: ", ")
                + ", of an emergency or by a key that is compromised"
    }

    /// Why, in each signer's own words.
    var reasons: [String] {
        guard approvals.count > 1 else { return reason.map { [$0] } ?? [] }
        return approvals.map { "\($0.name): \($0.reason ?? "none")" }
    }

    var place: String { environment?.name ?? ReferenceTarget.short(reference) }
    var reason: String? { signer?.reason }
}

extension AuditSignature {
    /// Who signed with which key, or why nobody did.
    var line: String {
        fault.map { "NOBODY: \($0)" } ?? "\(person), key \(fingerprint ?? "unknown")"
    }

    /// The line of one among several signatures, each of which has a time and a meaning of its own.
    var wholeLine: String {
        "\(line); \(meaning.rawValue)" + (received.map { ", \($0)" } ?? "")
    }

    /// One that is there and does not count.
    var discountedLine: String {
        "\(person)" + (fingerprint.map { ", key \($0)" } ?? "") + ": \(fault ?? "")"
    }
}

extension UpdateKind {
    /// What somebody tried who was refused.
    fileprivate var attempt: String {
        switch self {
        case .founding: "founding"
        case .registration: "registration"
        case .proposal: "proposal"
        case .rejection: "rejection"
        case .approval: "approval"
        case .partialApproval: "approval in part"
        case .configurationProposal: "proposal of configuration"
        case .configurationRejection: "rejection of configuration"
        case .configuration: "approval of configuration"
        case .partialConfiguration: "approval of configuration in part"
        case .rollout: "roll-out"
        case .partialRollout: "roll-out in part"
        case .environmentRoot: "beginning of an environment"
        case .run: "run record"
        case .revocation: "revocation"
        case .refused: "attempt"
        }
    }
}

extension AuditMissing {
    var sentence: String {
        "\(count) \(role)"
            + (waitsFor.isEmpty
                ? ", which nobody may give" : ", of \(waitsFor.joined(separator: ", "))")
    }
}

extension AuditEmergency {
    /// The reason, what was set aside, and what became of it; a line each.
    var sentences: [String] {
        ["reason: \(reason)"]
            + setAside.map { "\($0.status.rawValue) \($0.rule.rawValue): \($0.saw)" } + [standing]
    }

    var standing: String {
        guard let reapprovedBy, let reapproved else {
            return isOverdue
                ? "NOT APPROVED AGAIN; that was due by \(reapproveBy)"
                : "to be approved again by \(reapproveBy); not done yet"
        }
        return "approved again in entry \(reapprovedBy), \(reapproved)"
            + (isOverdue ? ", TOO LATE: due by \(reapproveBy)" : ", in time: due by \(reapproveBy)")
    }
}

extension AuditRevocation {
    var sentence: String {
        "\(fingerprint) of \(name) (\(principal)), \(reason.rawValue)"
            + (fromEntry.map { ": in doubt since entry \($0)" } ?? "")
            + (note.map { "; \($0)" } ?? "")
    }

    /// When, and by whom.
    var origin: String {
        [entry.map { "entry \($0)" }, received.map { "\($0)" }, "by \(revokedBy)"]
            .compactMap { $0 }.joined(separator: ", ")
    }
}

extension AuditSnapshot.Model {
    /// What an emergency left open, or what closed it.
    var standing: String? {
        if isInDoubt { return "approved with a key that is compromised; to be approved again" }
        if let reapproveBy { return "came by break-glass, to be approved again by \(reapproveBy)" }
        return reapprovedBy.map { "approved again in entry \($0)" }
    }
}

extension AuditFourEyes {
    var sentence: String {
        let made = authors.map(\.text).joined(separator: ", ")
        let approved = approvers.map(\.text).joined(separator: ", ")
        let verdict = differ ? "author and approver differ" : "AUTHOR AND APPROVER DO NOT DIFFER"
        return "\(verdict): made by \(made.isEmpty ? "no person" : made), approved by \(approved)"
            + (asked ? "" : " (the policy did not ask for it)")
    }
}

extension AuditPolicyStep {
    var serials: String {
        serialBefore == serialAfter
            ? "policy \(serialAfter)" : "policy \(serialAfter) (was \(serialBefore))"
    }
}

extension ParameterChange {
    var sentence: String { "\(path): \(old ?? "not set") → \(new ?? "not set")" }
}

extension AuditEvidence {
    /// The run in one line; each gate in another.
    var sentence: String {
        "\(environment): run \(status.rawValue), of \(environmentCommit.prefix(10))"
            + (run.map { ", recorded in \($0.short)" } ?? "") + (reason.map { ": \($0)" } ?? "")
    }

    var gateSentences: [String] {
        gates.map { "gate of the parameters: \($0.sentence)" }
            + policyGates.map { "gate of the policy: \($0.sentence)" }
    }
}

extension GateResult {
    fileprivate var sentence: String {
        "\(metric) \(Registry.figure(value)), wanted \(limit.text): \(result.rawValue)"
    }
}

extension LedgerEntry.Effect {
    var sentence: String {
        switch kind {
        case .tag: "named \(reference)"
        case .close:
            "closed \(reference.isEmpty ? target.short : ReferenceTarget.short(reference)): "
                + (why?.rawValue ?? "")
        }
    }
}

extension AuditPeriod {
    var sentence: String {
        switch (from, to) {
        case (nil, nil): "from the beginning until now"
        case (let from?, nil): "from \(from) until now"
        case (nil, let to?): "from the beginning to \(to)"
        case (let from?, let to?): "from \(from) to \(to)"
        }
    }
}

extension Verification {
    /// What was judged again, when all of it holds.
    var summary: String {
        let steps = environments.map(\.steps).reduce(0, +)
        return environments.count.counted("environment") + ", " + steps.counted("step") + ", "
            + ledgerEntries.counted("ledger entry", "ledger entries")
            + (revocations == 0 ? "" : ", " + revocations.counted("revocation"))
    }

    var faults: [String] {
        findings.map { finding in
            let commit = finding.commit.map { " \($0.hex)" } ?? ""
            return "\(finding.reference)\(commit): \(finding.rule.rawValue): \(finding.saw) "
                + "(\(finding.basis.rawValue))"
        } + unproven.map { "unproven: \($0)" }
    }
}

extension Obligation {
    /// By when, and whether that is over.
    var deadline: String? {
        due.map { isOverdue ? "OVERDUE since \($0)" : "due by \($0)" }
    }

    var subject: String {
        guard let model else { return environment?.name ?? "" }
        return version.map { "\(model)@\($0)" } ?? model.text
    }
}

extension Int {
    /// The number with its noun.
    func counted(_ one: String, _ many: String? = nil) -> String {
        "\(self) \(self == 1 ? one : many ?? one + "s")"
    }
}
