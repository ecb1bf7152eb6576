import GitStore
import ModelRegistry

/// A report as one page that needs nothing else and prints well.
enum AuditPage {
    static func html(of report: AuditReport) -> String {
        page("Audit of \(report.name)") { page in
            page.facts([
                ("Founding commit", report.registry.hex), ("Period", report.period.sentence),
                ("Environment", report.environment?.name ?? "all"), ("Made", "\(report.made)"),
                ("Moves", "\(report.moves.count)"),
            ])
            page.verdict(report.verification)
            page.element("h2", "Open obligations")
            page.obligations(report.obligations)
            page.revocations(report.revocations)
            page.element("h2", "Moves")
            page.overview(report.moves)
            page.element("h2", "Each move in full")
            for move in report.moves { page.move(move) }
            page.element("footer", footer)
        }
    }

    static func html(of snapshot: AuditSnapshot) -> String {
        page("\(snapshot.name) at \(snapshot.at)") { page in
            page.facts([
                ("Founding commit", snapshot.registry.hex), ("At", "\(snapshot.at)"),
                ("Last ledger entry", snapshot.entry.map { "\($0)" } ?? "none yet"),
                ("Made", "\(snapshot.made)"),
            ])
            page.verdict(snapshot.verification)
            if snapshot.environments.isEmpty { page.element("p", "No environment had begun.") }
            for place in snapshot.environments { page.place(place) }
            page.revocations(snapshot.revocations)
            page.element("footer", footer)
        }
    }

    private static let footer =
        "Who signed is told by signatures, when by the registry's ledger. Whether this is the newest "
        + "state is not knowable from a copy."

    private static func page(_ title: String, _ body: (inout HTMLWriter) -> Void) -> String {
        var page = HTMLWriter()
        page.markup(AuditStyle.head)
        page.element("title", title)
        page.markup("</head>\n")
        page.element("body") { page in
            page.element("h1", title)
            body(&page)
        }
        page.markup("</html>\n")
        return page.html
    }
}

extension HTMLWriter {
    /// Names and values, empty ones left out.
    fileprivate mutating func facts(_ facts: [(String, String)]) {
        element("dl") { list in
            for (name, value) in facts where !value.isEmpty {
                list.element("dt", name)
                list.element("dd", value)
            }
        }
    }

    fileprivate mutating func verdict(_ verification: Verification) {
        element("section", class: verification.holds ? "verdict" : "verdict broken") { section in
            guard !verification.holds else {
                section.element("strong", "The history holds.")
                section.element("p", "Judged again for this report: \(verification.summary).")
                return
            }
            section.element("strong", class: "bad", "THE HISTORY DOES NOT HOLD.")
            for fault in verification.faults { section.element("p", fault) }
        }
    }

    fileprivate mutating func obligations(_ obligations: [Obligation]) {
        guard !obligations.isEmpty else { return element("p", "None.") }
        element("table", class: "waiting") { table in
            table.markup(
                "<thead><tr><th>kind</th><th>what</th><th>since</th><th>due</th><th>waits for</th></tr></thead>"
            )
            table.element("tbody") { body in
                for obligation in obligations {
                    body.element("tr") { row in
                        row.element(
                            "td", class: obligation.isGrave ? "bad" : nil, obligation.kind.rawValue)
                        row.element("td", obligation.what)
                        row.element("td", obligation.since.map { "\($0)" } ?? "")
                        row.element(
                            "td", class: obligation.isOverdue ? "bad" : nil,
                            obligation.deadline ?? "")
                        row.element("td", obligation.waitsFor.joined(separator: ", "))
                    }
                }
            }
        }
    }

    fileprivate mutating func revocations(_ revocations: [AuditRevocation]) {
        guard !revocations.isEmpty else { return }
        element("h2", "Revoked keys")
        table(
            ["key", "of", "reason", "in doubt since", "note", "revoked"],
            revocations.map {
                [
                    $0.fingerprint, "\($0.name) (\($0.principal))", $0.reason.rawValue,
                    $0.fromEntry.map { "entry \($0)" } ?? "", $0.note ?? "", $0.origin,
                ]
            }, class: "keys")
    }

    fileprivate mutating func overview(_ moves: [AuditMove]) {
        guard !moves.isEmpty else { return element("p", "Nothing moved in this period.") }
        element("table", class: "overview") { table in
            table.markup(
                "<thead><tr><th>entry</th><th>received</th><th>where</th><th>what</th><th>subject</th><th>signed by</th><th>reason</th></tr></thead>"
            )
            table.element("tbody") { body in
                for move in moves {
                    body.element("tr") { row in
                        row.element("td") { $0.link(to: "entry-\(move.entry)", "\(move.entry)") }
                        row.element("td", "\(move.received)")
                        row.element("td", move.place)
                        row.element("td", class: move.isAlarming ? "bad" : nil, move.what)
                        row.element("td", move.subject)
                        row.element("td", move.signers)
                        row.element("td", move.reason ?? "")
                    }
                }
            }
        }
    }

    fileprivate mutating func move(_ move: AuditMove) {
        let style: StaticString? =
            move.isRefused ? "refused" : move.answers.setAside.isEmpty ? nil : "exception"
        element("article", class: style, id: "entry-\(move.entry)") { article in
            article.element("h3") { title in
                title.text("\(move.entry) · ")
                title.element("span", class: move.isAlarming ? "bad" : nil, move.what)
                title.text([" ", move.subject, " · ", move.place].joined())
            }
            article.facts(AuditPage.facts(of: move))
            article.answers(move.answers)
        }
    }

    private mutating func answers(_ answers: [RuleAnswer]) {
        guard !answers.isEmpty else { return }
        element("h4", "What each rule answered")
        table(
            ["rule", "answer", "saw"],
            answers.map { [$0.rule.rawValue, $0.status.rawValue, $0.saw] }, class: "rules")
    }

    fileprivate mutating func place(_ place: AuditSnapshot.Place) {
        element("h2", place.environment.name)
        facts([
            ("Tip", place.tip.hex), ("Brought by entry", "\(place.entry), \(place.received)"),
            ("Policy", "\(place.policySerial), blob \(place.policy.hex)"),
            ("Keys", "blob \(place.keys.hex)"),
        ])
        if place.models.isEmpty { element("p", "No model.") }
        for model in place.models {
            element("article") { article in
                article.element("h3", "\(model.model)@\(model.version)")
                article.facts([
                    ("Commit", model.commit.hex),
                    ("Entry", model.entry.map { "\($0)" } ?? ""),
                    ("Received", model.received.map { "\($0)" } ?? ""),
                    ("Approved by", model.approvals.map(\.wholeLine).joined(separator: "\n")),
                    ("Standing", model.standing ?? ""),
                ])
                article.element("h4", "Parameters")
                article.element("pre", model.parameters.yaml(order: []))
            }
        }
    }
}

extension AuditPage {
    /// A move's facts in the order in which an auditor asks for them.
    fileprivate static func facts(of move: AuditMove) -> [(String, String)] {
        let signer = move.signer
        var facts = [("Received", "\(move.received)")]
        if move.approvals.isEmpty {
            facts.append((move.isRefused ? "Tried by" : "Signed by", signer?.line ?? ""))
        }
        facts += [
            (move.isWhole ? "Approved by" : "Signed by", lines(move.approvals.map(\.wholeLine))),
            ("Not counted", lines(move.discounted.map(\.discountedLine))),
            ("Still missing", move.missingSentence ?? ""),
            ("Meaning", move.isRefused ? "" : signer?.meaning.rawValue ?? ""),
            ("Reason", lines(move.reasons)),
        ]
        for (index, author) in move.authors.enumerated() where author.commit != move.commit {
            let part = AuditText.part(index)
            facts.append((part.prefix(1).uppercased() + part.dropFirst(), author.line))
        }
        return facts + [
            ("Four eyes", move.fourEyes?.sentence ?? ""),
            ("Parameters", lines(move.parameters.map(\.sentence))),
            (
                "Policy",
                lines(move.policy.map { [$0.serials] + $0.changes.map(\.sentence) } ?? [])
            ),
            ("Evidence", lines(move.evidence.flatMap { [$0.sentence] + $0.gateSentences })),
            ("Break-glass", lines(move.breakGlassLines)),
            ("Re-approves", move.reapprovesSentence ?? ""),
            ("Revoked key", move.revocation?.sentence ?? ""),
            ("Then", lines(move.effects.map(\.sentence))),
            ("Commits", lines(AuditText.commits(of: move))),
        ]
    }

    private static func lines(_ texts: [String]) -> String { texts.joined(separator: "\n") }
}

extension AuditMove {
    /// The printed names of those whose signatures count, or of the one who moved it.
    fileprivate var signers: String {
        let names = approvals.reduce(into: [String]()) { names, signature in
            if !names.contains(signature.name) { names.append(signature.name) }
        }
        return names.isEmpty ? signer?.name ?? "" : names.joined(separator: ", ")
    }

    /// Whether the report should make a reader stop here.
    fileprivate var isAlarming: Bool {
        isRefused || !answers.setAside.isEmpty || fourEyes?.differ == false
            || kind == .rejection || kind == .configurationRejection || signer?.fault != nil
    }
}

extension Obligation {
    /// What should not stand for long.
    fileprivate var isGrave: Bool {
        switch kind {
        case .reapproval, .compromisedKey, .failedRun: true
        case .openProposal, .staleProposal, .openConfiguration, .openRollout, .policyBehind: false
        }
    }
}
