import ArgumentParser
import ModelRegistry

/// `signet audit`: every move of a period, or what was there at a time.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Report every move of a period: who, when, why, by which rules.",
        discussion: """
            A time is a date or RFC 3339, such as 2026-01-31 or 2026-01-31T09:30:00Z; a date alone for \
            --to means the end of that day, UTC. The histories are judged again for every report, and \
            the exit code is 1 when they don't hold. `signet audit kit DIR` writes what an auditor \
            needs to check them with git alone.
            """,
        subcommands: [Kit.self])

    @Option(name: .customLong("env"), help: "One environment alone.")
    var environment: String?
    @Option(help: "The first moment of the period, UTC; a date alone is its beginning.")
    var from: String?
    @Option(help: "The last moment of the period, UTC; a date alone is its end.")
    var to: String?
    @Option(
        help:
            "Instead of moves: what each environment had at this time, UTC; a date alone is its beginning."
    )
    var at: String?
    @Option(help: "How the report is written: text, json, csv or html.")
    var format: AuditFormat = .text
    @OptionGroup var fetch: FetchOptions
    @OptionGroup var place: RegistryPlace

    func run() throws {
        let period = try period()
        let time = try at.map { try Self.time($0, "--at") }
        let registry = try place.open(fetching: fetch.isOn)
        let environment = try environment.map { try registry.environment($0) }
        let holds: Bool
        if let time {
            let snapshot = try registry.snapshot(at: time, of: environment)
            try show(snapshot)
            holds = snapshot.holds
        } else {
            let report = try registry.audit(period, of: environment)
            try show(report)
            holds = report.holds
        }
        guard holds else {
            Terminal.say("the history does not hold: the report's first lines say where")
            throw ExitCode(1)
        }
    }

    private func show(_ report: AuditReport) throws {
        switch format {
        case .text: Terminal.print(AuditText.text(of: report))
        case .json:
            Terminal.write(String(decoding: try CanonicalJSON.encode(report), as: UTF8.self))
        case .csv: Terminal.write(AuditTable.csv(of: report))
        case .html: Terminal.write(AuditPage.html(of: report))
        }
    }

    private func show(_ snapshot: AuditSnapshot) throws {
        switch format {
        case .text: Terminal.print(AuditText.text(of: snapshot))
        case .json:
            Terminal.write(String(decoding: try CanonicalJSON.encode(snapshot), as: UTF8.self))
        case .csv: Terminal.write(AuditTable.csv(of: snapshot))
        case .html: Terminal.write(AuditPage.html(of: snapshot))
        }
    }

    private func period() throws -> AuditPeriod {
        guard at == nil || (from == nil && to == nil) else {
            throw ValidationError(
                "--at asks for one moment, --from and --to for a period\n"
                    + "hint: give --at alone, or leave it out")
        }
        let period = AuditPeriod(
            from: try from.map { try Self.time($0, "--from") },
            to: try to.map { try Self.time($0, "--to", isEnd: true) })
        if let from = period.from, let to = period.to, to < from {
            throw ValidationError(
                "the period ends before it begins: from \(from) to \(to)\n"
                    + "hint: exchange --from and --to")
        }
        return period
    }

    private static func time(
        _ text: String, _ option: String, isEnd: Bool = false
    ) throws -> Timestamp {
        guard let time = AuditTime.parse(text, isEnd: isEnd) else {
            throw ValidationError(
                "\(option) '\(text)' is not a time\n"
                    + "hint: write it like 2026-01-31 or 2026-01-31T09:30:00Z")
        }
        return time
    }
}

/// How a report is written.
enum AuditFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, html
}
