import BatchInference
import Foundation
import SystemPackage
import Testing

/// What a run measures, judges and reports.
struct RunTests {
    @Test func classificationMetricsAreScikitLearns() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("mlp")).perform()
        let expected = try #require(try PythonAnswers.read("mlp").metrics)
        #expect(expected.count == 5)
        for (name, value) in expected {
            let found = try #require(report.metrics[name]?.value, "\(name)")
            #expect(abs(found - value) < 1e-9, "\(name)")
        }
        #expect(report.metrics["accuracy"]?.n == 100)
        #expect(try #require(report.metrics["accuracy"]?.low) < 0.88)
        #expect(try #require(report.metrics["rows_per_second"]?.value) > 0)
        #expect(report.metrics["latency_p50_ms"]?.n == 4)
        #expect(report.metrics["model_bytes"]?.value == 1454)
        #expect(report.metrics["quantized_bytes"] == nil)
    }

    @Test func regressionMetricsAreScikitLearns() throws {
        let fixture = try Fixture()
        let job = try fixture.job("regression", task: .regression, label: "price")
        let report = InferenceRun(job).perform()
        let expected = try #require(try PythonAnswers.read("regression").metrics)
        #expect(expected.count == 3)
        for (name, value) in expected {
            let found = try #require(report.metrics[name]?.value, "\(name)")
            #expect(abs(found - value) < 1e-6, "\(name)")
        }
    }

    @Test func theOtherClassCanBeThePositiveOne() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.positiveClass = "0"
        let report = InferenceRun(job).perform()
        let expected = try #require(try PythonAnswers.read("mlp").metrics)
        // The area is the same seen from either of two classes; recall is not.
        let area = try #require(expected["auc"])
        #expect(abs(try #require(report.metrics["auc"]?.value) - area) < 1e-6)
        #expect(report.metrics["recall"]?.value == 0.92)
    }

    @Test func aQuantizedRunReportsBothSizesDigestsAndAgreement() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("mlp", quantization: .int8)).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        #expect(report.sizes?.original == 1454)
        let quantized = try #require(report.sizes?.quantized)
        #expect(report.metrics["quantized_bytes"]?.value == Double(quantized))
        #expect(report.derivedSHA256?.count == 64)
        #expect(report.derivedSHA256 != report.modelSHA256)
        #expect(report.metrics["agreement"]?.n == 100)
        #expect(try #require(report.metrics["agreement"]?.value) >= 0.95)
    }

    @Test func gatesDecideAndAMissingMetricFails() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.gates = [
            "accuracy": GateLimit(min: 0.8), "auc": GateLimit(min: 0.99),
            "psi.max": GateLimit(max: 0.2),
        ]
        let report = InferenceRun(job).perform()
        #expect(report.status == .failed)
        #expect(report.reason == "gates failed: auc, psi.max")
        #expect(report.gates.map(\.result) == [.passed, .failed, .failed])
        #expect(report.output?.rows == 100)
    }

    @Test func driftIsMeasuredAgainstABaseline() throws {
        let fixture = try Fixture()
        let table = try Fixture.path("table.csv")
        let baseline = try Baseline.make(from: table, columns: Fixture.raw)
        let text = String(decoding: try baseline.serialise(), as: UTF8.self)
        var job = try fixture.job("mlp")
        job.baseline = try fixture.write(text, to: "baseline.json")
        let report = InferenceRun(job).perform()
        #expect(report.metrics["psi.max"]?.value == 0)
        #expect(report.metrics["psi.visits"]?.value == 0)
    }

    @Test func inputAndOutputAreNamedByDigestAndRows() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("mlp")).perform()
        let table = try Data(contentsOf: URL(filePath: Fixture.path("table.csv").string))
        #expect(report.input?.sha256 == ModelFile(bytes: table).sha256)
        #expect(report.input?.rows == 100)
        let output = fixture.directory.appending("predictions.csv")
        let written = try Data(contentsOf: URL(filePath: output.string))
        #expect(report.output?.sha256 == ModelFile(bytes: written).sha256)
        #expect(report.output?.path == output.string)
        #expect(report.engine?.name == "onnxruntime")
    }

    @Test func rowsWithoutAnIdAreNumberedFromOne() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.id = nil
        _ = InferenceRun(job).perform()
        let (header, rows) = try fixture.predictions()
        #expect(header[0] == "row")
        #expect(rows.map { $0[0] } == (1...100).map { "\($0)" })
    }

    @Test func aMissingNumberReachesTheModelAsNaNAndAMissingLabelIsNotCounted() throws {
        let fixture = try Fixture()
        let input = try fixture.write(
            "id,age,income,tenure,visits,label\na,40,5,0,1,1.0\nb,40,5,0,1,\nc,,5,0,1,0\n",
            to: "in.csv")
        let report = InferenceRun(try fixture.job("tree", input: input)).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        #expect(report.input?.rows == 3)
        #expect(report.metrics["accuracy"]?.n == 2)
    }

    @Test func progressEndsWithEveryRow() throws {
        let fixture = try Fixture()
        var last: RunProgress?
        _ = InferenceRun(try fixture.job("mlp")).perform { last = $0 }
        #expect(last?.rows == 100)
    }

    @Test func timesAreTheCallers() throws {
        let fixture = try Fixture()
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        let report = InferenceRun(try fixture.job("mlp"), now: { time }).perform()
        #expect(report.started == time)
        #expect(report.ended == time)
    }
}
