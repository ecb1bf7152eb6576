import ArgumentParser
import GitStore
import ModelRegistry

/// What a decision on an open change of configuration needs.
struct ChangeDecisionOptions: ParsableArguments {
    @Argument(help: "The serial of the change.")
    var serial: Int
    @Option(help: "Why.")
    var reason: String
    @Option(help: "The change's id as you reviewed it; another one is refused.")
    var change: String?
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions
}

extension PolicyCommand {
    struct Reject: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reject an open change of configuration: it is closed for good, and kept.",
            discussion: "Whoever may sign a change may reject one, their own too.")
        @OptionGroup var decision: ChangeDecisionOptions

        func run() throws {
            let registry = try decision.options.open()
            let commit = try registry.rejectConfiguration(
                serial: decision.serial, reason: decision.reason, expected: decision.change,
                by: registry.author(decision.keys.signer()))
            let answer = ["serial": "\(decision.serial)", "commit": commit.hex]
            try decision.options.renderer.render(answer) {
                "rejected configuration \(decision.serial): \(commit.short)"
            }
        }
    }
}
