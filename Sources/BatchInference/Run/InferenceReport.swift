import Foundation
import SystemPackage

/// What one run did and measured, or why it could not; what the child process leaves to its parent.
package struct InferenceReport: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable {
        /// It ran, and every gate held.
        case passed
        /// It ran, and a gate did not hold.
        case failed
        /// It could not run.
        case error
    }

    /// The model's size in bytes, as registered and as quantized.
    package struct Sizes: Codable, Hashable, Sendable {
        package var original: Int
        package var quantized: Int?
    }

    package struct Input: Codable, Hashable, Sendable {
        package var uri: String
        package var sha256: String
        package var rows: Int
    }

    package struct Output: Codable, Hashable, Sendable {
        package var path: String
        package var sha256: String
        package var rows: Int
    }

    package struct Engine: Codable, Hashable, Sendable {
        package var name: String
        package var version: String
    }

    package var status: Status
    /// Why it failed or could not run.
    package var reason: String?
    package var modelSHA256: String
    /// The digest of the quantized model.
    package var derivedSHA256: String?
    package var quantization: Quantization
    package var sizes: Sizes?
    package var input: Input?
    package var output: Output?
    package var engine: Engine?
    package var metrics: [String: MetricValue]
    package var gates: [GateResult]
    package var started: Date
    package var ended: Date

    private enum CodingKeys: String, CodingKey {
        case status, reason, quantization, sizes, input, output, engine, metrics, gates
        case started, ended
        case modelSHA256 = "modelSha256"
        case derivedSHA256 = "derivedSha256"
    }

    /// The report as JSON.
    package func encoded() throws -> Data {
        try RunFormat.encoder.encode(self)
    }

    /// Reads a report; throws, naming the file, when it isn't one.
    package static func read(_ file: FilePath) throws(InferenceError) -> InferenceReport {
        let bytes = try RunFormat.read(file)
        do {
            return try RunFormat.decoder.decode(InferenceReport.self, from: bytes)
        } catch {
            throw .unreadable(file: file, why: "it is not an inference report: \(error)")
        }
    }
}
