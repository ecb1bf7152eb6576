/// The metrics of a version at its registration: `metrics.json`.
package struct Metrics: Hashable, Sendable {
    /// The metrics by their names.
    package let values: [String: MetricValue]

    package init(values: [String: MetricValue]) {
        self.values = values
    }

    /// Reads a JSON mapping of names to numbers, or to mappings of value, n, low and high.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Metrics {
        let root = try DocumentNode(json: bytes, file: file)
        let values = try MetricValue.metrics(root)
        guard !values.isEmpty else {
            throw root.error(
                "names no metrics", hint: "write at least one, like {\"accuracy\": 0.9}")
        }
        return Metrics(values: values)
    }

    /// The canonical JSON text; a metric that is but a value is written as a number.
    package func serialise() -> [UInt8] {
        let members = values.mapValues { metric -> DocumentValue in
            guard metric == MetricValue(value: metric.value), let value = metric.value else {
                return metric.documentValue
            }
            return .number(value)
        }
        return Array(DocumentValue.mapping(members).json.utf8)
    }
}
