import Foundation
import SystemPackage

/// The body of the process that runs a model apart: it needs no keys and no git.
///
/// A native crash or a hostile model ends this process and nothing else; its parent then finds no
/// report.
package enum InferenceChild {
    /// Reads a job, runs it under the lock of its directory, and leaves `report.json` there.
    ///
    /// A run that fails or can't run leaves a report as well. Throws only when no report could be
    /// left: the job can't be read, the directory can't be written, another process holds its lock.
    @discardableResult
    package static func run(
        jobFile: FilePath, now: @escaping () -> Date = Date.init,
        progress: (RunProgress) -> Void = { _ in }
    ) throws(InferenceError) -> InferenceReport {
        let job = try InferenceJob.read(jobFile)
        let directory = try RunDirectory(job.workDirectory)
        let report = InferenceRun(job, now: now).perform(progress: progress)
        try directory.write(report)
        return report
    }
}
