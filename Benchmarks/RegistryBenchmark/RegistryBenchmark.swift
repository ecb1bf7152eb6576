import Foundation
import GitStore
import ModelRegistry
import Signatures
import Synchronization
import SystemPackage

/// Fills a registry in one process, and says how long each registration, proposal and approval took.
///
///     RegistryBenchmark REGISTRY --models M --versions V --registrar KEY [--approver KEY]
///                       [--ssh-keygen] [--environment E] [--threads T]
///
/// Versions are registered model by model, V of each; with an approver each is proposed and
/// approved as well. Keys sign in this process, or, with `--ssh-keygen`, through that program.
/// Several threads take a share of the models each, as a server's requests would come.
/// Prints JSON: the seconds of each step, in the order made, thread by thread, and of all of it.
@main
struct RegistryBenchmark {
    static func main() throws {
        let options = try Options(CommandLine.arguments.dropFirst())
        let turn = Mutex(0)
        let clock = ContinuousClock()
        let start = clock.now
        let parts = try WorkThreads.run(options.threads) {
            let first = turn.withLock { number in
                defer { number += 1 }
                return number
            }
            let registry = try Registry(at: options.registry, surroundings)
            let filler = try Filler(registry: registry, options: options)
            return try filler.fill(stride(from: first, to: options.models, by: options.threads))
        }
        var timings = Filler.Timings()
        for part in parts { timings.append(part) }
        timings.all = (clock.now - start) / .seconds(1)
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
