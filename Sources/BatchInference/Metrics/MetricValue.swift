/// A metric: its value, on how many rows it rests, and its 95 % interval.
package struct MetricValue: Codable, Hashable, Sendable {
    /// The value; nil where it could not be computed.
    package let value: Double?
    package let n: Int?
    package let low: Double?
    package let high: Double?

    /// Numbers that are not finite become nil, since JSON has none.
    package init(value: Double?, n: Int? = nil, low: Double? = nil, high: Double? = nil) {
        self.value = value.finite
        self.n = n
        self.low = low.finite
        self.high = high.finite
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            value: try container.decode(Double?.self, forKey: .value),
            n: try container.decodeIfPresent(Int.self, forKey: .n),
            low: try container.decodeIfPresent(Double.self, forKey: .low),
            high: try container.decodeIfPresent(Double.self, forKey: .high))
    }

    /// Writes `"value": null` where there is none: the metric was asked for.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encodeIfPresent(n, forKey: .n)
        try container.encodeIfPresent(low, forKey: .low)
        try container.encodeIfPresent(high, forKey: .high)
    }

    private enum CodingKeys: String, CodingKey {
        case value, n, low, high
    }
}

extension Double? {
    /// The number, unless it is NaN or infinite.
    var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
