import Testing

@testable import BatchInference

@Suite("Latencies")
struct LatencyRecorderTests {
    @Test func percentilesAreTheNearestRanks() {
        var recorder = LatencyRecorder()
        for milliseconds in (1...200).reversed() {
            recorder.record(rows: 10, took: .milliseconds(milliseconds))
        }
        let values = recorder.values()
        #expect(values["latency_p50_ms"] == MetricValue(value: 100, n: 200))
        #expect(values["latency_p95_ms"] == MetricValue(value: 190, n: 200))
        #expect(values["latency_p99_ms"] == MetricValue(value: 198, n: 200))
        #expect(values["rows_per_second"]?.value.isNear(2000 / 20.1) == true)
        #expect(recorder.values(elapsed: .seconds(40))["rows_per_second"]?.value == 50)
    }

    @Test func oneBatchIsEveryPercentile() {
        var recorder = LatencyRecorder()
        recorder.record(rows: 1, took: .microseconds(1500))
        for percentile in ["latency_p50_ms", "latency_p95_ms", "latency_p99_ms"] {
            #expect(recorder.values()[percentile] == MetricValue(value: 1.5, n: 1))
        }
    }

    @Test func withoutBatchesThereIsNoValue() {
        for (_, value) in LatencyRecorder().values() {
            #expect(value == MetricValue(value: nil, n: 0))
        }
    }
}

@Suite("Agreement")
struct AgreementMetricsTests {
    @Test func equalClassesAreCounted() {
        var metrics = AgreementMetrics()
        for row in 0..<100 { metrics.add("a", row < 90 ? "a" : "b") }
        #expect(metrics.values == ["agreement": Proportion(hits: 90, n: 100).metric])
    }

    @Test func differencesOfNumbersAreMeasured() {
        var metrics = AgreementMetrics()
        metrics.add(1, 1.5)
        metrics.add(-2, -1)
        metrics.add(.infinity, .infinity)
        metrics.add(3, 3)
        #expect(
            metrics.values == [
                "agreement_max_difference": MetricValue(value: 1, n: 4),
                "agreement_mean_difference": MetricValue(value: 0.375, n: 4),
            ])
    }

    @Test func oneNaNIsNoAgreement() {
        var metrics = AgreementMetrics()
        metrics.add(.nan, .nan)
        #expect(metrics.values["agreement_max_difference"]?.value == 0)
        metrics.add(.nan, 1)
        metrics.add(1, 2)
        #expect(
            metrics.values == [
                "agreement_max_difference": MetricValue(value: nil, n: 3),
                "agreement_mean_difference": MetricValue(value: nil, n: 3),
            ])
    }
}
