import Foundation
import GitStore
import ModelRegistry
import Notifications
import SystemPackage

/// Runs what an environment took on, once, and records what came of it.
package struct RunStep {
    /// How often a runner that is killed is started again before that is the result.
    static let attempts = 3

    let registry: Registry
    let settings: WatchSettings

    package init(registry: Registry, settings: WatchSettings) {
        self.registry = registry
        self.settings = settings
    }

    /// What became of the question to run a commit.
    package enum Result {
        case recorded(RunRecord, ObjectID)
        /// There is nothing to run: the model is not in the environment at that commit.
        case nothing(String)
        case again(why: String)
    }

    /// Runs the model of one environment commit, unless that is recorded already.
    ///
    /// - Parameters:
    ///   - attempt: how often the runner was started for it before.
    ///   - started: called once the runner is about to start.
    package func run(
        _ model: ModelName, in environment: Environment, at commit: ObjectID, attempt: Int = 0,
        started: () throws -> Void = {}
    ) throws -> Result {
        if let known = try registry.runRecord(of: commit, in: environment) {
            return .recorded(known.record, known.commit)
        }
        guard let resolution = try registry.resolve(model, in: environment, at: commit) else {
            return .nothing("\(environment) has no version of \(model) at \(commit.short)")
        }
        // An approval of what was there already changes nothing that could run: the first one's run counts.
        if let known = try registry.runRecord(of: resolution.commit, in: environment) {
            return .recorded(known.record, known.commit)
        }
        let tip = try registry.tip(of: environment)
        let latest = try registry.judge.history.lastChange(of: model, from: tip.id)
        guard latest?.id == resolution.commit else {
            return try record(unrun(resolution, .skipped, "\(model) has advanced meanwhile"))
        }
        let order = try order(resolution)
        guard resolution.format == .onnx else {
            return try record(
                unrun(
                    resolution, .error, "the format '\(resolution.format.rawValue)' has no engine"))
        }
        try started()
        switch try settings.runner.run(order) {
        case .ended(let ended): return try record(ended)
        case .killed(let why):
            guard attempt + 1 >= Self.attempts else { return .again(why: why) }
            let reason = "\(why), \(Self.attempts) times"
            return try record(unrun(resolution, .error, reason))
        }
    }

    private func record(_ record: RunRecord) throws -> Result {
        let commit = try commit(record)
        let known = try registry.runRecord(
            of: ObjectID(record.environmentCommit) ?? .zero, in: record.environment)
        return .recorded(known?.record ?? record, commit)
    }

    /// Records the run, one at a time: whoever is second finds the first one's record in the ledger.
    private func commit(_ record: RunRecord) throws -> ObjectID {
        let lock = try FileLock(waitingFor: registry.folder.appending("record.lock"))
        defer { withExtendedLifetime(lock) {} }
        try registry.settle()
        return try registry.record(record)
    }

    private func order(_ resolution: Resolution) throws -> RunOrder {
        let configuration = try WatchSettings.configuration(of: registry)
        let version = try ModelVersion(model: resolution.model, number: resolution.version)
        let facts = try registry.registration(of: version)
        let place =
            "\(resolution.environment.name)/\(resolution.model.text)/\(resolution.commit.hex)"
        let outputs = configuration.outputs ?? registry.folder.appending("outputs")
        return RunOrder(
            resolution: resolution,
            parameters: try Parameters(
                resolution.parameters, file: resolution.model.parametersPath),
            description: facts.description,
            baseline: try registry.repository.blob(at: "baseline.json", in: facts.files.id),
            workFolder: registry.folder.appending("runs").pushing(.init(place)),
            outputFolder: outputs.pushing(.init(place)), dataFolder: configuration.dataDirectory)
    }

    private func unrun(
        _ resolution: Resolution, _ status: RunRecord.Status, _ reason: String
    ) throws -> RunRecord {
        let now = registry.now.description
        return RunRecord(
            environment: resolution.environment, environmentCommit: resolution.commit.hex,
            version: try ModelVersion(model: resolution.model, number: resolution.version),
            modelSHA256: resolution.artifacts.first?.sha256 ?? "",
            parameters: resolution.parameters, status: status, reason: reason, started: now,
            ended: now)
    }
}
