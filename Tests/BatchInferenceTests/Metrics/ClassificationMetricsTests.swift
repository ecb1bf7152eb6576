import Testing

@testable import BatchInference

/// Second opinions: scikit-learn 1.9.1, SciPy 1.17.1.
@Suite("Metrics of classes")
struct ClassificationMetricsTests {
    private let labels = "aabbbabbab".map(String.init)
    private let predictions = "ababbbbaab".map(String.init)
    private let scores = [0.2, 0.6, 0.3, 0.9, 0.7, 0.5, 0.7, 0.4, 0.1, 0.6]

    private func binary() -> [String: MetricValue] {
        var metrics = ClassificationMetrics(positiveClass: "b")
        for row in labels.indices {
            metrics.add(label: labels[row], prediction: predictions[row], score: scores[row])
        }
        return metrics.values
    }

    /// `binomtest(6, 10).proportion_ci(.95, "wilson")`
    @Test func accuracyHasItsWilsonInterval() throws {
        let accuracy = try #require(binary()["accuracy"])
        #expect(accuracy.value == 0.6)
        #expect(accuracy.n == 10)
        #expect(accuracy.low.isNear(0.3126737697336583))
        #expect(accuracy.high.isNear(0.8318196702937639))
    }

    /// `precision_score(y, p, pos_label="b")` and so on, `roc_auc_score([c == "b" for c in y], s)`
    @Test func twoClassesAreMeasuredByThePositiveOne() {
        let values = binary()
        #expect(values["precision"]?.value == 4.0 / 6)
        #expect(values["precision"]?.n == 6)
        #expect(values["recall"]?.value == 4.0 / 6)
        #expect(values["f1"]?.value.isNear(0.6666666666666666) == true)
        #expect(values["auc"] == MetricValue(value: 0.8125, n: 10))
    }

    /// `precision_score(y, p, average="macro", zero_division=0)` and so on
    @Test func severalClassesAreAveraged() {
        var metrics = ClassificationMetrics()
        for (label, prediction) in zip("abcabcabcd", "abbaccbbca") {
            metrics.add(label: String(label), prediction: String(prediction))
        }
        let values = metrics.values
        #expect(values["accuracy"]?.value == 0.6)
        #expect(values["precision"]?.value.isNear(0.45833333333333326) == true)
        #expect(values["recall"]?.value == 0.5)
        #expect(values["f1"]?.value.isNear(0.47619047619047616) == true)
        #expect(values["f1"]?.n == 10)
        #expect(values["auc"] == nil)
    }

    @Test func rowsWithoutALabelAreNotCounted() {
        var metrics = ClassificationMetrics(positiveClass: "1")
        metrics.add(label: nil, prediction: "1", score: 0.9)
        metrics.add(label: "", prediction: "1", score: 0.9)
        metrics.add(label: "1", prediction: "1", score: 0.9)
        #expect(metrics.values["accuracy"]?.n == 1)
        #expect(metrics.values["auc"] == MetricValue(value: nil, n: 1))
    }

    @Test func withoutRowsThereIsNoValue() {
        for metrics in [ClassificationMetrics(), ClassificationMetrics(positiveClass: "b")] {
            for name in ["accuracy", "precision", "recall", "f1"] {
                #expect(metrics.values[name] == MetricValue(value: nil, n: 0))
            }
            #expect(metrics.values["auc"] == nil)
        }
    }

    @Test func aPositiveClassThatIsNeverPredictedHasNoPrecision() {
        var metrics = ClassificationMetrics(positiveClass: "b")
        metrics.add(label: "b", prediction: "a")
        metrics.add(label: "a", prediction: "a")
        #expect(metrics.values["precision"] == MetricValue(value: nil, n: 0))
        #expect(metrics.values["recall"]?.value == 0)
        #expect(metrics.values["f1"]?.value == 0)
    }

    @Test(arguments: [
        ("1.0", "1", true), ("1", "1.000", true), ("-2.0", "-2", true), ("1.5", "1.50", false),
        ("v1.0", "v1", false), (".0", "", false), ("01", "1", false), ("-.0", "-", false),
    ])
    func wholeNumbersAreTheSameClassWithAndWithoutAPoint(
        label: String, prediction: String, isSame: Bool
    ) {
        var metrics = ClassificationMetrics()
        metrics.add(label: label, prediction: prediction)
        #expect(metrics.values["accuracy"]?.value == (isSame ? 1 : 0))
    }
}

@Suite("Shares and their interval")
struct ProportionTests {
    /// `binomtest(k, n).proportion_ci(.95, "wilson")`
    @Test(arguments: [
        (0, 20, 0.0, 0.16112515805281935), (20, 20, 0.8388748419471808, 1.0),
        (90, 100, 0.8256343384950865, 0.9447708629393249), (1, 1, 0.20654931437723745, 1.0),
    ])
    func theIntervalIsWilsons(hits: Int, n: Int, low: Double, high: Double) {
        let metric = Proportion(hits: hits, n: n).metric
        #expect(metric.low.isNear(low))
        #expect(metric.high.isNear(high))
    }

    @Test func theEndsAreNotExceeded() {
        #expect(Proportion(hits: 0, n: 7).metric.low == 0)
        #expect(Proportion(hits: 7, n: 7).metric.high == 1)
        #expect(Proportion(hits: 0, n: 0).metric == MetricValue(value: nil, n: 0))
    }
}

@Suite("Area under the curve")
struct RankCurveTests {
    /// `r = [(i*7919) % 101 for i in range(200)]; y = [(i*31) % 7 < 3 for i in range(200)]`
    /// `roc_auc_score(y, [x//10 + (4 if l else 0) for x, l in zip(r, y)])`
    @Test func tiesCountOneHalf() {
        var curve = RankCurve()
        for row in 0..<200 {
            let isPositive = row * 31 % 7 < 3
            curve.add(
                score: Double(row * 7919 % 101 / 10 + (isPositive ? 4 : 0)), isPositive: isPositive)
        }
        #expect(curve.area.isNear(0.8184924520603836))
        #expect(curve.count == 200)
    }

    @Test func equalScoresSayNothing() {
        var curve = RankCurve()
        for row in 0..<10 { curve.add(score: 0.5, isPositive: row < 3) }
        #expect(curve.area == 0.5)
    }

    @Test func oneClassAloneHasNoArea() {
        var curve = RankCurve()
        curve.add(score: 0.5, isPositive: true)
        #expect(curve.area == nil)
    }

    @Test func aScoreThatIsNoNumberLeavesNoArea() {
        var curve = RankCurve()
        curve.add(score: 0.5, isPositive: true)
        curve.add(score: 0.1, isPositive: false)
        #expect(curve.area == 1)
        curve.add(score: .nan, isPositive: false)
        #expect(curve.area == nil)
    }
}

extension Double? {
    /// Whether the number is the expected one but for rounding in another order.
    func isNear(_ expected: Double) -> Bool {
        map { abs($0 - expected) <= 1e-12 * max(abs(expected), 1) } ?? false
    }
}
