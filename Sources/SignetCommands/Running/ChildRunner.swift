import BatchInference
import Foundation
import GitStore
import ModelRegistry
import RegistryWatcher
import SystemPackage

/// Runs a batch in a child process that has no keys and no git, so that a native crash or a hostile
/// model takes nothing down with it.
struct ChildRunner: BatchRunner {
    let program: FilePath
    /// ONNX Runtime's library.
    let library: FilePath
    let showsProgress: Bool

    func run(_ order: RunOrder) throws -> RunOutcome {
        guard let input = order.parameters.inference.input else {
            return .ended(
                try order.record(
                    .error,
                    "the parameters name no input: signet params set \(order.resolution.model) "
                        + "--env \(order.resolution.environment) inference.input=FILE.csv"))
        }
        let job = try write(order, input: input)
        if let left = try report(of: order, input) { return .ended(left) }
        try awaitOther(order)
        if let left = try report(of: order, input) { return .ended(left) }
        let end = try start(job)
        if let left = try report(of: order, input) { return .ended(left) }
        // Somebody else's runner of the same order may have been first, and kept ours out.
        try awaitOther(order)
        if let left = try report(of: order, input) { return .ended(left) }
        return .killed(why: "the runner \(end) and left no report")
    }

    /// Writes the job into the run's folder; a job that is there already is the same.
    private func write(_ order: RunOrder, input: String) throws -> FilePath {
        try DurableFile.makeDirectory(order.workFolder)
        try DurableFile.makeDirectory(order.outputFolder)
        var baseline: FilePath?
        if let bytes = order.baseline {
            baseline = order.workFolder.appending("baseline.json")
            try DurableFile.write(bytes, to: order.workFolder.appending("baseline.json"))
        }
        let inference = order.parameters.inference
        let data = FilePath(input)
        let model = order.model
        let job = InferenceJob(
            model: FilePath(model.path), modelSHA256: model.sha256,
            input: data.isAbsolute ? data : (order.dataFolder ?? ".").pushing(data),
            output: order.outputFolder.appending(inference.output ?? "predictions.csv"),
            task: order.task, features: inference.features ?? order.description.features,
            label: inference.label ?? order.description.label, id: inference.id,
            positiveClass: inference.positiveClass ?? order.description.positiveClass,
            quantization: inference.quantization == .int8 ? .int8 : .none,
            batchSize: inference.batchSize ?? 256, threads: inference.threads ?? 1,
            gates: order.parameters.gates.mapValues { GateLimit(min: $0.min, max: $0.max) },
            baseline: baseline, library: library, workDirectory: order.workFolder)
        let file = order.workFolder.appending("job.json")
        try DurableFile.write([UInt8](job.encoded()), to: file)
        return file
    }

    /// Waits for a run that an earlier watcher started and that outlived it.
    private func awaitOther(_ order: RunOrder) throws {
        _ = try FileLock(waitingFor: order.workFolder.appending("lock"))
    }

    /// Starts the child and says how it ended.
    private func start(_ job: FilePath) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.string)
        process.arguments = ["run-batch", job.string] + (showsProgress ? ["--progress"] : [])
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? "was ended by signal \(process.terminationStatus)"
            : "ended with \(process.terminationStatus)"
    }

    private func report(of order: RunOrder, _ input: String) throws -> RunRecord? {
        let file = order.workFolder.appending("report.json")
        guard try DurableFile.read(file) != nil else { return nil }
        return try order.record(InferenceReport.read(file), input: input)
    }
}

extension RunOrder {
    /// The artifact that is run: the one that is an ONNX file by its name, else the first.
    var model: Resolution.Artifact {
        resolution.artifacts.first { $0.name.hasSuffix(".onnx") } ?? resolution.artifacts[0]
    }

    var task: InferenceTask {
        let named = parameters.inference.task?.rawValue ?? description.task
        return named.flatMap(InferenceTask.init(rawValue:)) ?? .classification
    }

    /// The record of a run that could not begin.
    func record(_ status: RunRecord.Status, _ reason: String) throws -> RunRecord {
        let now = Timestamp.current.description
        return RunRecord(
            environment: resolution.environment, environmentCommit: resolution.commit.hex,
            version: try ModelVersion(model: resolution.model, number: resolution.version),
            modelSHA256: model.sha256, parameters: resolution.parameters,
            quantization: parameters.inference.quantization, status: status, reason: reason,
            started: now, ended: now)
    }

    /// The record of a run, from the child's report; paths are written as the parameters have them.
    func record(_ report: InferenceReport, input: String) throws -> RunRecord {
        var record = try record(
            RunRecord.Status(rawValue: report.status.rawValue) ?? .error, report.reason ?? "")
        record.reason = report.reason
        record.derivedSHA256 = report.derivedSHA256
        record.input = report.input.map { .init(uri: input, sha256: $0.sha256, rows: $0.rows) }
        let name = outputFolder.lastComponent?.string ?? ""
        record.output = report.output.map {
            let file = FilePath($0.path).lastComponent?.string ?? ""
            return .init(
                path: "\(resolution.environment.name)/\(resolution.model.text)/\(name)/\(file)",
                sha256: $0.sha256, rows: $0.rows)
        }
        record.engine = report.engine.map { .init(name: $0.name, version: $0.version) }
        record.metrics = report.metrics.mapValues {
            ModelRegistry.MetricValue(value: $0.value, n: $0.n, low: $0.low, high: $0.high)
        }
        record.gates = report.gates.map {
            ModelRegistry.GateResult(
                metric: $0.metric, value: $0.value,
                limit: Gate(min: $0.limit.min, max: $0.limit.max))
        }
        record.started = Self.text(report.started)
        record.ended = Self.text(report.ended)
        return record
    }

    private static func text(_ date: Date) -> String {
        Timestamp(seconds: Int64(date.timeIntervalSince1970)).description
    }
}
