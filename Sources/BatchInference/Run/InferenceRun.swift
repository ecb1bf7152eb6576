import Foundation
import SystemPackage

/// One batch inference: from a model file and a data set to predictions, metrics and gates.
package struct InferenceRun {
    private let job: InferenceJob
    private let now: () -> Date

    /// Prepares a run; `now` gives the times in the report.
    package init(_ job: InferenceJob, now: @escaping () -> Date = Date.init) {
        self.job = job
        self.now = now
    }

    /// Checks, quantizes, runs, measures and judges; a run that can't be done is a report too.
    ///
    /// Memory is bounded by the model, one batch, and 16 bytes per row where AUC is measured.
    package func perform(progress: (RunProgress) -> Void = { _ in }) -> InferenceReport {
        var report = InferenceReport(job, started: now())
        do {
            try run(&report, progress)
            judge(&report)
        } catch {
            report.status = .error
            report.reason = error.description
        }
        report.ended = now()
        return report
    }

    private func run(
        _ report: inout InferenceReport, _ progress: (RunProgress) -> Void
    ) throws(InferenceError) {
        try checkJob()
        let original = try OnnxModel(
            ModelFile(path: job.model, expectedSHA256: job.modelSHA256))
        let size = original.file.bytes.count
        report.sizes = .init(original: size)
        report.metrics["model_bytes"] = MetricValue(value: Double(size))

        let runtime = try OnnxRuntime.load(library: job.library)
        report.engine = .init(name: "onnxruntime", version: runtime.version)
        let full = try predictor(original, runtime)
        var quantized: Predictor?
        if job.quantization != .none {
            let derived = try job.quantization.derive(from: original)
            let size = derived.file.bytes.count
            report.derivedSHA256 = derived.file.sha256
            report.sizes?.quantized = size
            report.metrics["quantized_bytes"] = MetricValue(value: Double(size))
            quantized = try predictor(derived, runtime)
        }

        let pass = try BatchPass(
            job, predictor: quantized ?? full, reference: quantized == nil ? nil : full)
        let result = try pass.perform(progress: progress)
        report.input = result.input
        report.output = result.output
        report.metrics.merge(result.metrics) { _, new in new }
    }

    private func predictor(
        _ model: OnnxModel, _ runtime: OnnxRuntime
    ) throws(InferenceError) -> Predictor {
        let session = try OnnxSession(model, runtime: runtime, threads: job.threads)
        return try Predictor(model, session: session, task: job.task)
    }

    private func checkJob() throws(InferenceError) {
        guard (1...1_000_000).contains(job.batchSize) else {
            throw .doesNotFit(what: "batchSize", wanted: "1 to 1000000", found: "\(job.batchSize)")
        }
        guard (1...1024).contains(job.threads) else {
            throw .doesNotFit(what: "threads", wanted: "1 to 1024", found: "\(job.threads)")
        }
    }

    private func judge(_ report: inout InferenceReport) {
        report.gates = evaluate(gates: job.gates, metrics: report.metrics)
        let failed = report.gates.filter { $0.result == .failed }.map(\.metric)
        guard !failed.isEmpty else { return }
        report.status = .failed
        report.reason = "gates failed: \(failed.joined(separator: ", "))"
    }
}

extension InferenceReport {
    fileprivate init(_ job: InferenceJob, started: Date) {
        self.init(
            status: .passed, modelSHA256: job.modelSHA256, quantization: job.quantization,
            metrics: [:], gates: [], started: started, ended: started)
    }
}
