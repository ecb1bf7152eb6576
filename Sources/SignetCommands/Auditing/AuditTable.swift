import GitStore
import ModelRegistry

/// A report as one table.
enum AuditTable {
    static let moves = [
        "entry", "received", "outcome", "what", "kind", "environment", "model", "version",
        "previous version", "principal", "name", "roles", "fingerprint", "meaning", "reason",
        "approved by", "not counted", "still missing", "registered by", "proposed by", "four eyes",
        "parameters", "policy", "evidence", "break-glass", "re-approve by", "re-approved",
        "re-approves", "revoked key", "rules", "reference", "commit", "proposal", "ledger commit",
    ]
    static let places = [
        "at", "environment", "tip", "policy serial", "policy blob", "model", "version", "commit",
        "entry", "received", "approved by", "re-approve by", "re-approved", "parameters",
        "in doubt",
    ]

    /// One row a move.
    static func csv(of report: AuditReport) -> String {
        CSVText.text([moves] + report.moves.map(row))
    }

    /// One row for each model in each environment; an environment without models has one too.
    static func csv(of snapshot: AuditSnapshot) -> String {
        CSVText.text([places] + snapshot.environments.flatMap { rows($0, at: snapshot.at) })
    }

    private static func row(_ move: AuditMove) -> [String] {
        let signer = move.signer
        let meaning = move.isRefused ? nil : signer?.meaning.rawValue
        let who: [String?] = [
            signer?.principal?.text, signer?.name,
            signer?.roles.map(\.text).joined(separator: "; "), signer?.fingerprint, meaning,
            lines(move.reasons),
        ]
        let head = [
            "\(move.entry)", "\(move.received)", move.isRefused ? "refused" : "accepted", move.what,
            move.kind.rawValue, move.environment?.name ?? "", move.model?.text ?? "",
            move.version.map { "\($0)" } ?? "", move.previousVersion.map { "\($0)" } ?? "",
        ]
        let people = [
            lines(move.approvals.map(\.wholeLine)), lines(move.discounted.map(\.discountedLine)),
            move.missingSentence ?? "", move.authors.first?.person ?? "",
            lines(move.authors.dropFirst().map(\.person)), move.fourEyes?.sentence ?? "",
        ]
        let changes = [
            lines(move.parameters.map(\.sentence)),
            lines(move.policy.map { [$0.serials] + $0.changes.map(\.sentence) } ?? []),
            lines(move.evidence.flatMap { [$0.sentence] + $0.gateSentences }),
            lines(move.breakGlassLines), move.breakGlass.map { "\($0.reapproveBy)" } ?? "",
            move.breakGlass?.reapproved.map { "\($0)" } ?? "",
            move.reapproves.map { "\($0)" }.joined(separator: "; "),
            move.revocation?.sentence ?? "",
            lines(move.answers.map { "\($0.rule.rawValue) \($0.status.rawValue): \($0.saw)" }),
        ]
        let commits = [
            move.reference, move.commit?.hex ?? "", move.proposal?.hex ?? "", move.entryCommit.hex,
        ]
        return head + who.map { $0 ?? "" } + people + changes + commits
    }

    private static func rows(_ place: AuditSnapshot.Place, at time: Timestamp) -> [[String]] {
        let head = [
            "\(time)", place.environment.name, place.tip.hex, "\(place.policySerial)",
            place.policy.hex,
        ]
        guard !place.models.isEmpty else {
            return [head + [String](repeating: "", count: places.count - head.count)]
        }
        return place.models.map { model in
            head + [
                model.model.text, "\(model.version)", model.commit.hex,
                model.entry.map { "\($0)" } ?? "", model.received.map { "\($0)" } ?? "",
                lines(model.approvals.map(\.wholeLine)), model.reapproveBy.map { "\($0)" } ?? "",
                model.reapprovedBy.map { "entry \($0)" } ?? "", model.parameters.flowYAML,
                model.isInDoubt ? "approved with a key that is compromised" : "",
            ]
        }
    }

    private static func lines(_ texts: some Sequence<String>) -> String {
        texts.joined(separator: "\n")
    }
}
