import ModelRegistry
import Testing

@Suite struct ParametersTests {
    static let text = """
        inference:
          input: scoring/march.csv
          output: predictions.csv
          format: csv
          task: classification
          features: [mean radius, mean texture]
          label: target
          positiveClass: "1"
          id: row
          quantization: int8
          batchSize: 256
          threads: 2
        gates:
          accuracy:
            min: 0.9
          psi.max:
            max: 0.25

        """

    private func parse(_ text: String) throws(DocumentError) -> Parameters {
        try Parameters.parse(text.bytes, file: "parameters/churn.yaml")
    }

    private func text(_ parameters: Parameters) -> String {
        String(decoding: parameters.serialise(), as: UTF8.self)
    }

    @Test func everyFieldIsRead() throws {
        let parameters = try parse(Self.text)
        let inference = parameters.inference
        #expect(inference.input == "scoring/march.csv")
        #expect(inference.output == "predictions.csv")
        #expect(inference.format == .csv)
        #expect(inference.task == .classification)
        #expect(inference.features == ["mean radius", "mean texture"])
        #expect(inference.label == "target")
        #expect(inference.positiveClass == "1")
        #expect(inference.id == "row")
        #expect(inference.quantization == .int8)
        #expect(inference.batchSize == 256)
        #expect(inference.threads == 2)
        #expect(parameters.gates == ["accuracy": Gate(min: 0.9), "psi.max": Gate(max: 0.25)])
    }

    @Test func whatIsNotSetHasItsDefault() throws {
        let parameters = try parse("inference: {}")
        #expect(parameters.inference.quantization == .none)
        #expect(parameters.inference.format == .csv)
        #expect(parameters.inference.batchSize == nil)
        #expect(parameters.gates.isEmpty)
        #expect(Parameters.none.inference.input == nil)
        #expect(text(.none) == "{}\n")
        #expect(try parse("{}") == .none)
    }

    @Test func whatIsWrittenIsCanonical() throws {
        #expect(text(try parse(Self.text)) == Self.text)
        #expect(
            text(
                try parse(
                    "gates: {b: {max: 1, min: 0}}\ninference: {threads: 1, input: /data/a.csv}"))
                    == """
                    inference:
                      input: /data/a.csv
                      threads: 1
                    gates:
                      b:
                        min: 0
                        max: 1

                    """)
    }

    static let refusals: [(String, String, String)] = [
        ("  format: csv", "  engine: x", "4: 'inference.engine' is not a known key"),
        ("gates:", "gate:", "13: 'gate' is not a known key"),
        (
            "format: csv", "format: parquet",
            "4: 'inference.format' is 'parquet'; it must be one of: csv"
        ),
        (
            "quantization: int8", "quantization: int4",
            "10: 'inference.quantization' is 'int4'; it must be one of: none, int8"
        ),
        (
            "task: classification", "task: ranking",
            "5: 'inference.task' is 'ranking'; it must be one of: classification, regression"
        ),
        (
            "input: scoring/march.csv", "input: ../march.csv",
            "2: 'inference.input' is '../march.csv', which must not contain '..'"
        ),
        (
            "input: scoring/march.csv", "input: /data/../etc/passwd",
            "2: 'inference.input' is '/data/../etc/passwd', which must not contain '..'"
        ),
        (
            "output: predictions.csv", "output: /tmp/x.csv",
            "3: 'inference.output' is '/tmp/x.csv', which must be relative to the run's own folder"
        ),
        (
            "output: predictions.csv", "output: a/../../x",
            "3: 'inference.output' is 'a/../../x', which must not contain '..'"
        ),
        (
            "batchSize: 256", "batchSize: 0",
            "11: 'inference.batchSize' is 0; it must be between 1 and 1000000"
        ),
        ("batchSize: 256", "batchSize: many", "11: 'inference.batchSize' must be an integer"),
        (
            "threads: 2", "threads: 1025",
            "12: 'inference.threads' is 1025; it must be between 1 and 1024"
        ),
        (
            "features: [mean radius, mean texture]", "features: []",
            "6: 'inference.features' must not be empty"
        ),
        (
            "features: [mean radius, mean texture]", "features: x",
            "6: 'inference.features' must be a list"
        ),
        ("label: target", "label:", "7: 'inference.label' must be text"),
        ("id: row", "id: [row]", "9: 'inference.id' must be text"),
        ("positiveClass: \"1\"", "positiveClass: {}", "8: 'inference.positiveClass' must be text"),
        ("    min: 0.9", "    minimum: 0.9", "15: 'gates.accuracy.minimum' is not a known key"),
        ("    min: 0.9", "    min: high", "15: 'gates.accuracy.min' must be a number"),
    ]

    @Test(arguments: refusals)
    func malformedParametersAreRefused(old: String, new: String, expected: String) {
        #expect(Self.text.contains(old))
        #expect(
            complaint { () throws(DocumentError) in
                try parse(Self.text.replacing(old, with: new))
            } == "parameters/churn.yaml:\(expected)")
    }

    @Test func oneParameterIsSetOrRemoved() throws {
        let parameters = try parse(Self.text)
        #expect(try parameters.setting("inference.batchSize", to: "1").inference.batchSize == 1)
        #expect(
            try parameters.setting("inference.features", to: "[a, b]").inference.features
                == ["a", "b"])
        #expect(
            try parameters.setting("gates.accuracy.min", to: "0.95").gates["accuracy"]
                == Gate(min: 0.95))
        #expect(try parameters.setting("gates.f1", to: "{min: 0.5}").gates["f1"] == Gate(min: 0.5))
        #expect(try parameters.setting("inference.threads", to: "null").inference.threads == nil)
        #expect(try Parameters.none.setting("inference.threads", to: "3").inference.threads == 3)
    }

    @Test func aMetricWithDotsKeepsItsName() throws {
        let parameters = try parse(Self.text)
        let changed = try parameters.setting("gates.psi.max.max", to: "0.3")
        #expect(changed.gates["psi.max"] == Gate(max: 0.3))
        #expect(try changed.value(at: "gates.psi.max.max") == .number(0.3))
        #expect(try changed.value(at: "gates.psi.max.min") == nil)
        #expect(
            try changed.setting("gates.psi.max.min", to: "0.1").gates["psi.max"]
                == Gate(min: 0.1, max: 0.3))
    }

    @Test func removingTheLastGateRemovesTheMapping() throws {
        let parameters = try Parameters.none.setting("gates.a.min", to: "1")
        #expect(try parameters.setting("gates.a.min", to: "null") == .none)
    }

    @Test(arguments: [
        ("inference.batch", "1", "'inference.batch' is not a known key"),
        ("inference.batchSize", "x", "'inference.batchSize' must be an integer"),
        ("inference", "1", "'inference' must be a mapping"),
        ("inference..a", "1", "'inference..a' is not the path of a parameter"),
        ("", "1", "'' is not the path of a parameter"),
        ("inference.label", "a\nb", "'inference.label' must be one line"),
        (
            "inference.label", "[",
            "'inference.label' is not valid YAML: did not find expected node content"
        ),
        ("gates.accuracy.mean", "1", "'gates.accuracy.mean' is not a known key"),
    ])
    func aWrongSettingIsRefused(path: String, text: String, expected: String) throws {
        let parameters = try parse(Self.text)
        #expect(
            complaint { () throws(DocumentError) in try parameters.setting(path, to: text) }
                == expected)
    }

    @Test func differencesAreListedByPath() throws {
        let old = try parse("inference: {input: a.csv, threads: 1}\ngates: {auc: {min: 0.5}}")
        let new = try parse("inference: {input: b.csv, features: [x, z]}\ngates: {auc: {min: 0.5}}")
        #expect(
            new.differences(from: old) == [
                ParameterChange(path: "inference.features", old: nil, new: "[x, z]"),
                ParameterChange(path: "inference.input", old: "a.csv", new: "b.csv"),
                ParameterChange(path: "inference.threads", old: "1", new: nil),
            ])
        #expect(new.differences(from: new).isEmpty)
        #expect(
            old.differences(from: nil).map(\.path)
                == ["gates.auc.min", "inference.input", "inference.threads"])
    }
}
