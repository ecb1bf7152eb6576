import Signatures

/// A policy in words: what each environment asks for, and of whom.
package struct PolicyExplanation: Codable, Sendable {
    /// One rule and what it means.
    package struct Line: Codable, Sendable {
        package let rule: String
        package let text: String

        init(_ rule: String, _ text: String) { (self.rule, self.text) = (rule, text) }
    }
    package struct Place: Codable, Sendable {
        package let environment: Environment
        package let rules: [Line]
    }

    package let serial: Int
    /// In the order of the ladder.
    package let environments: [Place]
    /// What is not about one environment.
    package let everywhere: [Line]
    /// What works, and is perhaps not what was meant.
    package let warnings: [String]

    /// - Parameter models: those of the registry, to find any that nobody may decide.
    package init(
        _ edition: PolicyEdition, at time: Timestamp, models: [ModelName]
    ) throws(DocumentError) {
        let policy = edition.policy
        serial = policy.serial
        environments = policy.environments.map {
            Place(environment: $0.environment, rules: policy.explanation(of: $0))
        }
        everywhere = policy.explanation
        warnings = try PolicyWarnings(edition, at: time, models: models).all
    }
}

extension Policy {
    fileprivate var explanation: [PolicyExplanation.Line] {
        var lines = [
            PolicyExplanation.Line("register", names(principals(holding: .registrar, in: nil))),
            PolicyExplanation.Line("policy change", signers(of: policyChange, in: nil)),
        ]
        for (principal, patterns) in scopes.sorted(by: { $0.key < $1.key }) {
            let texts = patterns.map(\.text).joined(separator: ", ")
            lines.append(.init("scope", "\(principal) approves and rejects \(texts) alone"))
        }
        for signer in modelSigners {
            lines.append(.init("model signer", "\(signer.name): \(signer.key.fingerprint)"))
        }
        return lines + securityKeyLines
    }

    private var securityKeyLines: [PolicyExplanation.Line] {
        var lines: [PolicyExplanation.Line] = []
        if securityKeys.userVerification == .required {
            lines.append(
                .init("security keys", "sign after a PIN or a fingerprint alone, not by a touch"))
        }
        if let passkeys = securityKeys.webauthn {
            let pages = passkeys.origins.map(\.text).joined(separator: ", ")
            lines.append(.init("passkeys", "those of \(passkeys.relyingParty) sign on \(pages)"))
        }
        return lines
    }

    fileprivate func explanation(of rule: EnvironmentRule) -> [PolicyExplanation.Line] {
        let proposers = principals(holding: .proposer, in: rule.environment)
        var lines = [
            PolicyExplanation.Line("approve", signers(of: rule.approvals, in: rule.environment)),
            PolicyExplanation.Line("propose", names(proposers)),
            PolicyExplanation.Line(
                "four eyes",
                rule.fourEyes
                    ? "nobody approves what they registered or proposed"
                    : "not asked for"),
        ]
        if let after = rule.after {
            lines.append(.init("after", "\(after) has accepted the version"))
        }
        lines += requirements(of: rule) + times(of: rule)
        if let breakGlass = rule.breakGlass {
            let signers = signers(of: breakGlass.approvals, in: rule.environment)
            lines.append(
                .init(
                    "break-glass",
                    "\(signers) may override requirements, soak, freeze and age; to be approved "
                        + "as usual within \(breakGlass.reapproveWithin)"))
        }
        return lines
    }

    private func requirements(of rule: EnvironmentRule) -> [PolicyExplanation.Line] {
        var lines: [PolicyExplanation.Line] = []
        if rule.requires.run, let after = rule.after {
            lines.append(.init("run", "a run in \(after) has passed"))
        }
        for (metric, gate) in rule.requires.gates.sorted(by: { $0.key < $1.key }) {
            lines.append(.init("gate", "\(metric) \(gate.text)"))
        }
        if !rule.requires.card.isEmpty {
            lines.append(
                .init("card", "has text on \(rule.requires.card.joined(separator: ", "))"))
        }
        if !rule.requires.modelSigners.isEmpty {
            lines.append(
                .init(
                    "model signature",
                    "by \(rule.requires.modelSigners.map(\.name.text).joined(separator: " or "))"))
        }
        return lines
    }

    private func times(of rule: EnvironmentRule) -> [PolicyExplanation.Line] {
        var lines: [PolicyExplanation.Line] = []
        if let soak = rule.soak, let after = rule.after {
            lines.append(.init("soak", "\(soak) unchanged in \(after)"))
        }
        for window in rule.freeze {
            lines.append(.init("freeze", "nothing is approved from \(window)"))
        }
        if let limit = rule.approvalMaxAge {
            lines.append(.init("age", "an approval counts for \(limit)"))
        }
        return lines
    }

    /// `2 approver of jane, kim and 1 risk of omar`.
    private func signers(of quorum: [RoleName: Int], in environment: Environment?) -> String {
        let parts = quorum.sorted { $0.key < $1.key }.map { role, count in
            "\(count) \(role) of \(names(principals(holding: role, in: environment)))"
        }
        return parts.joined(separator: " and ")
            + (parts.count > 1 ? ", all of them different" : "")
    }

    private func names(_ principals: Set<PrincipalID>) -> String {
        principals.isEmpty ? "nobody" : principals.sorted().map(\.text).joined(separator: ", ")
    }
}
