import GitStore
import ModelRegistry

/// A report for the terminal.
enum AuditText {
    static func text(of report: AuditReport) -> String {
        var lines = [
            "audit of \(report.name), founding commit \(report.registry.hex)",
            "\(report.period.sentence)"
                + (report.environment.map { ", environment \($0)" } ?? "")
                + "; made \(report.made)",
        ]
        lines += verdict(report.verification)
        lines += ["", report.moves.count.counted("move")]
        for move in report.moves { lines += [""] + self.lines(of: move) }
        lines += self.lines(of: report.revocations)
        lines += ["", report.obligations.count.counted("open obligation")]
        lines += report.obligations.map(line)
        return lines.map(\.withoutControls).joined(separator: "\n")
    }

    static func text(of snapshot: AuditSnapshot) -> String {
        var lines = [
            "\(snapshot.name), founding commit \(snapshot.registry.hex)",
            "at \(snapshot.at)"
                + (snapshot.entry.map { ", after ledger entry \($0)" } ?? ", before the first entry")
                + "; made \(snapshot.made)",
        ]
        lines += verdict(snapshot.verification)
        if snapshot.environments.isEmpty { lines += ["", "no environment had begun"] }
        for place in snapshot.environments {
            lines += [
                "",
                "\(place.environment): \(place.tip.hex), entry \(place.entry), \(place.received)",
                "  policy \(place.policySerial), blob \(place.policy.hex); keys, blob \(place.keys.hex)",
            ]
            if place.models.isEmpty { lines.append("  no model") }
            for model in place.models { lines += self.lines(of: model) }
        }
        lines += self.lines(of: snapshot.revocations)
        return lines.map(\.withoutControls).joined(separator: "\n")
    }

    private static func lines(of revocations: [AuditRevocation]) -> [String] {
        guard !revocations.isEmpty else { return [] }
        return ["", revocations.count.counted("revoked key")]
            + revocations.map { "  \($0.sentence) (\($0.origin))" }
    }

    private static func verdict(_ verification: Verification) -> [String] {
        guard !verification.holds else {
            return ["the history holds: judged again, \(verification.summary)"]
        }
        return ["THE HISTORY DOES NOT HOLD"] + verification.faults.map { "  WRONG \($0)" }
    }

    private static func lines(of move: AuditMove) -> [String] {
        let title = ["\(move.entry)", "\(move.received)", move.place, move.what, move.subject]
        var rows: [[String]] = []
        func add(_ name: String, _ values: [String]) {
            for (index, value) in values.enumerated() {
                rows.append([index == 0 ? name : "", value])
            }
        }
        if let signer = move.signer {
            if move.approvals.isEmpty {
                add(move.isRefused ? "tried by" : "signed by", [signer.line])
            }
            add(move.isWhole ? "approved by" : "signed by", move.approvals.map(\.wholeLine))
            add("not counted", move.discounted.map(\.discountedLine))
            add("still missing", move.missingSentence.map { [$0] } ?? [])
            if !move.isRefused { add("meaning", [signer.meaning.rawValue]) }
        }
        add("reason", move.reasons)
        for (index, author) in move.authors.enumerated() where author.commit != move.commit {
            add(AuditText.part(index), [author.line])
        }
        add("four eyes", move.fourEyes.map { [$0.sentence] } ?? [])
        add("parameters", move.parameters.map(\.sentence))
        add("policy", move.policy.map { [$0.serials] + $0.changes.map(\.sentence) } ?? [])
        add(
            "evidence", move.evidence.flatMap { [$0.sentence] + $0.gateSentences.map { "  \($0)" } }
        )
        add("BREAK-GLASS", move.breakGlassLines)
        add("re-approves", move.reapprovesSentence.map { [$0] } ?? [])
        add("revoked key", move.revocation.map { [$0.sentence] } ?? [])
        add("rules", move.answers.map { "\($0.rule.rawValue) \($0.status.rawValue): \($0.saw)" })
        add("then", move.effects.map(\.sentence))
        add("commits", commits(of: move))
        return [title.filter { !$0.isEmpty }.joined(separator: "  ")]
            + TextColumns(header: [], rows: rows.map { ["   "] + $0 }).text.split(separator: "\n")
            .map(String.init)
    }

    /// What the author at a place of the list did.
    static func part(_ index: Int) -> String {
        switch index {
        case 0: "registered by"
        case 1: "proposed by"
        default: "before that by"
        }
    }

    /// Every commit that an auditor may want to look at.
    static func commits(of move: AuditMove) -> [String] {
        var commits: [(String, ObjectID?)] = [(move.reference, move.commit)]
        commits += (move.approvals + move.discounted).filter { $0.commit != move.commit }
            .map { ($0.meaning == .authorship ? "change" : "approval", $0.commit) }
        commits += [("refused", move.step)]
        commits += [("proposal", move.proposal == move.commit ? nil : move.proposal)]
        commits += [
            ("registration", move.authors.first?.commit), ("policy's tree", move.policyTree),
        ]
        commits += [("ledger", move.entryCommit)]
        return commits.compactMap { name, id in id.map { "\($0.hex) \(name)" } }
    }

    private static func lines(of model: AuditSnapshot.Model) -> [String] {
        let parameters = model.parameters.yaml(order: []).split(separator: "\n")
        return [
            "  \(model.model)@\(model.version): \(model.commit.hex)"
                + (model.entry.map { ", entry \($0)" } ?? "")
                + (model.received.map { ", \($0)" } ?? "")
        ] + model.approvals.map { "    approved by \($0.wholeLine)" }
            + (model.standing.map { ["    \($0)"] } ?? []) + ["    parameters"]
            + parameters.map { "      \($0)" }
    }

    private static func line(_ obligation: Obligation) -> String {
        "  \(obligation.kind.rawValue): \(obligation.what)"
            + (obligation.since.map { "; since \($0)" } ?? "")
            + (obligation.deadline.map { "; \($0)" } ?? "")
            + (obligation.waitsFor.isEmpty
                ? "" : "; for \(obligation.waitsFor.joined(separator: ", "))")
    }
}
