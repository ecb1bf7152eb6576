/// Whether a metric met its gate.
package struct GateResult: Codable, Hashable, Sendable {
    package let metric: String
    /// The metric's value; nil where there is none.
    package let value: Double?
    package let limit: GateLimit
    package let result: Verdict

    /// A gate's answer.
    package enum Verdict: String, Codable, Hashable, Sendable {
        case passed, failed
    }

    /// Judges a value by a limit; a missing value and NaN fail.
    package init(metric: String, value: Double?, limit: GateLimit) {
        self.metric = metric
        self.value = value.finite
        self.limit = limit
        result = limit.admits(self.value) ? .passed : .failed
    }

    /// Writes `"value": null` where there is none.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(metric, forKey: .metric)
        try container.encode(value, forKey: .value)
        try container.encode(limit, forKey: .limit)
        try container.encode(result, forKey: .result)
    }
}

/// Judges metrics by gates, in the order of the metrics' names.
package func evaluate(
    gates: [String: GateLimit], metrics: [String: MetricValue]
) -> [GateResult] {
    gates.sorted { $0.key < $1.key }.map { metric, limit in
        GateResult(metric: metric, value: metrics[metric]?.value, limit: limit)
    }
}
