/// What an approver needs to decide: everything on one page, as mails and `signet review` show it.
package struct Review: Codable, Sendable {
    package struct Metric: Codable, Sendable {
        package var name: String
        package var value: String
        package var current: String?
    }
    package struct EvidenceRow: Codable, Sendable {
        package var name: String
        package var value: String
        package var interval: String?
        package var current: String?
        package var note: String?
    }
    package struct GateRow: Codable, Sendable {
        package var metric: String
        package var limit: String
        package var value: String
        package var result: String
    }
    package struct Evidence: Codable, Sendable {
        package var environment: String
        package var status: String
        package var commit: String
        package var rows: [EvidenceRow]
        package var gates: [GateRow]
    }
    package struct Change: Codable, Sendable {
        package var path: String
        package var old: String?
        package var new: String?
    }
    package struct Parameters: Codable, Sendable {
        package var changes: [Change]
        package var unchanged: Bool
    }
    package struct Card: Codable, Sendable { package var excerpt: String }
    package struct Approver: Codable, Sendable {
        package var id: String
        package var name: String
        package var email: String
        package var role: String
    }
    /// A signature that is there already, where several are asked for.
    package struct Signed: Codable, Sendable {
        package var id: String
        package var name: String
        package var roles: [String]
        package var commit: String
        package var received: String
    }
    package struct Current: Codable, Sendable {
        package var version: Int
        package var commit: String
    }
    package struct Commands: Codable, Sendable {
        package var review: String
        package var approve: String
        package var reject: String
        package var gitApprove: [String]
        package var gitReject: [String]
    }

    package var registry: String
    package var registryName: String
    package var environment: String
    package var model: String
    package var version: Int
    package var versionText: String
    /// promotion, rollback, withdrawal or parameters.
    package var action: String
    package var proposal: String
    package var proposalBranch: String
    package var proposedBy: String
    package var authors: [String]
    package var current: Current?
    package var metrics: [Metric]
    package var evidence: [Evidence]
    package var parameters: Parameters
    package var card: Card
    /// Nil where the version has none.
    package var modelSignature: ModelSignatureStatement?
    package var approvers: [Approver]
    /// Who has signed already.
    package var signed: [Signed]
    /// The roles that still have to sign, such as `1 approver, 1 risk`; empty when all have.
    package var missingSignatures: String
    /// What still stands in the way, each with its rule; empty when only a signature is missing.
    package var missing: [String]
    package var answers: [RuleAnswer]
    package var commands: Commands
    package var reviewLink: String?
    package var cloneURL: String?
}
