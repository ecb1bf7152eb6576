import GitStore

/// What an update does, read off the reference it moves and the commits it brings.
package enum UpdateKind: String, Codable, Sendable {
    case founding, registration, proposal, rejection, approval, rollout, run, configuration
    case partialApproval = "partial-approval"
    case partialConfiguration = "partial-configuration"
    case partialRollout = "partial-roll-out"
    case revocation
    case environmentRoot = "environment-root"
    case configurationProposal = "configuration-proposal"
    case configurationRejection = "configuration-rejection"
    case refused
}

/// What an accepted move of an environment branch means for its model.
package enum Action: String, Codable, Sendable {
    case approved
    case rolledBack = "rolled back"
    case withdrawn
    case parametersChanged = "parameters changed"
    /// Nothing changed: what stood there by an approval in doubt has another one.
    case reapproved = "re-approved"
    case configuration
}

/// The engine's answer about one update: every rule's answer, and what was learnt on the way.
package struct Verdict: Codable, Sendable {
    package var reference: String
    package var old: ObjectID?
    package var new: ObjectID?
    package var kind: UpdateKind = .refused
    /// In a refusal that the ledger keeps: what the update would have been, where that was seen.
    package var attempted: UpdateKind?
    /// In a refusal that the ledger keeps: the commit that was refused, where it isn't `new`.
    package var step: ObjectID?
    package var answers: [RuleAnswer] = []
    package var principal: PrincipalID?
    package var fingerprint: String?
    package var payloadSHA256: String?
    /// The tree whose policy judged.
    package var policyTree: ObjectID?
    package var environment: Environment?
    package var model: ModelName?
    package var version: Int?
    /// The version that the environment had before, where the update moves one.
    package var previousVersion: Int?
    package var action: Action?
    /// The proposal that was decided or opened.
    package var proposal: ObjectID?
    package var reason: String?
    /// The signatures that were counted towards a quorum.
    package var counted: [CountedSignature]?
    /// By when an approval that broke the glass is to be approved again; nil for ordinary ones.
    package var reapproveBy: Timestamp?
    /// Whether what is satisfied is told without words: nobody reads them when history is judged again.
    package var isTerse = false

    private enum CodingKeys: CodingKey {
        case reference, old, new, kind, attempted, step, answers, principal, fingerprint
        case payloadSHA256, policyTree, environment, model, version, previousVersion, action
        case proposal, reason, counted, reapproveBy
    }

    package init(_ update: ReferenceUpdate) {
        reference = update.name
        old = update.old
        new = update.new
    }

    package var isAccepted: Bool {
        kind != .refused && !answers.isEmpty && !answers.contains(where: \.denies)
    }

    package var denials: [RuleAnswer] { answers.filter(\.denies) }

    package mutating func answer(
        _ rule: Rule, _ isSatisfied: Bool, _ saw: @autoclosure () -> String,
        hint: @autoclosure () -> String? = nil
    ) {
        guard !isTerse || !isSatisfied else {
            return answers.append(RuleAnswer(rule: rule, status: .satisfied, saw: ""))
        }
        answers.append(
            RuleAnswer(
                rule: rule, status: isSatisfied ? .satisfied : .unsatisfied, saw: saw(),
                hint: isSatisfied ? nil : hint()))
    }

    package mutating func refuse(_ rule: Rule, _ saw: String, hint: String? = nil) {
        answer(rule, false, saw, hint: hint)
    }

    package mutating func skip(_ rule: Rule, _ why: @autoclosure () -> String) {
        answers.append(RuleAnswer(rule: rule, status: .notApplicable, saw: isTerse ? "" : why()))
    }
}

extension Verdict {
    /// The refusal as a pusher reads it: each rule that denies, what it saw, what would be right.
    package var refusal: String {
        var lines = ["refused: \(reference)"]
        for denial in denials {
            lines.append("  \(denial.rule.rawValue): \(denial.saw)")
            for line in denial.hint?.split(separator: "\n") ?? [] {
                lines.append("    hint: \(line)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
