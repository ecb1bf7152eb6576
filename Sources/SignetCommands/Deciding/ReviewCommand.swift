import ArgumentParser
import ModelRegistry
import Notifications

/// `signet review`: what an approver needs to decide.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Show what an approver needs: card, metrics, evidence, changes.")

    @Argument(help: "The model, or the version such as churn@3.", transform: ModelSelector.argument)
    var model: ModelSelector
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let environment = try registry.environment(environment)
        let review = try registry.review(registry.openProposal(model, in: environment))
        try options.renderer.render(review) { ReviewText(review).text }
    }
}

/// A review as a page of text.
struct ReviewText {
    let review: Review

    init(_ review: Review) { self.review = review }

    var text: String {
        ([heading, table("Metrics at registration", metrics)] + evidence + [
            parameters, card, people, commands,
        ])
        .joined(separator: "\n\n")
    }

    private var heading: String {
        let current = review.current.map { "\(review.model)@\($0.version)" } ?? "nothing"
        return """
            \(review.versionText) for \(review.environment): \(review.action), proposed by \(review.proposedBy)
              proposal  \(review.proposal)
              there now \(current)
              model     \(review.modelSignature.map { "signed \($0.text)" } ?? "without a model signature")
            """
    }

    private var metrics: [[String]] {
        review.metrics.map { [$0.name, $0.value, $0.current ?? "–"] }
    }

    private func table(_ title: String, _ rows: [[String]], header: [String]? = nil) -> String {
        let columns = TextColumns(header: header ?? ["", "proposed", "there now"], rows: rows)
        let body = columns.text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        return "\(title)\n\(body)"
    }

    private var evidence: [String] {
        review.evidence.map { evidence in
            let gates = evidence.gates.map {
                "  gate \($0.metric) \($0.limit): \($0.value), \($0.result)"
            }
            let rows = evidence.rows.map {
                [$0.name, $0.value, $0.interval ?? "", $0.current ?? $0.note ?? "–"]
            }
            let title = "Run in \(evidence.environment): \(evidence.status)"
            return
                ([table(title, rows, header: ["", "proposed", "interval", "there now"])] + gates)
                .joined(separator: "\n")
        }
    }

    private var parameters: String {
        guard !review.parameters.unchanged else { return "Parameters: unchanged" }
        let rows = review.parameters.changes.map { [$0.path, $0.old ?? "–", $0.new ?? "–"] }
        return table("Parameters that change", rows, header: ["", "from", "to"])
    }

    private var card: String {
        let lines = review.card.excerpt.split(separator: "\n").map { "  \($0)" }
        return "Card\n" + (lines.isEmpty ? "  (empty)" : lines.joined(separator: "\n"))
    }

    private var people: String {
        let approvers = review.approvers.map { "\($0.name) (\($0.id), \($0.role))" }
        let signed = review.signed.map {
            "Signed: \($0.name) (\($0.id), \($0.roles.joined(separator: ", "))), \($0.received)"
        }
        let signatures =
            review.missingSignatures.isEmpty ? "no signature" : review.missingSignatures
        let missing =
            review.missing.isEmpty
            ? ["Still missing: \(signatures)"]
            : ["Still missing: \(signatures), and:"] + review.missing.map { "  \($0)" }
        return
            (signed + [
                "May approve: \(approvers.isEmpty ? "nobody" : approvers.joined(separator: ", "))"
            ] + missing).joined(separator: "\n")
    }

    private var commands: String {
        let lines =
            [
                "approve: \(review.commands.approve)", "reject:  \(review.commands.reject)",
                "or with git alone, to approve:",
            ]
            + review.commands.gitApprove.map { "  \($0)" } + ["and to reject:"]
            + review.commands.gitReject.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
