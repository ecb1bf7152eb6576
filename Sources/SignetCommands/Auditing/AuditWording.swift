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
        case .approval: action?.rawValue ?? "approved"
        case .rollout: "configuration rolled out"
        case .run: "run " + (evidence.first?.status.rawValue ?? "recorded")
        case .configuration: "configuration approved"
        case .environmentRoot: "environment begun"
        case .configurationProposal: "configuration proposed"
        case .refused: "REFUSED"
        }
    }

    /// The model's version, and the one before where it was another.
    var subject: String {
        guard let model else { return policy.map(\.serials) ?? "" }
        guard let version else { return model.text }
        guard let previousVersion, previousVersion != version else { return "\(model)@\(version)" }
        return "\(model)@\(version) (was \(previousVersion))"
    }

    var place: String { environment?.name ?? ReferenceTarget.short(reference) }
    var reason: String? { signer?.reason }
}

extension AuditSignature {
    /// Who signed with which key, or why nobody did.
    var line: String {
        fault.map { "NOBODY: \($0)" } ?? "\(person), key \(fingerprint ?? "unknown")"
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

extension String {
    /// The text without what a terminal or a page would obey: control and direction characters.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control where scalar != "\n": "\u{FFFD}"
                    case .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
