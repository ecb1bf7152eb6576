import Foundation
import Testing

@testable import BatchInference

@Suite("Gates")
struct GateTests {
    @Test(arguments: [
        (GateLimit(min: 0.9), 0.9, true), (GateLimit(min: 0.9), 0.89, false),
        (GateLimit(max: 5), 5, true), (GateLimit(max: 5), 5.01, false),
        (GateLimit(min: 1, max: 2), 1.5, true), (GateLimit(min: 1, max: 2), 2.5, false),
        (GateLimit(min: 1, max: 2), 0.5, false), (GateLimit(min: 0), .nan, false),
        (GateLimit(max: 5), -.infinity, false), (GateLimit(), 1, false),
    ])
    func bothEndsAreIncluded(limit: GateLimit, value: Double, passes: Bool) {
        let results = evaluate(gates: ["m": limit], metrics: ["m": MetricValue(value: value)])
        #expect(results.map(\.result) == [passes ? .passed : .failed])
    }

    @Test func whatIsNoNumberIsNeverAdmitted() {
        #expect(!GateLimit(min: 0).admits(.nan))
        #expect(!GateLimit(max: 0).admits(nil))
        #expect(!GateLimit().admits(1))
    }

    @Test func aMissingMetricFails() {
        let gates = ["b": GateLimit(min: 0), "a": GateLimit(min: 0), "c": GateLimit(min: 0)]
        let metrics = ["b": MetricValue(value: 1), "c": MetricValue(value: nil)]
        let results = evaluate(gates: gates, metrics: metrics)
        #expect(results.map(\.metric) == ["a", "b", "c"])
        #expect(results.map(\.value) == [nil, 1, nil])
        #expect(results.map(\.result) == [.failed, .passed, .failed])
    }

    @Test func theJSONSaysNullWhereThereIsNoValue() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let result = GateResult(metric: "auc", value: nil, limit: GateLimit(min: 0.5))
        let text = #"{"limit":{"min":0.5},"metric":"auc","result":"failed","value":null}"#
        #expect(String(decoding: try encoder.encode(result), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(GateResult.self, from: Data(text.utf8)) == result)

        let metric = MetricValue(value: .nan, n: 3)
        #expect(
            String(decoding: try encoder.encode(metric), as: UTF8.self) == #"{"n":3,"value":null}"#)
        #expect(
            try JSONDecoder().decode(MetricValue.self, from: Data(#"{"n":3,"value":null}"#.utf8))
                == metric)
    }
}
