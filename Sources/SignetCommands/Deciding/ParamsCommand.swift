import ArgumentParser
import GitStore
import ModelRegistry

/// `signet params`: an environment's parameters of a model.
struct ParamsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "params", abstract: "Read, change and trace an environment's parameters.",
        subcommands: [Get.self, Set.self, History.self])

    struct Place: ParsableArguments {
        @Argument(help: "The model.", transform: ModelName.argument)
        var model: ModelName
        @Option(name: .customLong("env"), help: "The environment.")
        var environment: String
        @OptionGroup var options: RegistryOptions

        func open() throws -> (registry: Registry, environment: Environment) {
            let registry = try options.open()
            let environment = try registry.environment(environment)
            _ = try registry.newestVersion(of: model)
            return (registry, environment)
        }
    }

    struct Get: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the parameters, or one of them.")
        @OptionGroup var place: Place
        @Argument(help: "One parameter, such as inference.batchSize.")
        var parameter: String?

        func run() throws {
            let (registry, environment) = try place.open()
            guard let parameters = try registry.parameters(of: place.model, in: environment) else {
                throw RegistryError.invalid(
                    "\(environment) has no parameters of \(place.model)",
                    hint: "nothing is approved there yet: signet status \(place.model)")
            }
            guard let parameter else {
                return try place.options.renderer.render(parameters.value) {
                    String(decoding: parameters.serialise(), as: UTF8.self)
                }
            }
            guard let value = try parameters.value(at: parameter) else {
                throw RegistryError.invalid(
                    "there is no parameter '\(parameter)'",
                    hint: "see them all: signet params get \(place.model) --env \(environment)")
            }
            try place.options.renderer.render(value) { value.scalarText }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose a change of parameters.",
            discussion:
                "The change is a proposal: it takes effect when the environment's approvers sign.")
        @OptionGroup var place: Place
        @Argument(
            help: "path=value; may be given several times.", transform: ParameterSetting.argument)
        var settings: [ParameterSetting]
        @OptionGroup var receipt: ReceiptOptions
        @OptionGroup var keys: KeyOptions

        func run() throws {
            let (registry, environment) = try place.open()
            let author = try registry.author(keys.signer())
            let tip = try registry.tip(of: environment)
            guard let version = try registry.version(of: place.model, in: tip.tree) else {
                throw RegistryError.invalid(
                    "\(environment) has no version of \(place.model) to set parameters of",
                    hint:
                        "give them with a proposal: signet propose \(place.model)@N --env \(environment) --set path=value"
                )
            }
            let changed = try settings.reduce(
                registry.standingParameters(place.model, environment)
            ) { try $0.setting($1.path, to: $1.value) }
            let proposal = try registry.propose(
                version, to: environment, parameters: changed, by: author)
            let answer = try Proposed(
                version, environment, proposal, .parametersChanged, in: registry)
            try receipt.write([(proposal, environment.proposalBranch(version))], in: registry)
            try place.options.renderer.render(answer) { answer.text }
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every change of the parameters.")
        @OptionGroup var place: Place

        func run() throws {
            let (registry, environment) = try place.open()
            let history = try registry.parametersHistory(of: place.model, in: environment)
            let steps = history.enumerated().map { index, step in
                let earlier = index + 1 < history.count ? history[index + 1].parameters : nil
                return Step(
                    commit: step.commit.id.hex, time: step.commit.committed,
                    changes: (step.parameters ?? .none).differences(from: earlier))
            }
            try place.options.renderer.render(steps) {
                steps.map { step in
                    let changes = step.changes.map {
                        "    \($0.path): \($0.old ?? "–") → \($0.new ?? "–")"
                    }
                    return (["\(step.commit.prefix(10))  \(step.time)"] + changes).joined(
                        separator: "\n")
                }.joined(separator: "\n")
            }
        }

        private struct Step: Encodable {
            let commit: String
            let time: Timestamp
            let changes: [ParameterChange]
        }
    }
}

extension DocumentValue {
    /// A single value as a shell reads it; lists and mappings as JSON.
    var scalarText: String {
        switch self {
        case .null: ""
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let text): text
        case .list, .mapping: json
        }
    }
}
