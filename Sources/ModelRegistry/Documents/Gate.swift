/// A threshold on a metric, both of its ends included.
package struct Gate: Hashable, Codable, Sendable {
    /// The least value that passes.
    package let min: Double?
    /// The largest value that passes.
    package let max: Double?

    package init(min: Double? = nil, max: Double? = nil) {
        self.min = min
        self.max = max
    }

    /// Reads a mapping of `min`, `max` or both.
    package init(_ node: DocumentNode) throws(DocumentError) {
        let members = try node.members(["min", "max"])
        min = try members["min"]?.number()
        max = try members["max"]?.number()
        guard min != nil || max != nil else { throw node.error("must have 'min' or 'max'") }
        if let min, let max, min > max {
            throw node.error("admits nothing: min is above max")
        }
    }

    /// Reads a mapping of metrics to gates.
    static func gates(_ node: DocumentNode) throws(DocumentError) -> [String: Gate] {
        var gates: [String: Gate] = [:]
        for (metric, gate) in try node.pairs() {
            try checkMetricName(metric, at: gate)
            gates[metric] = try Gate(gate)
        }
        return gates
    }

    /// Whether the value passes; a missing value and NaN never do.
    package func admits(_ value: Double?) -> Bool {
        guard let value, !value.isNaN, min != nil || max != nil else { return false }
        return (min.map { value >= $0 } ?? true) && (max.map { value <= $0 } ?? true)
    }

    /// The gate as it is written in a document.
    package var value: DocumentValue {
        var members: [String: DocumentValue] = [:]
        if let min { members["min"] = .number(min) }
        if let max { members["max"] = .number(max) }
        return .mapping(members)
    }

    /// Refuses an empty, overlong or many-lined name of a metric.
    static func checkMetricName(_ name: String, at node: DocumentNode) throws(DocumentError) {
        guard !name.isEmpty, name.utf8.count <= 256, name.utf8.allSatisfy({ $0 >= 0x20 }) else {
            throw node.error("is not a metric's name", hint: "1 to 256 bytes on one line")
        }
    }
}
