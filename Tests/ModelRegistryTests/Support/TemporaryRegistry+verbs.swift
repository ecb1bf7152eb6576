import GitStore
import SystemPackage

@testable import ModelRegistry

/// What people do, in a word each.
extension TemporaryRegistry {
    static let card = "# Churn\n\n## Limitations\n\nOf synthetic data.\n"

    @discardableResult
    func register(
        _ model: String = "churn", by person: Person = .ravi, content: String? = nil,
        card: String = card, baseline: String? = nil, modelSignature: ModelSignature? = nil
    ) throws -> ModelVersion {
        let name = try ModelName(model)
        let number = try registry.reference(name.branch).map {
            try judge.registration(of: $0).version.number
        }
        let file = folder.appending("model.onnx")
        try DurableFile.write(
            (content ?? "\(model) \((number ?? 0) + 1)").bytes, to: file, synced: false)
        return try registry.register(
            RegistrationRequest(
                model: name, artifacts: [file], metrics: #"{"accuracy": 0.9}"#.bytes,
                card: card.bytes, baseline: baseline?.bytes, modelSignature: modelSignature),
            by: author(person))
    }

    @discardableResult
    func propose(
        _ version: ModelVersion, to environment: Environment = dev, parameters: String? = nil,
        by person: Person = .ravi
    ) throws -> ObjectID {
        try registry.propose(
            version, to: environment,
            parameters: parameters.map { try Parameters.parse($0.bytes, file: "parameters.yaml") },
            by: author(person))
    }

    @discardableResult
    func approve(
        _ version: ModelVersion, in environment: Environment = dev, by person: Person = .jane
    ) throws -> ObjectID {
        try registry.approve(
            ModelSelector("\(version)"), in: environment, reason: "looks right", by: author(person)
        ).commit
    }

    @discardableResult
    func reject(
        _ version: ModelVersion, in environment: Environment = dev, by person: Person = .jane
    ) throws -> ObjectID {
        try registry.reject(
            ModelSelector("\(version)"), in: environment, reason: "not yet", by: author(person)
        ).commit
    }

    /// Registers, proposes and approves the next version; returns it and the environment's commit.
    @discardableResult
    func promote(
        _ model: String = "churn", to environment: Environment = dev
    ) throws -> (version: ModelVersion, commit: ObjectID) {
        let version = try register(model)
        clock.advance(1)
        try propose(version, to: environment)
        return (version, try approve(version, in: environment))
    }

    /// A record of the run of an environment's commit, as the runner would write it.
    func runRecord(
        of version: ModelVersion, at commit: ObjectID, in environment: Environment,
        accuracy: Double? = 0.9, status: RunRecord.Status = .passed
    ) throws -> RunRecord {
        let facts = try registry.registration(of: version)
        return RunRecord(
            environment: environment, environmentCommit: commit.hex, version: version,
            modelSHA256: facts.description.artifacts[0].sha256, parameters: .mapping([:]),
            metrics: ["accuracy": MetricValue(value: accuracy)], status: status,
            started: clock.now.description, ended: clock.now.description)
    }

    @discardableResult
    func run(
        _ version: ModelVersion, at commit: ObjectID, in environment: Environment = dev,
        accuracy: Double? = 0.9, status: RunRecord.Status = .passed
    ) throws -> ObjectID {
        try registry.record(
            runRecord(of: version, at: commit, in: environment, accuracy: accuracy, status: status))
    }

    /// A version that is in dev, its run there recorded; what test's approvers are asked about next.
    func ranInDev(
        _ model: String = "churn", accuracy: Double? = 0.9, status: RunRecord.Status = .passed
    ) throws -> ModelVersion {
        let (version, commit) = try promote(model)
        try run(version, at: commit, accuracy: accuracy, status: status)
        return version
    }

    func resolve(_ model: String = "churn", in environment: Environment = dev) throws -> Resolution?
    {
        try registry.resolve(ModelName(model), in: environment)
    }

    /// Changes main's policy: proposed and approved by the administrator.
    func changePolicy(_ change: (String) -> String) throws {
        let serial = try registry.mainSnapshot().policy.serial + 1
        try changeConfiguration([
            (
                ".signet/policy.yaml",
                change(policy()).replacing("serial: \(serial - 1)\n", with: "serial: \(serial)\n")
            )
        ])
    }

    func changeConfiguration(_ files: [(path: String, text: String)]) throws {
        let serial = try registry.proposeConfiguration(
            files.map { ($0.path, $0.text.bytes) }, title: "Change", by: author(.ada))
        try registry.approveConfiguration(serial: serial, reason: "agreed", by: author(.ada))
    }

    /// The text of main's policy.
    func policy() throws -> String {
        let main = try registry.reference("refs/heads/main").map { try tree(of: $0) }
        let bytes = try main.flatMap { try repository.blob(at: ".signet/policy.yaml", in: $0) }
        return String(decoding: bytes ?? [], as: UTF8.self)
    }
}

extension ArtifactStore {
    /// Copies a file into the store.
    func ingest(_ file: FilePath) throws -> Stored {
        let (stored, copy) = try receive(file)
        if let copy { try put(copy) }
        return stored
    }
}
