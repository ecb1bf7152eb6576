import BatchInference
import Crypto
import Foundation
import SystemPackage
import Testing

/// The committed models and table, and runs over them in a directory of their own.
struct Fixture: ~Copyable {
    let directory: FilePath

    init() throws {
        let name = "signet-inference-\(UUID().uuidString)"
        let url = FileManager.default.temporaryDirectory.appending(component: name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        directory = FilePath(url.path)
    }

    deinit {
        // A directory that stays behind is the system's to clean.
        try? FileManager.default.removeItem(atPath: directory.string)
    }

    /// A committed file.
    static func path(_ name: String) throws -> FilePath {
        let url = try #require(Bundle.module.resourceURL)
        return FilePath(url.path).appending("Fixtures").appending(name)
    }

    /// ONNX Runtime's library, from SIGNET_ONNXRUNTIME or where scripts/setup puts it.
    static func library() throws -> FilePath {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["SIGNET_CACHE"].map { FilePath($0) }
            ?? FilePath(environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache")
            .appending("signet")
        let path =
            environment["SIGNET_ONNXRUNTIME"].map { FilePath($0) }
            ?? cache.appending("onnxruntime/lib/libonnxruntime.so.1")
        try #require(
            FileManager.default.fileExists(atPath: path.string),
            "ONNX Runtime is missing at \(path): run scripts/setup, which fetches it")
        return path
    }

    /// Writes a file into the directory.
    func write(_ text: String, to name: String) throws -> FilePath {
        let path = directory.appending(name)
        try Data(text.utf8).write(to: URL(filePath: path.string))
        return path
    }

    /// A job for a committed model over the committed table, or over another file.
    func job(
        _ model: String, task: InferenceTask = .classification, features: [String] = Fixture.raw,
        label: String? = "label", quantization: Quantization = .none, batchSize: Int = 32,
        input: FilePath? = nil
    ) throws -> InferenceJob {
        let path = try Self.path("\(model).onnx")
        let bytes = try Data(contentsOf: URL(filePath: path.string))
        let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        return InferenceJob(
            model: path, modelSHA256: digest, input: try input ?? Self.path("table.csv"),
            output: directory.appending("predictions.csv"), task: task, features: features,
            label: label, id: "id", quantization: quantization, batchSize: batchSize,
            library: try Self.library(), workDirectory: directory.appending("run"))
    }

    static let raw = ["age", "income", "tenure", "visits"]
    static let standardised = ["z0", "z1", "z2", "z3"]

    /// What a run wrote: its header and its rows.
    func predictions() throws -> (header: [String], rows: [[String]]) {
        let path = directory.appending("predictions.csv")
        let text = try String(contentsOfFile: path.string, encoding: .utf8)
        var lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        lines.removeFirst()
        return (header, lines)
    }
}

/// What Python's ONNX Runtime answers to the same table, made by Fixtures/make_fixtures.py.
struct PythonAnswers: Decodable {
    enum Label: Decodable {
        case number(Int)
        case word(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                self = .number(try container.decode(Int.self))
            } catch {
                self = .word(try container.decode(String.self))
            }
        }

        var text: String {
            switch self {
            case .number(let number): "\(number)"
            case .word(let word): word
            }
        }
    }

    let labels: [Label]?
    let scores: [[Double]]
    /// What the specification of the int8 operators gives, computed with numpy.
    let int8: [[Double]]?

    /// What scikit-learn measures.
    let metrics: [String: Double]?

    static func read(_ model: String) throws -> PythonAnswers {
        let data = try Data(
            contentsOf: URL(filePath: Fixture.path("expected.json").string))
        let all = try JSONDecoder().decode([String: PythonAnswers].self, from: data)
        return try #require(all[model])
    }
}
