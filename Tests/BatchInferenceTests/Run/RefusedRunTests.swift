import BatchInference
import Foundation
import SystemPackage
import Testing

/// Runs that can't be done: the report says why, and no predictions are left.
struct RefusedRunTests {
    @Test func aModelWithAnotherDigestIsNotRun() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        let digest = job.modelSHA256
        job.modelSHA256 = String(repeating: "0", count: 64)
        try expectError(
            fixture, job,
            .digestMismatch(file: job.model, expected: job.modelSHA256, found: digest))
    }

    @Test func aTruncatedModelIsRefused() throws {
        let fixture = try Fixture()
        let job = try fixture.job("truncated")
        let report = InferenceRun(job).perform()
        #expect(report.status == .error)
        #expect(try #require(report.reason).hasPrefix("the model can't be used: "))
    }

    @Test func aTableThatIsNotAModelIsRefused() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.model = try Fixture.path("table.csv")
        let bytes = try Data(contentsOf: URL(filePath: job.model.string))
        job.modelSHA256 = ModelFile(bytes: bytes).sha256
        let report = InferenceRun(job).perform()
        #expect(report.status == .error)
        #expect(try #require(report.reason).hasPrefix("the model can't be used: "))
    }

    @Test func aModelThatReadsOtherFilesIsRefused() throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("outside", features: Fixture.standardised, label: nil),
            .malformedModel(why: "weight 'W1' is kept in another file"))
    }

    @Test func tooFewFeaturesAreRefusedWithBothCounts() throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("mlp", features: ["age", "income"]),
            .doesNotFit(
                what: "model input 'X'", wanted: "4 features", found: "2 in table.csv"))
    }

    @Test func aFeatureTheTableLacksIsNamed() throws {
        let fixture = try Fixture()
        let job = try fixture.job("mlp", features: ["age", "income", "tenure", "height"])
        let report = InferenceRun(job).perform()
        #expect(report.status == .error)
        #expect(try #require(report.reason).contains("there is no column 'height'"))
    }

    @Test func anInputWithoutItsFeatureIsNamed() throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("columns", features: ["age", "income"]),
            .doesNotFit(
                what: "model input 'colour'", wanted: "a feature of that name",
                found: "age, income"))
    }

    @Test func aFeatureNoInputTakesIsNamed() throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("columns", features: ["age", "colour", "visits"]),
            .doesNotFit(what: "features", wanted: "age, colour", found: "also visits"))
    }

    @Test func wordsInAColumnOfNumbersAreRefusedWithTheirLine() throws {
        let fixture = try Fixture()
        let job = try fixture.job("mlp", features: ["age", "income", "tenure", "colour"])
        try expectError(
            fixture, job,
            .notANumber(file: job.input, line: 2, column: "colour", text: "blue"))
    }

    @Test func aModelForOneRowAtATimeSaysSo() throws {
        let fixture = try Fixture()
        var job = try fixture.job("single", features: Fixture.standardised, label: nil)
        try expectError(
            fixture, job,
            .doesNotFit(
                what: "model input 'X', made for 1 row at a time",
                wanted: "batchSize 1, or a model exported with a free first dimension",
                found: "batchSize 32"))
        job.batchSize = 1
        #expect(InferenceRun(job).perform().status == .passed)
    }

    @Test func aTreeCanNotBeQuantized() throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("tree", quantization: .int8),
            .nothingToQuantize(hint: "set quantization: none"))
    }

    @Test func aClassTheModelDoesNotKnowCanNotBePositive() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.positiveClass = "2"
        try expectError(
            fixture, job,
            .doesNotFit(what: "positiveClass", wanted: "one of 0, 1", found: "2"))
    }

    @Test func aClassifierIsNotARegression() throws {
        let fixture = try Fixture()
        let report = InferenceRun(
            try fixture.job("logistic", task: .regression, label: nil)
        ).perform()
        #expect(report.status == .error)
        #expect(try #require(report.reason).contains("the model's outputs for regression"))
    }

    @Test func aTableWithoutRowsIsRefused() throws {
        let fixture = try Fixture()
        let input = try fixture.write("id,age,income,tenure,visits,label\n", to: "empty.csv")
        try expectError(
            fixture, try fixture.job("mlp", input: input), .emptyData(file: input))
    }

    @Test(arguments: [0, -1, 2_000_000])
    func anImpossibleBatchSizeIsRefused(batchSize: Int) throws {
        let fixture = try Fixture()
        try expectError(
            fixture, try fixture.job("mlp", batchSize: batchSize),
            .doesNotFit(what: "batchSize", wanted: "1 to 1000000", found: "\(batchSize)"))
    }

    @Test func aLibraryThatIsNotONNXRuntimeIsRefused() throws {
        let fixture = try Fixture()
        var job = try fixture.job("mlp")
        job.library = "libm.so.6"
        try expectError(
            fixture, job,
            .engineUnavailable(library: "libm.so.6", why: "it is not ONNX Runtime"))
    }

    private func expectError(
        _ fixture: borrowing Fixture, _ job: InferenceJob, _ error: InferenceError
    ) throws {
        let report = InferenceRun(job).perform()
        #expect(report.status == .error)
        #expect(report.reason == error.description)
        #expect(report.output == nil)
        let left = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.string)
        #expect(!left.contains { $0.hasPrefix("predictions.csv") })
    }
}
