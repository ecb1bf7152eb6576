import Signatures

/// The rules that an update of a reference is judged by.
package enum Rule: String, Codable, Sendable, CaseIterable {
    case reference = "reference"
    case canonicalCommit = "canonical-commit"
    case parents = "parents"
    case presentTip = "present-tip"
    case tree = "tree"
    case signature = "signature"
    case role = "role"
    case scope = "scope"
    case fourEyes = "four-eyes"
    case approvals = "approvals"
    case dates = "dates"
    case trailers = "trailers"
    case registration = "registration"
    case artifacts = "artifacts"
    case proposal = "proposal"
    case open = "open"
    case notStale = "not-stale"
    case after = "after"
    case evidence = "evidence"
    case run = "run"
    case gates = "gates"
    case card = "card"
    case soak = "soak"
    case freeze = "freeze"
    case approvalAge = "approval-age"
    case modelSignature = "model-signature"
    case record = "record"
    case policy = "policy"
    case serial = "serial"
    case keysKept = "keys-kept"
    case revocation = "revocation"
    case breakGlass = "break-glass"
    case onePerPush = "one-environment-per-push"

    /// Whether the times of receipt decide it, which the ledger alone attests.
    package var isTimed: Bool { self == .soak || self == .freeze || self == .approvalAge }
}

extension Rule {
    /// The rule that an error in reading leaves without an answer.
    init(stoppedBy error: any Error) {
        switch error {
        case is NotCanonical: self = .canonicalCommit
        case is DocumentError, is AllowedSignersFault: self = .policy
        default: self = .reference
        }
    }
}

/// What one rule says of one update.
package struct RuleAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable {
        case satisfied, unsatisfied, overridden, bypassed
        case notApplicable = "not-applicable"
        case error
    }

    package var rule: Rule
    package var status: Status
    /// What the rule saw, as a sentence without full stop.
    package var saw: String
    /// What to do about it.
    package var hint: String?

    package var denies: Bool { status == .unsatisfied || status == .error }
}

extension [RuleAnswer] {
    /// What did not hold and was set aside: requirements that were overridden, signatures bypassed.
    package var setAside: [RuleAnswer] {
        filter { $0.status == .overridden || $0.status == .bypassed }
    }
}
