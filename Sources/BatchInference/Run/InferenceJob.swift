import Foundation
import SystemPackage

/// Everything one run needs to know; what the parent process writes for its child.
package struct InferenceJob: Codable, Hashable, Sendable {
    package var model: FilePath
    /// The digest the model must have, in hexadecimal.
    package var modelSHA256: String
    package var input: FilePath
    package var output: FilePath
    package var task: InferenceTask
    /// The columns the model reads, in its order; nil for all but `label` and `id`.
    package var features: [String]?
    package var label: String?
    package var id: String?
    /// The class that precision, recall and AUC are about; nil for the second of two.
    package var positiveClass: String?
    package var quantization: Quantization
    package var batchSize: Int
    package var threads: Int
    package var gates: [String: GateLimit]
    /// Feature statistics to measure drift against.
    package var baseline: FilePath?
    /// ONNX Runtime's shared library.
    package var library: FilePath
    /// Holds the lock and the report.
    package var workDirectory: FilePath

    package init(
        model: FilePath, modelSHA256: String, input: FilePath, output: FilePath,
        task: InferenceTask, features: [String]? = nil, label: String? = nil, id: String? = nil,
        positiveClass: String? = nil, quantization: Quantization = .none, batchSize: Int = 256,
        threads: Int = 1, gates: [String: GateLimit] = [:], baseline: FilePath? = nil,
        library: FilePath, workDirectory: FilePath
    ) {
        self.model = model
        self.modelSHA256 = modelSHA256
        self.input = input
        self.output = output
        self.task = task
        self.features = features
        self.label = label
        self.id = id
        self.positiveClass = positiveClass
        self.quantization = quantization
        self.batchSize = batchSize
        self.threads = threads
        self.gates = gates
        self.baseline = baseline
        self.library = library
        self.workDirectory = workDirectory
    }

    /// The job as JSON.
    package func encoded() throws -> Data {
        try RunFormat.encoder.encode(self)
    }

    /// Reads a job; throws, naming the file and the field, when it isn't one.
    package static func read(_ file: FilePath) throws(InferenceError) -> InferenceJob {
        let bytes = try RunFormat.read(file)
        do {
            return try RunFormat.decoder.decode(InferenceJob.self, from: bytes)
        } catch {
            throw .unreadable(file: file, why: "it is not an inference job: \(error)")
        }
    }
}
