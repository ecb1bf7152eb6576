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
        return lines.map(\.withoutControls).joined(separator: "\n")
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
            add("approved by", move.approvals.map(\.line))
            add("meaning", [signer.meaning.rawValue])
        }
        add("reason", move.reason.map { [$0] } ?? [])
        if move.approvals.count > 1 {
            add("reasons", move.approvals.map { "\($0.name): \($0.reason ?? "none")" })
        }
        for (index, author) in move.authors.enumerated() where author.commit != move.commit {
            add(AuditText.part(index), [author.line])
        }
        add("four eyes", move.fourEyes.map { [$0.sentence] } ?? [])
        add("parameters", move.parameters.map(\.sentence))
        add("policy", move.policy.map { [$0.serials] + $0.changes.map(\.sentence) } ?? [])
        add(
            "evidence", move.evidence.flatMap { [$0.sentence] + $0.gateSentences.map { "  \($0)" } }
        )
        add("BREAK-GLASS", move.exceptions.map { "\($0.rule.rawValue): \($0.saw)" })
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
        commits += move.approvals.dropLast().map { ("approval", $0.commit) }
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
        ] + model.approvals.map { "    approved by \($0.line)" } + ["    parameters"]
            + parameters.map { "      \($0)" }
    }

    private static func line(_ obligation: Obligation) -> String {
        "  \(obligation.kind.rawValue): \(obligation.what)"
            + (obligation.since.map { "; since \($0)" } ?? "")
            + (obligation.waitsFor.isEmpty
                ? "" : "; for \(obligation.waitsFor.joined(separator: ", "))")
    }
}
