import ArgumentParser
import GitStore
import ModelRegistry

/// `signet withdraw`: propose to take a model out of an environment.
struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Propose to take a model out of an environment.")

    @Argument(help: "The model.", transform: ModelName.argument)
    var model: ModelName
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @OptionGroup var receipt: ReceiptOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let author = try registry.author(keys.signer())
        let environment = try registry.environment(environment)
        _ = try registry.newestVersion(of: model)
        let (version, proposal) = try registry.proposeWithdrawal(
            model, from: environment, by: author)
        let answer = try Proposed(version, environment, proposal, .withdrawn, in: registry)
        try receipt.write([(proposal, environment.proposalBranch(version))], in: registry)
        try options.renderer.render(answer) { answer.text }
    }
}
