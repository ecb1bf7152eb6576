import ArgumentParser
import ModelRegistry

/// `signet status`: what stands where.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show which version each environment has, and what waits.")

    @Argument(help: "The model; all of them when left out.", transform: ModelName.argument)
    var model: ModelName?
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let status = try registry.status(of: model)
        try options.renderer.render(status) {
            (alarms(of: status) + [table(of: status)] + status.changes.map(line)
                + status.behind.map(line) + status.reapprovals.map(line)).joined(separator: "\n")
        }
    }

    private func alarms(of status: Status) -> [String] {
        status.missingHooks.map {
            "ALARM: the hook \($0) is gone, and pushes are not judged; next: signet repair"
        }
            + status.moved.map {
                "ALARM: env/\($0) was moved around the registry, and nothing resolves there; next: "
                    + "signet verify --env \($0), then signet repair"
            }
    }

    private func table(of status: Status) -> String {
        guard let first = status.models.first else {
            return
                "no models yet\nnext: signet register MODEL --artifact FILE --metrics FILE --card FILE"
        }
        let environments = first.environments.map(\.environment.name)
        let rows = status.models.map { model in
            [model.model.text, "v\(model.newest)"] + model.environments.map(cell)
        }
        return TextColumns(header: ["model", "newest"] + environments, rows: rows).text
    }

    private func line(_ change: Status.Change) -> String {
        "configuration \(change.serial) waits for approval; next: signet policy diff "
            + "\(change.serial), then signet policy approve \(change.serial) --reason \"…\", or policy reject"
    }

    private func line(_ behind: Status.Behind) -> String {
        "\(behind.environment) has configuration \(behind.serial), main has \(behind.newest)"
            + (behind.isGathering ? ", and others must sign its roll-out" : "")
            + "; next: signet policy roll-out --env \(behind.environment)"
    }

    private func line(_ reapproval: Reapproval) -> String {
        let due = reapproval.due.map { ", due \($0)" } ?? ""
        let next =
            reapproval.model.map { model in
                "signet propose \(model) --env \(reapproval.environment?.name ?? "") --again"
            } ?? "signet policy propose FILE"
        return "to be approved again: \(reapproval.subject) (\(reapproval.reason.rawValue), "
            + "entry \(reapproval.entry)\(due)); next: \(next)"
    }

    private func cell(_ place: Status.Place) -> String {
        let version = place.version.map { "v\($0)" } ?? "–"
        let run = place.run.map { " (run \($0))" } ?? ""
        let proposed = place.proposed.map { "v\($0)?" }.joined(separator: " ")
        return version + run + (proposed.isEmpty ? "" : " ← \(proposed)")
    }
}
