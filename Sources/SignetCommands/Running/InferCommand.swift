import ArgumentParser
import GitStore
import ModelRegistry
import RegistryWatcher
import SystemPackage

/// `signet infer`: run what an environment has, now.
struct InferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer", abstract: "Run the batch of an environment's model, and record it.",
        discussion: """
            The watcher does this by itself when an environment advances. A commit's run is recorded \
            once: asking again shows the record, and one that ended in error is run again with \
            --again. Exits with 1 when the run did not pass.
            """)

    @Argument(help: "The model.", transform: ModelName.argument)
    var model: ModelName
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "The environment's commit; the one that put the model there when left out.")
    var commit: String?
    @Flag(help: "Run it again when the run ended in error: the machine or the input is put right.")
    var again = false
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        guard registry.access == .local else {
            throw RegistryError.invalid(
                "runs are recorded by the registry's own runner",
                hint: "run it on the registry itself: --registry PATH/registry.git")
        }
        let environment = try registry.environment(environment)
        guard let resolution = try registry.resolve(model, in: environment) else {
            Terminal.say("nothing is approved: \(environment) has no version of \(model)")
            throw ExitCode(2)
        }
        let commit = try chosen(in: registry) ?? resolution.commit
        if again, let known = try registry.runRecord(of: commit, in: environment)?.record,
            known.status != .error
        {
            Terminal.say("note: the run \(known.status.sentence), and is not made again")
        }
        let step = RunStep(registry: registry, settings: try .live(showsProgress: true))
        let result = try step.run(model, in: environment, at: commit, again: again)
        switch result {
        case .recorded(let record, let commit): try report(record, commit)
        case .nothing(let why), .again(let why):
            throw RegistryError.invalid(
                why, hint: "what is there: signet log --env \(environment) \(model)")
        }
    }

    private func chosen(in registry: Registry) throws -> ObjectID? {
        guard let commit else { return nil }
        guard let id = try registry.repository.id(abbreviated: commit) else {
            throw RegistryError.invalid(
                "--commit '\(commit)' is no commit here",
                hint: "which there are: signet log --env \(environment) \(model)")
        }
        return id
    }

    private func report(_ record: RunRecord, _ commit: ObjectID) throws {
        try options.renderer.render(record) {
            let metrics = record.metrics.sorted { $0.key < $1.key }.map { name, metric in
                ["  \(name)", Registry.figure(metric.value)]
            }
            let gates = record.gates.map {
                "  gate \($0.metric) \($0.limit.text): \(Registry.figure($0.value)), \($0.result.rawValue)"
            }
            let head =
                "\(record.version) in \(record.environment): \(record.status.rawValue)"
                + (record.reason.map { " – \($0)" } ?? "")
            return
                ([
                    head, "recorded as \(commit.short) on runs/\(record.environment)",
                    TextColumns(header: [], rows: metrics).text,
                ] + gates).joined(separator: "\n")
        }
        guard record.status == .passed else { throw ExitCode(1) }
    }
}

extension WatchSettings {
    /// The settings of this program on this machine.
    static func live(showsProgress: Bool) throws -> WatchSettings {
        let files = try ProgramFiles()
        let runner = ChildRunner(
            program: files.program, library: files.onnxRuntime(Terminal.environment),
            showsProgress: showsProgress)
        return WatchSettings(
            runner: runner, environment: Terminal.environment,
            templates: try files.resources().appending("templates"))
    }
}
