import GitStore
import ModelRegistry
import SystemPackage

/// What one run is to do: the approved model of one environment commit, and where things lie.
package struct RunOrder: Sendable {
    package let resolution: Resolution
    package let parameters: Parameters
    package let description: ModelDescription
    /// The statistics that came with the registration, for drift.
    package let baseline: [UInt8]?
    /// The run's own folder: its job, its report, its lock.
    package let workFolder: FilePath
    /// Where the outputs land, by rename.
    package let outputFolder: FilePath
    /// What relative inputs are below.
    package let dataFolder: FilePath?
}

/// How a run ended.
package enum RunOutcome: Sendable {
    /// It ended, well or badly; the record says how.
    case ended(RunRecord)
    /// The runner was killed before it could say anything; to be tried again.
    case killed(why: String)
}

/// Runs batches: a child process without keys and without git.
package protocol BatchRunner: Sendable {
    /// Runs the order, or waits for the run of it that is under way, and returns how it ended.
    func run(_ order: RunOrder) throws -> RunOutcome
}
