import Foundation
import ModelRegistry
import Testing

@Suite struct RunRecordTests {
    static let digest = String(repeating: "ab", count: 32)

    static func record() throws -> RunRecord {
        RunRecord(
            environment: try Environment("dev"),
            environmentCommit: String(repeating: "c", count: 40),
            version: try ModelVersion("churn@3"), modelSHA256: digest, derivedSHA256: digest,
            input: .init(uri: "scoring/march.csv", sha256: digest, rows: 569),
            output: .init(path: "predictions.csv", sha256: digest, rows: 569),
            parameters: try Parameters.none.setting("inference.threads", to: "2").value,
            engine: .init(name: "onnxruntime", version: "1.32.0"), quantization: .int8,
            metrics: [
                "accuracy": MetricValue(value: 0.9, n: 569, low: 0.87, high: 0.92),
                "auc": MetricValue(value: .nan),
            ],
            gates: [GateResult(metric: "accuracy", value: 0.9, limit: Gate(min: 0.8))],
            status: .passed, started: "2026-01-31T09:30:00Z", ended: "2026-01-31T09:30:01.250Z")
    }

    static let text = """
        {
          "apiVersion": "signet/v1",
          "derivedSha256": "\(digest)",
          "ended": "2026-01-31T09:30:01.250Z",
          "engine": {
            "name": "onnxruntime",
            "version": "1.32.0"
          },
          "environment": "dev",
          "environmentCommit": "\(String(repeating: "c", count: 40))",
          "gates": [
            {
              "limit": {
                "min": 0.8
              },
              "metric": "accuracy",
              "result": "passed",
              "value": 0.9
            }
          ],
          "input": {
            "rows": 569,
            "sha256": "\(digest)",
            "uri": "scoring/march.csv"
          },
          "kind": "RunRecord",
          "metrics": {
            "accuracy": {
              "high": 0.92,
              "low": 0.87,
              "n": 569,
              "value": 0.9
            },
            "auc": {
              "value": null
            }
          },
          "model": "churn",
          "modelSha256": "\(digest)",
          "output": {
            "path": "predictions.csv",
            "rows": 569,
            "sha256": "\(digest)"
          },
          "parameters": {
            "inference": {
              "threads": 2
            }
          },
          "quantization": "int8",
          "started": "2026-01-31T09:30:00Z",
          "status": "passed",
          "version": 3
        }

        """

    private func parse(_ text: String) throws(DocumentError) -> RunRecord {
        try RunRecord.parse(text.bytes, file: "dev.json")
    }

    @Test func whatIsWrittenIsCanonical() throws {
        #expect(String(decoding: try Self.record().serialise(), as: UTF8.self) == Self.text)
    }

    @Test func everyFieldIsRead() throws {
        #expect(try parse(Self.text) == Self.record())
    }

    @Test func aRunThatCouldNotStartHasLittleToTell() throws {
        var record = try Self.record()
        (record.input, record.output, record.engine) = (nil, nil, nil)
        (record.derivedSHA256, record.metrics, record.gates) = (nil, [:], [])
        (record.status, record.reason) = (.error, "scoring/march.csv: no such file\nhint: …")
        #expect(try RunRecord.parse(record.serialise(), file: "dev.json") == record)
    }

    @Test func itIsEncodedLikeTheDocument() throws {
        let record = try Self.record()
        let encoded = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(RunRecord.self, from: encoded) == record)
        #expect(try RunRecord.parse(Array(encoded), file: "dev.json") == record)
    }

    @Test func aMissingOrUndefinedValueFailsItsGate() {
        #expect(GateResult(metric: "a", value: nil, limit: Gate(min: 0)).result == .failed)
        #expect(GateResult(metric: "a", value: .nan, limit: Gate(min: 0)).result == .failed)
        #expect(GateResult(metric: "a", value: .nan, limit: Gate(min: 0)).value == nil)
        #expect(GateResult(metric: "a", value: 0, limit: Gate(min: 0)).result == .passed)
    }

    static let refusals: [(String, String, String)] = [
        ("\"RunRecord\"", "\"Run\"", "26: 'kind' is 'Run'; this must be a 'RunRecord'"),
        ("\"version\": 3", "\"version\": \"3\"", "53: 'version' must be an integer"),
        (
            "\"environment\": \"dev\"", "\"environment\": \"Dev\"",
            "9: 'environment' 'Dev' is not an environment's name"
        ),
        (
            "\"cccc", "\"CCCC",
            "10: 'environmentCommit' must be a commit's id: 40 lower-case hexadecimal digits"
        ),
        (
            "\"modelSha256\": \"ab", "\"modelSha256\": \"",
            "39: 'modelSha256' must be a SHA-256 digest: 64 lower-case hexadecimal digits"
        ),
        (
            "\"model\": \"churn\"", "\"model\": \"v1\"",
            "38: 'model' 'v1' is not a model name: 'v1' reads like a version"
        ),
        (
            "\"result\": \"passed\"", "\"result\": \"failed\"",
            "17: 'gates[0].result' is 'failed', but the value says otherwise"
        ),
        ("\"n\": 569", "\"n\": -1", "31: 'metrics.accuracy.n' is -1; it must be at least 0"),
        ("\"n\": 569", "\"rows\": 569", "31: 'metrics.accuracy.rows' is not a known key"),
        (
            "\"threads\": 2", "\"threads\": 0",
            "45: 'parameters' 'inference.threads' is 0; it must be between 1 and 1024"
        ),
        (
            "\"passed\",\n  \"version\"", "\"won\",\n  \"version\"",
            "52: 'status' is 'won'; it must be one of: passed, failed, error, skipped"
        ),
        (
            "09:30:00Z", "09:30:00+01:00",
            "51: 'started' must be a time in UTC like 2026-01-31T09:30:00Z"
        ),
        ("01.250Z", "01.Z", "4: 'ended' must be a time in UTC like 2026-01-31T09:30:00Z"),
        ("01.250Z", "01", "4: 'ended' must be a time in UTC like 2026-01-31T09:30:00Z"),
        ("\"uri\"", "\"url\"", "24: 'input.url' is not a known key"),
        ("\"version\": 3", "\"version\": 3,\n  \"note\": 1", "54: 'note' is not a known key"),
        ("\"int8\"", "\"nf4\"", "50: 'quantization' is 'nf4'; it must be one of: none, int8"),
    ]

    @Test(arguments: refusals)
    func aMalformedRecordIsRefused(old: String, new: String, expected: String) {
        #expect(Self.text.contains(old))
        #expect(
            complaint { () throws(DocumentError) in
                try parse(Self.text.replacing(old, with: new))
            } == "dev.json:\(expected)")
    }

    @Test func aRecordThatContradictsItselfIsRefused() throws {
        var record = try Self.record()
        record.gates = [GateResult(metric: "accuracy", value: 0.9, limit: Gate(min: 0.95))]
        #expect(
            complaint { () throws(DocumentError) in
                try RunRecord.parse(record.serialise(), file: "dev.json")
            } == "dev.json:52: 'status' is 'passed', but a gate failed")
        record.gates = [GateResult(metric: "accuracy", value: 0.99, limit: Gate(min: 0.95))]
        #expect(
            complaint { () throws(DocumentError) in
                try RunRecord.parse(record.serialise(), file: "dev.json")
            } == "dev.json:12: 'gates[0]' has another value than the metric 'accuracy'")
    }
}
