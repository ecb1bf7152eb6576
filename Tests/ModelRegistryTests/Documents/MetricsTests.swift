import ModelRegistry
import Testing

@Suite struct MetricsTests {
    private func parse(_ text: String) throws(DocumentError) -> Metrics {
        try Metrics.parse(text.bytes, file: "metrics.json")
    }

    @Test func aMetricIsANumberOrAMapping() throws {
        let metrics = try parse(
            #"{"mae": 2, "auc": {"value": null}, "accuracy": {"value": 0.9, "n": 10, "low": 0.6, "high": 1}}"#
        )
        #expect(
            metrics.values == [
                "mae": MetricValue(value: 2), "auc": MetricValue(value: nil),
                "accuracy": MetricValue(value: 0.9, n: 10, low: 0.6, high: 1),
            ])
    }

    @Test func whatIsWrittenIsCanonical() throws {
        let metrics = Metrics(values: [
            "b": MetricValue(value: 0.5), "a": MetricValue(value: nil),
            "c": MetricValue(value: 1, n: 3),
        ])
        let text = """
            {
              "a": {
                "value": null
              },
              "b": 0.5,
              "c": {
                "n": 3,
                "value": 1.0
              }
            }

            """
        #expect(String(decoding: metrics.serialise(), as: UTF8.self) == text)
        #expect(try parse(text) == metrics)
    }

    @Test(arguments: [
        ("{}", "metrics.json:1: names no metrics"),
        ("[]", "metrics.json:1: must be a mapping"),
        (
            "{\n\"a\": \"0.9\"}",
            "metrics.json:2: 'a' must be a number, or a mapping of value, n, low and high"
        ),
        (
            "{\"a\": true}",
            "metrics.json:1: 'a' must be a number, or a mapping of value, n, low and high"
        ),
        (
            "{\"a\": null}",
            "metrics.json:1: 'a' must be a number, or a mapping of value, n, low and high"
        ),
        ("{\"a\": NaN}", "metrics.json:1: 'a' is NaN, which JSON doesn't have"),
        ("{\"a\": {\"n\": 1}}", "metrics.json:1: 'a' lacks the key 'value'"),
        ("{\"a\": {\"value\": 1, \"sd\": 1}}", "metrics.json:1: 'a.sd' is not a known key"),
        ("{\"a\": {\"value\": 1, \"n\": 1.5}}", "metrics.json:1: 'a.n' must be an integer"),
        ("{\"\": 1}", "metrics.json:1: is not a metric's name"),
        ("accuracy: 0.9", "metrics.json:1: is 'accuracy', which is not JSON"),
    ])
    func malformedMetricsAreRefused(text: String, expected: String) {
        #expect(complaint { () throws(DocumentError) in try parse(text) } == expected)
    }
}
