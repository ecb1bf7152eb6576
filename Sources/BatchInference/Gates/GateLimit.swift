/// A threshold on a metric, both of its ends included.
package struct GateLimit: Codable, Hashable, Sendable {
    package let min: Double?
    package let max: Double?

    package init(min: Double? = nil, max: Double? = nil) {
        self.min = min
        self.max = max
    }

    /// Whether the value passes; a missing value and NaN never do, and a limit without ends passes
    /// nothing.
    package func admits(_ value: Double?) -> Bool {
        guard let value, !value.isNaN, min != nil || max != nil else { return false }
        return (min.map { value >= $0 } ?? true) && (max.map { value <= $0 } ?? true)
    }
}
