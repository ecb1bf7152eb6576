import ArgumentParser
import GitStore
import ModelRegistry

/// `signet resolve`: what is approved for an environment.
struct ResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say what is approved for an environment, with its parameters.",
        discussion: """
            Exit codes: 0 approved; 2 nothing is approved there; 3 unchanged since --if-changed-from; \
            1 the question could not be answered.
            """)

    @Argument(help: "The model.", transform: ModelName.argument)
    var model: ModelName
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "The commit of the last answer: when it is still that one, exit with 3.")
    var ifChangedFrom: String?
    @OptionGroup var options: RegistryOptions

    func validate() throws {
        guard let ifChangedFrom else { return }
        let digits = ifChangedFrom.utf8.allSatisfy {
            (48...57).contains($0) || (97...102).contains($0)
        }
        guard digits, (7...40).contains(ifChangedFrom.utf8.count) else {
            throw ValidationError(
                "--if-changed-from '\(ifChangedFrom)' is no commit's id: 7 to 40 of 0-9 a-f, as "
                    + "`commit` in the last answer")
        }
    }

    func run() throws {
        let registry = try options.open()
        let environment = try registry.environment(environment)
        guard let resolution = try registry.resolve(model, in: environment) else {
            Terminal.say("nothing is approved: \(environment) has no version of \(model)")
            throw ExitCode(2)
        }
        if let ifChangedFrom,
            resolution.commit.hex.hasPrefix(ifChangedFrom)
        {
            throw ExitCode(3)
        }
        if let missing = registry.missing(from: resolution).first {
            Terminal.say(
                "warning: there is no \(missing.path)\n"
                    + "hint: name the registry's folder lfs with --store PATH or SIGNET_STORE")
        }
        try options.renderer.render(resolution) {
            let rows =
                [
                    ["version", "\(model)@\(resolution.version)"],
                    ["commit", resolution.commit.hex],
                    [
                        "approved",
                        "\(resolution.approvedAt) by "
                            + resolution.approvers.map(\.text).joined(separator: ", "),
                    ],
                    ["ledger entry", resolution.ledgerEntry.map { "\($0)" } ?? "–"],
                ] + resolution.artifacts.map { ["artifact", $0.path] }
            return TextColumns(header: [], rows: rows).text
        }
    }
}
