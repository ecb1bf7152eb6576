import ArgumentParser
import GitStore
import ModelRegistry

/// `signet rollback`: propose what the environment had before.
struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Propose to return an environment to an earlier version.",
        discussion:
            "A rollback is a proposal like any other: it needs the environment's signatures.")

    @Argument(help: "The model.", transform: ModelName.argument)
    var model: ModelName
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "The version's number; the one before the present one when left out.")
    var to: Int?
    @OptionGroup var receipt: ReceiptOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let author = try registry.author(keys.signer())
        let environment = try registry.environment(environment)
        _ = try registry.newestVersion(of: model)
        let (version, proposal) = try registry.proposeRollback(
            model, in: environment, to: to, by: author)
        let answer = try Proposed(version, environment, proposal, .rolledBack, in: registry)
        try receipt.write([(proposal, environment.proposalBranch(version))], in: registry)
        try options.renderer.render(answer) { answer.text }
    }
}
