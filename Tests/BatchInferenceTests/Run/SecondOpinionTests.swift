import BatchInference
import Testing

/// Every committed model answers what Python's ONNX Runtime answers.
struct SecondOpinionTests {
    @Test(arguments: [1, 7, 32, 1000])
    func anMLPAnswersAsInPythonWhateverTheBatchSize(batchSize: Int) throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("mlp", batchSize: batchSize)).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        try expectSame(
            fixture, "mlp", header: ["id", "prediction", "probability_0", "probability_1"])
        #expect(report.output?.rows == 100)
    }

    @Test func mapsOfProbabilitiesAreReadLikeTensors() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("logistic")).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        try expectSame(
            fixture, "logistic", header: ["id", "prediction", "probability_0", "probability_1"])
    }

    @Test func aTreeAnswersAsInPython() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("tree")).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        try expectSame(
            fixture, "tree", header: ["id", "prediction", "probability_0", "probability_1"])
    }

    @Test func classesThatAreWordsKeepTheirNames() throws {
        let fixture = try Fixture()
        let report = InferenceRun(try fixture.job("words", label: "word")).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        try expectSame(
            fixture, "words",
            header: [
                "id", "prediction", "probability_maybe", "probability_no", "probability_yes",
            ])
        // accuracy_score(word, answers) of scikit-learn gives the same.
        let expected = try PythonAnswers.read("words")
        #expect(report.metrics["accuracy"]?.n == expected.scores.count)
    }

    @Test func oneInputPerColumnTakesNumbersAndStrings() throws {
        let fixture = try Fixture()
        let job = try fixture.job("columns", features: ["colour", "age"])
        let report = InferenceRun(job).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        try expectSame(
            fixture, "columns", header: ["id", "prediction", "probability_0", "probability_1"])
    }

    @Test func aRegressionWritesNumbersAlone() throws {
        let fixture = try Fixture()
        let job = try fixture.job("regression", task: .regression, label: "price")
        let report = InferenceRun(job).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        let (header, rows) = try fixture.predictions()
        #expect(header == ["id", "prediction"])
        let expected = try PythonAnswers.read("regression").scores
        for (row, answer) in zip(rows, expected) {
            #expect(abs(try #require(Double(row[1])) - answer[0]) < 1e-4)
        }
    }

    @Test(arguments: ["gemm", "logits"])
    func scoresWithoutLabelsBecomeProbabilitiesAndTheHighestWins(model: String) throws {
        let fixture = try Fixture()
        let job = try fixture.job(model, features: Fixture.standardised, label: nil)
        let report = InferenceRun(job).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        let expected = try PythonAnswers.read("gemm").scores
        let (header, rows) = try fixture.predictions()
        #expect(header.suffix(3) == ["probability_0", "probability_1", "probability_2"])
        for (row, answer) in zip(rows, expected) {
            let highest = try #require(answer.indices.max { answer[$0] < answer[$1] })
            #expect(row[1] == "\(highest)")
            for (text, score) in zip(row[2...], answer) {
                #expect(abs(try #require(Double(text)) - score) < 1e-5)
            }
        }
    }

    private func expectSame(
        _ fixture: borrowing Fixture, _ model: String, header: [String]
    ) throws {
        let expected = try PythonAnswers.read(model)
        let labels = try #require(expected.labels)
        let (found, rows) = try fixture.predictions()
        #expect(found == header)
        try #require(rows.count == labels.count)
        for (index, row) in rows.enumerated() {
            #expect(row[0] == "c\(String(repeating: "0", count: 3 - "\(index)".count))\(index)")
            #expect(row[1] == labels[index].text)
            for (text, score) in zip(row[2...], expected.scores[index]) {
                #expect(abs(try #require(Double(text)) - score) < 1e-5)
            }
        }
    }
}
