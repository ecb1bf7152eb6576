import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

/// `signet propose`: ask an environment's approvers.
struct ProposeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Propose a version for an environment.")

    @Argument(
        help: "The version, such as churn@3; the newest when only the model is named.",
        transform: ModelSelector.argument)
    var version: ModelSelector
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "The environment's parameters, in YAML.")
    var parameters: FilePath?
    @Option(
        help: "Changes one parameter; may be given several times.",
        transform: ParameterSetting.argument)
    var set: [ParameterSetting] = []
    @Flag(help: "Propose what the environment has, unchanged, to be approved again.")
    var again = false
    @OptionGroup var receipt: ReceiptOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions

    func validate() throws {
        guard parameters == nil || set.isEmpty else {
            throw ValidationError("give --parameters or --set, not both")
        }
        guard !again || (parameters == nil && set.isEmpty) else {
            throw ValidationError("--again proposes what is there, with its parameters")
        }
    }

    func run() throws {
        let registry = try options.open()
        let author = try registry.author(keys.signer())
        let environment = try registry.environment(environment)
        guard !again else { return try proposeAgain(environment, in: registry, by: author) }
        let version = try registry.version(version)
        var chosen = try parameters.map { try Parameters.parse(contents(of: $0), file: $0.string) }
        if !set.isEmpty {
            chosen = try set.reduce(registry.standingParameters(version.model, environment)) {
                try $0.setting($1.path, to: $1.value)
            }
        }
        let proposal = try registry.propose(
            version, to: environment, parameters: chosen, by: author)
        let answer = try Proposed(version, environment, proposal, in: registry)
        try receipt.write(
            [(proposal, environment.proposalBranch(version))], in: registry)
        try options.renderer.render(answer) { answer.text }
    }

    private func proposeAgain(
        _ environment: Environment, in registry: Registry, by author: Author
    ) throws {
        let (version, proposal) = try registry.proposeAgain(
            version.model, in: environment, by: author)
        let answer = try Proposed(version, environment, proposal, .reapproved, in: registry)
        try receipt.write([(proposal, environment.proposalBranch(version))], in: registry)
        try options.renderer.render(answer) { answer.text }
    }
}

/// The answer of every command that opens a proposal.
struct Proposed: Encodable {
    let version: ModelVersion
    let environment: Environment
    let proposal: String
    /// What approving it will mean.
    let action: Action
    let ledgerEntry: Int?
    let ledgerCommit: String?

    init(
        _ version: ModelVersion, _ environment: Environment, _ proposal: ObjectID,
        _ action: Action = .approved, in registry: Registry
    ) throws {
        self.version = version
        self.environment = environment
        self.proposal = proposal.hex
        self.action = action
        let branch = environment.proposalBranch(version)
        let receipt = try registry.receipt(of: proposal, on: branch)
        ledgerEntry = receipt?.number
        ledgerCommit = receipt?.entry.hex
    }

    var text: String {
        """
        proposed \(words): \(proposal.prefix(10))
        next: signet review \(version) --env \(environment)
        """
    }

    private var words: String {
        switch action {
        case .approved, .configuration: "\(version) for \(environment)"
        case .rolledBack: "to roll \(environment) back to \(version)"
        case .withdrawn: "to take \(version) out of \(environment)"
        case .parametersChanged: "other parameters of \(version) in \(environment)"
        case .reapproved: "\(version) for \(environment) again, unchanged"
        }
    }
}

/// `path=value`.
struct ParameterSetting {
    let path: String
    let value: String

    static func argument(_ text: String) throws -> ParameterSetting {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw ValidationError("write path=value, such as inference.batchSize=128")
        }
        return ParameterSetting(path: String(parts[0]), value: String(parts[1]))
    }
}
