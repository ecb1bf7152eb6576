/// A metric: its value, on how many rows it rests, and its interval.
package struct MetricValue: Hashable, Codable, Sendable {
    /// The value; nil where it could not be computed.
    package let value: Double?
    /// How many rows it rests on.
    package let n: Int?
    /// The lower end of the 95 % interval.
    package let low: Double?
    /// The upper end of the 95 % interval.
    package let high: Double?

    /// Numbers that are not finite become nil, since JSON has none.
    package init(value: Double?, n: Int? = nil, low: Double? = nil, high: Double? = nil) {
        self.value = value.finite
        self.n = n
        self.low = low.finite
        self.high = high.finite
    }

    /// Reads a mapping of `value` and, where they are known, `n`, `low` and `high`.
    init(_ node: DocumentNode) throws(DocumentError) {
        let members = try node.members(["value", "n", "low", "high"])
        self.init(
            value: try node.required("value").numberOrNull(),
            n: try members["n"]?.integer(in: 0...Int.max),
            low: try members["low"]?.numberOrNull(), high: try members["high"]?.numberOrNull())
    }

    /// Reads a mapping of names to metrics, where a bare number stands for its value.
    static func metrics(_ node: DocumentNode) throws(DocumentError) -> [String: MetricValue] {
        var metrics: [String: MetricValue] = [:]
        for (name, member) in try node.pairs() {
            try Gate.checkMetricName(name, at: member)
            switch member.content {
            case .mapping: metrics[name] = try MetricValue(member)
            case .scalar(_, .integer), .scalar(_, .number):
                metrics[name] = MetricValue(value: try member.number())
            case .scalar, .list:
                throw member.error(
                    "must be a number, or a mapping of value, n, low and high",
                    hint: "a value that is not known is written {\"value\": null}")
            }
        }
        return metrics
    }

    /// The metric as it is written in a document.
    package var documentValue: DocumentValue {
        var members: [String: DocumentValue] = ["value": value.map { .number($0) } ?? .null]
        if let n { members["n"] = .integer(n) }
        if let low { members["low"] = .number(low) }
        if let high { members["high"] = .number(high) }
        return .mapping(members)
    }
}

extension Double? {
    /// The number, unless it is NaN or infinite.
    var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}

extension DocumentNode {
    /// The number, nil for `null`.
    func numberOrNull() throws(DocumentError) -> Double? { isNull ? nil : try number() }
}
