/// Measures predicted numbers against labels, row by row, in constant memory.
package struct RegressionMetrics: Sendable {
    private var rows = 0
    private var absoluteErrors = 0.0
    private var squaredErrors = 0.0
    private var labels = Moments()

    /// Makes metrics of no rows.
    package init() {}

    /// Adds a row; one without a label is not counted.
    package mutating func add(label: Double?, prediction: Double) {
        guard let label else { return }
        rows += 1
        let error = prediction - label
        absoluteErrors += abs(error)
        squaredErrors += error * error
        labels.add(label)
    }

    /// `mae`, `rmse` and `r2`: 1 - Σ(y - ŷ)² / Σ(y - ȳ)², nil when all labels are equal.
    package var values: [String: MetricValue] {
        let n = Double(rows)
        func metric(_ value: Double) -> MetricValue {
            MetricValue(value: rows > 0 ? value : nil, n: rows)
        }
        return [
            "mae": metric(absoluteErrors / n),
            "rmse": metric((squaredErrors / n).squareRoot()),
            "r2": metric(labels.squares > 0 ? 1 - squaredErrors / labels.squares : .nan),
        ]
    }
}
