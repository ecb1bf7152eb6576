import ArgumentParser
import GitStore
import ModelRegistry

extension PolicyCommand {
    struct Reject: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reject an open change of configuration: it is closed for good, and kept.",
            discussion: "Whoever may sign a change may reject one, their own too.")
        @Argument(help: "The serial of the change.")
        var serial: Int
        @Option(help: "Why.")
        var reason: String
        @Option(help: "The change's id as you reviewed it; another one is refused.")
        var change: String?
        @OptionGroup var keys: KeyOptions
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let author = try registry.author(keys.signer())
            let commit = try registry.rejectConfiguration(
                serial: serial, reason: reason, expected: change, by: author)
            try options.renderer.render(["serial": "\(serial)", "commit": commit.hex]) {
                "rejected configuration \(serial): \(commit.short)"
            }
        }
    }
}
