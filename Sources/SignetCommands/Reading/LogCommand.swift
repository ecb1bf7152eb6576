import ArgumentParser
import GitStore
import ModelRegistry

/// `signet log`: the moves of an environment.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show the moves of an environment, newest first.")

    @Argument(help: "The model; all of them when left out.", transform: ModelName.argument)
    var model: ModelName?
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "How many moves at most; all of them when left out.")
    var limit: Int?
    @OptionGroup var options: RegistryOptions

    func validate() throws {
        guard limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--limit is a number from 1")
        }
    }

    func run() throws {
        let registry = try options.open()
        let environment = try registry.environment(environment)
        let lines = try registry.history(
            of: environment, model: model, limit: limit ?? .max)
        try options.renderer.render(lines) {
            guard !lines.isEmpty else {
                return "nothing happened \(model.map { "to \($0) " } ?? "")in \(environment) yet"
            }
            let rows = lines.map { line in
                [
                    line.commit.short, line.received?.description ?? "–",
                    (line.action?.rawValue ?? (line.received == nil ? "–" : "began"))
                        + (line.reapproveBy == nil ? "" : ", BREAK-GLASS"), subject(line),
                    line.approvers.isEmpty
                        ? "–" : line.approvers.map(\.text).joined(separator: ", "),
                    line.reason ?? "",
                ]
            }
            return TextColumns(
                header: ["commit", "received", "what", "model", "by", "reason"], rows: rows
            ).text
        }
    }

    private func subject(_ line: HistoryLine) -> String {
        guard let model = line.model, let version = line.version else { return "" }
        guard let previous = line.previousVersion, previous != version else {
            return "\(model)@\(version)"
        }
        return "\(model)@\(version) (was \(previous))"
    }
}
