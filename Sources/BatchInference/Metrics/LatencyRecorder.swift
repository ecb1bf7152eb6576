/// Gathers how long batches took; keeps 8 bytes per batch.
package struct LatencyRecorder: Sendable {
    private var milliseconds: [Double] = []
    private var rows = 0

    /// Makes a recorder without batches.
    package init() {}

    /// Adds a batch of that many rows.
    package mutating func record(rows: Int, took duration: Duration) {
        milliseconds.append(duration / .milliseconds(1))
        self.rows += rows
    }

    /// `rows_per_second`, and the batches' `latency_p50_ms`, `latency_p95_ms` and `latency_p99_ms`.
    ///
    /// A percentile is the nearest rank's: the smallest of the measured times that p % of them don't
    /// exceed. Rows per second are over `elapsed`, the batches' sum by default.
    package func values(elapsed: Duration? = nil) -> [String: MetricValue] {
        let sorted = milliseconds.sorted()
        let total = elapsed.map { $0 / .milliseconds(1) } ?? milliseconds.reduce(0, +)
        func percentile(_ percent: Int) -> MetricValue {
            let rank = (sorted.count * percent + 99) / 100
            return MetricValue(value: rank > 0 ? sorted[rank - 1] : nil, n: sorted.count)
        }
        return [
            "rows_per_second": MetricValue(
                value: total > 0 ? Double(rows) / (total / 1000) : nil, n: rows),
            "latency_p50_ms": percentile(50),
            "latency_p95_ms": percentile(95),
            "latency_p99_ms": percentile(99),
        ]
    }
}
