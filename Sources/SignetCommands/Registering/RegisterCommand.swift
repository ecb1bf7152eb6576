import ArgumentParser
import BatchInference
import GitStore
import ModelRegistry
import SystemPackage

/// `signet register`: the next version of a model, and its proposal for the first environment.
struct RegisterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register a version of a model.",
        discussion: "Any file may be registered; ONNX models are what the runner can run.")

    @Argument(help: "The model's name, such as churn or churn/eu.", transform: ModelName.argument)
    var model: ModelName
    @Option(help: "A file of the model; may be given several times.")
    var artifact: [FilePath]
    @Option(help: "metrics.json: a mapping of metric to number, or to {value, n, low, high}.")
    var metrics: FilePath
    @Option(help: "The model card, in Markdown.")
    var card: FilePath
    @Option(help: "Feature statistics from `signet baseline`, for drift.")
    var baseline: FilePath?
    @Option(help: "A model signature of the artifacts, made by `model_signing sign key`.")
    var modelSignature: FilePath?
    @Option(help: "Parameters for the first environment, in YAML.")
    var parameters: FilePath?
    @Option(help: "What the model does: classification, regression, …")
    var task: String?
    @Option(
        name: .customLong("format-of-model"), help: "onnx, gguf or other; guessed when left out.")
    var formatOfModel: String?
    @Flag(name: .customLong("no-propose"), help: "Do not open a proposal.")
    var noPropose = false
    @OptionGroup var receipt: ReceiptOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let author = try registry.author(keys.signer())
        let chosen = try parameters.map { try Parameters.parse(contents(of: $0), file: $0.string) }
        let (version, isNew) = try registry.registerOnce(request(), by: author)
        if !isNew {
            Terminal.say("note: \(version) is registered with exactly these files already")
        }
        let facts = try registry.registration(of: version)
        var proposal: ObjectID?
        let first = try registry.environments().first
        var moves = [(commit: facts.commit.id, reference: version.model.branch)]
        if !noPropose, let first, try isNew || !registry.wasDecided(version, for: first) {
            let open = try isNew ? nil : openProposal(of: version, for: first, chosen, in: registry)
            let proposed =
                try open ?? registry.propose(version, to: first, parameters: chosen, by: author)
            moves.append((proposed, first.proposalBranch(version)))
            proposal = proposed
        }
        try receipt.write(moves, in: registry)
        let entered = try registry.receipt(of: facts.commit.id, on: version.model.branch)
        try sayWhatCannotRun(facts, in: registry)
        try report(facts, proposal?.hex, first, entered)
    }

    /// The proposal that an earlier registration of the very same files opened; it must have these
    /// parameters, where some are given.
    private func openProposal(
        of version: ModelVersion, for environment: Environment, _ chosen: Parameters?,
        in registry: Registry
    ) throws -> ObjectID? {
        let open = try registry.openProposals(of: version.model, in: environment)
            .first { $0.version == version }?.proposal
        if let open, let chosen, try registry.parameters(of: version.model, at: open) != chosen {
            throw RegistryError.invalid(
                "\(version) is proposed for \(environment) already, with other parameters: "
                    + "\(open.short)",
                hint: "approve that one, or reject it and propose yours: signet reject \(version) "
                    + "--env \(environment) --reason TEXT, then signet propose \(version) "
                    + "--env \(environment) --parameters FILE")
        }
        return open
    }

    private func request() throws -> RegistrationRequest {
        var format: ModelDescription.Format?
        if let formatOfModel {
            format = ModelDescription.Format(rawValue: formatOfModel)
            guard format != nil else {
                throw ValidationError(
                    "--format-of-model '\(formatOfModel)' is not onnx, gguf or other")
            }
        }
        try demandModel(format)
        let figures = try contents(of: metrics)
        _ = try Metrics.parse(figures, file: metrics.string)
        return RegistrationRequest(
            model: model, artifacts: artifact, metrics: figures,
            card: try contents(of: card, limit: 1 << 20),
            baseline: try baseline.map { try statistics($0) }, task: task, format: format,
            modelSignature: try modelSignature.map {
                try ModelSignature.parse(
                    contents(of: $0, limit: ModelSignature.sizeLimit), file: $0.string)
            })
    }

    /// What the runner is to run must be a model: said now, not after it was approved.
    private func demandModel(_ format: ModelDescription.Format?) throws {
        guard let first = artifact.first, format == .onnx || format == nil && first.isONNX else {
            return
        }
        let file = artifact.first(where: \.isONNX) ?? first
        do {
            try ModelFile.check(file)
        } catch {
            var why = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
            if case InferenceError.malformedModel(let found) = error { why = found }
            throw RegistryError.invalid(
                "'\(file)' is not an ONNX model that can be run: \(why)",
                hint: "export it again, or register it as it is: --format-of-model other")
        }
    }

    /// The bytes of a baseline, which must be one: drift is measured against it later.
    private func statistics(_ file: FilePath) throws -> [UInt8] {
        let bytes = try contents(of: file)
        _ = try Baseline.parse(bytes, file: file)
        return bytes
    }

    private func report(
        _ facts: RegistrationFacts, _ proposal: String?, _ first: Environment?,
        _ entered: Receipt?
    ) throws {
        let registered = Registered(
            version: facts.version, commit: facts.commit.id.hex, proposal: proposal,
            environment: proposal == nil ? nil : first, ledgerEntry: entered?.number,
            ledgerCommit: entered?.entry.hex)
        try options.renderer.render(registered) {
            guard let first, let proposal else {
                return "\(facts.version)\nnext: signet propose \(facts.version) --env E"
            }
            return """
                \(facts.version)
                proposed for \(first): \(proposal.prefix(10))
                next: signet review \(facts.version) --env \(first)
                """
        }
    }

    private func sayWhatCannotRun(_ facts: RegistrationFacts, in registry: Registry) throws {
        guard facts.description.format != .onnx else { return }
        let asking = try registry.mainSnapshot().policy.environments.filter(\.requires.run)
            .map(\.environment.name)
        Terminal.say(
            "note: \(facts.version) is in a format that has no engine: it can't be run"
                + (asking.isEmpty
                    ? "" : ", and \(asking.joined(separator: ", ")) take what has passed a run"))
    }

    private struct Registered: Encodable {
        let version: ModelVersion
        let commit: String
        let proposal: String?
        let environment: Environment?
        let ledgerEntry: Int?
        let ledgerCommit: String?
    }
}

extension FilePath {
    fileprivate var isONNX: Bool { self.extension == "onnx" }
}
