import ArgumentParser
import BatchInference
import Foundation
import SystemPackage

/// `signet run-batch`: the body of the runner's process.
struct RunBatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-batch", abstract: "Run one job; the watcher starts this, not you.",
        shouldDisplay: false)

    @Argument(help: "The job's file.")
    var job: FilePath
    @Flag(help: "Show how far it is.")
    var progress = false

    func run() throws {
        let shows = progress && isatty(STDERR_FILENO) == 1
        try InferenceChild.run(
            jobFile: job,
            progress: { state in
                guard shows else { return }
                Terminal.progress("\(state.rows) rows, \(Int(state.rowsPerSecond)) rows/s")
            })
        if shows { Terminal.say("") }
    }
}
