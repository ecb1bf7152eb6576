/// What one batch inference did and found: the evidence for the next environment.
package struct RunRecord: Hashable, Sendable {
    /// The environment that the run was for.
    package var environment: Environment
    /// The environment commit that the run was for, in hexadecimal digits.
    package var environmentCommit: String
    /// The version that ran.
    package var version: ModelVersion
    /// The digest of the version's artifact.
    package var modelSHA256: String
    /// The digest of the quantized model that ran.
    package var derivedSHA256: String?
    /// What was read; nil when the run did not come that far.
    package var input: Input?
    /// What was written; nil when the run did not come that far.
    package var output: Output?
    /// The parameters it ran with.
    package var parameters: DocumentValue
    /// What ran the model; nil when the run did not come that far.
    package var engine: Engine?
    /// How the weights were rewritten before the run.
    package var quantization: Quantization
    /// What was measured, by name.
    package var metrics: [String: MetricValue]
    /// How the metrics compare with the gates of the parameters.
    package var gates: [GateResult]
    /// How the run ended.
    package var status: Status
    /// Why the run did not pass.
    package var reason: String?
    /// When the run started: ISO 8601, UTC, like `2026-01-31T09:30:00Z`.
    package var started: String
    /// When the run ended, likewise.
    package var ended: String

    package init(
        environment: Environment, environmentCommit: String, version: ModelVersion,
        modelSHA256: String, derivedSHA256: String? = nil, input: Input? = nil,
        output: Output? = nil, parameters: DocumentValue, engine: Engine? = nil,
        quantization: Quantization = .none, metrics: [String: MetricValue] = [:],
        gates: [GateResult] = [], status: Status, reason: String? = nil, started: String,
        ended: String
    ) {
        self.environment = environment
        self.environmentCommit = environmentCommit
        self.version = version
        self.modelSHA256 = modelSHA256
        self.derivedSHA256 = derivedSHA256
        self.input = input
        self.output = output
        self.parameters = parameters
        self.engine = engine
        self.quantization = quantization
        self.metrics = metrics
        self.gates = gates
        self.status = status
        self.reason = reason
        self.started = started
        self.ended = ended
    }

    /// How a run ended.
    package enum Status: String, CaseIterable, Codable, Hashable, Sendable {
        /// It ran, and every gate was met.
        case passed
        /// It ran, and a gate was not met.
        case failed
        /// It could not run.
        case error
        /// The model had advanced before it could run.
        case skipped
    }

    /// The data set that was read.
    package struct Input: Hashable, Codable, Sendable {
        package var uri: String
        package var sha256: String
        package var rows: Int

        package init(uri: String, sha256: String, rows: Int) {
            self.uri = uri
            self.sha256 = sha256
            self.rows = rows
        }
    }

    /// The predictions that were written.
    package struct Output: Hashable, Codable, Sendable {
        package var path: String
        package var sha256: String
        package var rows: Int

        package init(path: String, sha256: String, rows: Int) {
            self.path = path
            self.sha256 = sha256
            self.rows = rows
        }
    }

    /// What ran the model.
    package struct Engine: Hashable, Codable, Sendable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }
}

/// Whether a metric met its gate.
package struct GateResult: Hashable, Codable, Sendable {
    /// The metric's name.
    package let metric: String
    /// The measured value.
    package let value: Double?
    /// The threshold.
    package let limit: Gate
    /// Whether the value is within the threshold.
    package let result: Result

    /// Judges `value` by `limit`; a missing value and NaN fail.
    package init(metric: String, value: Double?, limit: Gate) {
        self.metric = metric
        self.value = value.finite
        self.limit = limit
        result = limit.admits(value) ? .passed : .failed
    }

    /// The verdict of a gate.
    package enum Result: String, CaseIterable, Codable, Hashable, Sendable {
        case passed, failed
    }
}
