import ArgumentParser
import ModelRegistry
import SystemPackage

/// `signet fetch`: the approved artifacts, checked, in a folder.
struct FetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Copy what is approved for an environment into a folder.",
        discussion: """
            Writes the artifacts, their digests checked, signature.json, the model signature, \
            where there is one, and signet.json, the answer of `signet resolve`. Exits with 2 when \
            nothing is approved.
            """)

    @Argument(help: "The model.", transform: ModelName.argument)
    var model: ModelName
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "The folder; made when it does not exist.")
    var to: FilePath
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let environment = try registry.environment(environment)
        guard var resolution = try registry.resolve(model, in: environment) else {
            Terminal.say("nothing is approved: \(environment) has no version of \(model)")
            throw ExitCode(2)
        }
        try registry.fetch(resolution, to: to)
        // Where they are now, not where they came from.
        for index in resolution.artifacts.indices {
            let name = resolution.artifacts[index].name
            resolution.artifacts[index].path = to.appending(name).string
        }
        try options.renderer.render(resolution) {
            "fetched \(model)@\(resolution.version) to \(to): "
                + resolution.artifacts.map(\.name).joined(separator: ", ")
        }
    }
}
