import Foundation
import GitStore
import ModelRegistry
import Signatures
import SystemPackage

/// Fills a registry in one process, and says how long each registration, proposal and approval took.
///
///     RegistryBenchmark REGISTRY --models M --versions V --registrar KEY [--approver KEY]
///                       [--ssh-keygen] [--environment E]
///
/// Versions are registered model by model, V of each; with an approver each is proposed and
/// approved as well. Keys sign in this process, or, with `--ssh-keygen`, through that program.
/// Prints JSON: the seconds of each step, in the order made.
@main
struct RegistryBenchmark {
    static func main() throws {
        let options = try Options(CommandLine.arguments.dropFirst())
        let registry = try Registry(at: options.registry, surroundings)
        let filler = try Filler(registry: registry, options: options)
        let timings = try filler.fill()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        FileHandle.standardOutput.write(try encoder.encode(timings) + Data("\n".utf8))
    }

    private static var surroundings: Registry.Surroundings {
        Registry.Surroundings(
            now: { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) },
            environment: ProcessInfo.processInfo.environment)
    }
}
