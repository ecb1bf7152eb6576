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
    ///   - again: whether a run that ended in error is made once more.
    ///   - attempt: how often the runner was started for it before.
    ///   - started: called once the runner is about to start.
    package func run(
        _ model: ModelName, in environment: Environment, at commit: ObjectID, again: Bool = false,
        attempt: Int = 0, started: () throws -> Void = {}
    ) throws -> Result {
        func settled(_ commit: ObjectID) throws -> Result? {
            let known = try registry.runRecord(of: commit, in: environment)
            guard let known, !again || known.record.status != .error else { return nil }
            return .recorded(known.record, known.commit)
        }
        if let known = try settled(commit) { return known }
        guard let resolution = try registry.resolve(model, in: environment, at: commit) else {
            return .nothing("\(environment) has no version of \(model) at \(commit.short)")
        }
        // An approval of what was there already changes nothing that could run: the first one's run counts.
        if let known = try settled(resolution.commit) { return known }
        let earlier = try registry.receipts.runCommits(of: resolution.commit, in: environment)
        let tip = try registry.tip(of: environment)
        let latest = try registry.judge.history.lastChange(of: model, from: tip.id)
        guard latest?.id == resolution.commit else {
            let skipped = try unrun(resolution, .skipped, "\(model) has advanced meanwhile")
            return try record(skipped, after: earlier.first)
        }
        let order = try order(resolution, number: earlier.count)
        guard resolution.format == .onnx else {
            let why = "the format '\(resolution.format.rawValue)' has no engine"
            return try record(unrun(resolution, .error, why), after: earlier.first)
        }
        try started()
        switch try settings.runner.run(order) {
        case .ended(let ended): return try record(ended, after: earlier.first)
        case .killed(let why):
            guard attempt + 1 >= Self.attempts else { return .again(why: why) }
            let reason = "\(why), \(Self.attempts) times"
            return try record(unrun(resolution, .error, reason), after: earlier.first)
        }
    }

    private func record(_ record: RunRecord, after earlier: ObjectID?) throws -> Result {
        let commit = try commit(record, after: earlier)
        let known = try registry.runRecord(
            of: ObjectID(record.environmentCommit) ?? .zero, in: record.environment)
        return .recorded(known?.record ?? record, commit)
    }

    /// Records the run, one at a time: whoever is second finds the first one's record in the ledger.
    private func commit(_ record: RunRecord, after earlier: ObjectID?) throws -> ObjectID {
        let lock = try FileLock(waitingFor: registry.folder.appending("record.lock"))
        defer { withExtendedLifetime(lock) {} }
        try registry.settle()
        return try registry.record(record, after: earlier)
    }

    /// - Parameter number: how many runs of it are recorded; each has a folder of its own.
    private func order(_ resolution: Resolution, number: Int) throws -> RunOrder {
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
            workFolder: registry.folder.appending("runs")
                .pushing(.init(number == 0 ? place : "\(place)-\(number + 1)")),
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
