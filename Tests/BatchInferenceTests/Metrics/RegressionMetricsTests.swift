import Testing

@testable import BatchInference

/// Second opinion: scikit-learn 1.9.1.
@Suite("Metrics of numbers")
struct RegressionMetricsTests {
    private func measure(_ rows: [(Double?, Double)]) -> [String: MetricValue] {
        var metrics = RegressionMetrics()
        for row in rows { metrics.add(label: row.0, prediction: row.1) }
        return metrics.values
    }

    /// `mean_absolute_error(t, q)`, `root_mean_squared_error(t, q)`, `r2_score(t, q)`
    @Test func errorsAreMeasured() {
        let values = measure([
            (3, 2.5), (-0.5, 0), (2, 2), (7, 8), (1_000_000.25, 1_000_000), (nil, 5),
        ])
        #expect(values["mae"]?.value.isNear(0.45) == true)
        #expect(values["rmse"]?.value.isNear(0.5590169943749475) == true)
        #expect(values["r2"]?.value.isNear(0.9999999999980469) == true)
        #expect(values["r2"]?.n == 5)
    }

    /// `r2_score([1e9 + i for i in (1, 2, 3, 4)], [1e9 + i for i in (1.5, 2, 3, 3.5)])`
    @Test func aLargeMeanCostsNoDigits() {
        let values = measure(
            [1, 2, 3, 4].map { 1e9 + $0 }.enumerated().map {
                ($1, 1e9 + [1.5, 2, 3, 3.5][$0])
            })
        #expect(values["r2"]?.value == 0.9)
    }

    @Test func equalLabelsLeaveNothingToExplain() {
        let values = measure([(0.1, 0.1), (0.1, 0.2), (0.1, 0.3)])
        #expect(values["r2"] == MetricValue(value: nil, n: 3))
        #expect(values["mae"]?.value.isNear(0.1) == true)
    }

    @Test func withoutRowsThereIsNoValue() {
        for name in ["mae", "rmse", "r2"] {
            #expect(measure([(nil, 1)])[name] == MetricValue(value: nil, n: 0))
        }
    }

    @Test func aPredictionThatIsNoNumberLeavesNoValue() {
        let values = measure([(1, 1), (2, .nan)])
        for name in ["mae", "rmse", "r2"] {
            #expect(values[name] == MetricValue(value: nil, n: 2))
        }
    }
}
