import Foundation
import ModelRegistry
import Signatures
import SystemPackage

/// Registers versions of many small models, and measures.
struct Filler {
    let registry: Registry
    let options: Options
    private let registrar: Author
    private let approver: Author?
    private let environment: Environment

    struct Timings: Encodable, Sendable {
        var register: [Double] = []
        var propose: [Double] = []
        var approve: [Double] = []
        var all = 0.0

        mutating func append(_ others: Timings) {
            register += others.register
            propose += others.propose
            approve += others.approve
        }
    }

    init(registry: Registry, options: Options) throws {
        self.registry = registry
        self.options = options
        guard let key = options.registrar else {
            throw Options.Wrong(description: "whose key registers? --registrar KEY")
        }
        registrar = try registry.author(Self.signer(key, options))
        approver = try options.approver.map { try registry.author(Self.signer($0, options)) }
        environment = try Environment(options.environment)
    }

    /// Registers the versions of these models.
    func fill(_ models: some Sequence<Int>) throws -> Timings {
        let artifact = FilePath(NSTemporaryDirectory()).appending("benchmark-\(UUID()).bin")
        defer { unlink(artifact.string) }
        var timings = Timings()
        for model in models {
            for _ in 0..<options.versions {
                let bytes = Array("\(UUID())".utf8) + [UInt8](repeating: 0, count: 476)
                try Data(bytes).write(to: URL(filePath: artifact.string))
                try step(ModelName("model-\(model)"), artifact, into: &timings)
            }
        }
        return timings
    }

    private func step(
        _ model: ModelName, _ artifact: FilePath, into timings: inout Timings
    ) throws {
        let request = RegistrationRequest(
            model: model, artifacts: [artifact],
            metrics: Array(#"{"accuracy": {"value": 0.93, "n": 1000}}"#.utf8),
            card: Array("# Intended use\n\nMeasuring.\n".utf8), format: .other)
        let version = try Self.timed(&timings.register) {
            try registry.register(request, by: registrar)
        }
        guard let approver else { return }
        try Self.timed(&timings.propose) {
            _ = try registry.propose(version, to: environment, by: registrar)
        }
        try Self.timed(&timings.approve) {
            _ = try registry.approve(
                ModelSelector("\(version)"), in: environment, reason: "measuring", by: approver)
        }
    }

    private static func timed<Answer>(
        _ seconds: inout [Double], _ work: () throws -> Answer
    ) rethrows -> Answer {
        let clock = ContinuousClock()
        let start = clock.now
        let answer = try work()
        seconds.append((clock.now - start) / .seconds(1))
        return answer
    }

    private static func signer(
        _ key: FilePath, _ options: Options
    ) throws -> any CommitSigner {
        guard options.usesKeygen else { return try ServiceKey(contentsOf: key) }
        return try SSHKeygenSigner(
            keyFile: key, environment: ProcessInfo.processInfo.environment)
    }
}
