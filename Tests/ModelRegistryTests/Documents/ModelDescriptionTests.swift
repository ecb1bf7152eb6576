import ModelRegistry
import Testing

@Suite struct ModelDescriptionTests {
    static let digest = String(repeating: "ab", count: 32)

    static let text = """
        apiVersion: signet/v1
        kind: Model
        model: churn
        version: 3
        task: classification
        format: onnx
        inputs:
          - name: input
            type: float
            shape: [null, 30, batch]
        outputs:
          - name: label
            type: int64
            shape: [null]
        features: [mean radius, mean texture]
        label: target
        positiveClass: "1"
        artifacts:
          - name: model.onnx
            sha256: \(digest)
            size: 4096
        base: llama@2
        lineage:
          source: https://git.example.com/churn.git
          commit: \(String(repeating: "c", count: 40))
          dataset: s3://data/churn.csv
          run: "1234"
        labels:
          stage: beta
          team: risk

        """

    private func parse(_ text: String) throws(DocumentError) -> ModelDescription {
        try ModelDescription.parse(text.bytes, file: "model.yaml")
    }

    @Test func everyFieldIsRead() throws {
        let model = try parse(Self.text)
        #expect(model.model.text == "churn")
        #expect(model.version == 3)
        #expect(model.task == "classification")
        #expect(model.format == .onnx)
        #expect(
            model.inputs == [
                .init(
                    name: "input", type: "float", shape: [.free(nil), .fixed(30), .free("batch")])
            ])
        #expect(model.outputs == [.init(name: "label", type: "int64", shape: [.free(nil)])])
        #expect(model.features == ["mean radius", "mean texture"])
        #expect(model.label == "target")
        #expect(model.positiveClass == "1")
        #expect(
            model.artifacts == [.init(name: "model.onnx", sha256: Self.digest, size: 4096)])
        #expect(model.base == "llama@2")
        #expect(
            model.lineage
                == .init(
                    source: "https://git.example.com/churn.git",
                    commit: String(repeating: "c", count: 40), dataset: "s3://data/churn.csv",
                    run: "1234"))
        #expect(model.labels == ["stage": "beta", "team": "risk"])
    }

    @Test func whatIsWrittenIsCanonical() throws {
        #expect(String(decoding: try parse(Self.text).serialise(), as: UTF8.self) == Self.text)
    }

    @Test func theLeastDescriptionIsShort() throws {
        let model = ModelDescription(
            model: try ModelName("eu/churn"), version: 1, format: .other,
            artifacts: [.init(name: "a.bin", sha256: Self.digest, size: 0)])
        let text = """
            apiVersion: signet/v1
            kind: Model
            model: eu/churn
            version: 1
            format: other
            artifacts:
              - name: a.bin
                sha256: \(Self.digest)
                size: 0

            """
        #expect(String(decoding: model.serialise(), as: UTF8.self) == text)
        #expect(try parse(text) == model)
    }

    static let refusals: [(String, String, String)] = [
        ("kind: Model", "kind: Policy", "2: 'kind' is 'Policy'; this must be a 'Model'"),
        ("version: 3", "version: 0", "4: 'version' is 0; it must be between 1 and 999999999"),
        (
            "model: churn", "model: Churn",
            "3: 'model' 'Churn' is not a model name: 'Churn' has other characters than a-z 0-9 . _ -"
        ),
        (
            "format: onnx", "format: pickle",
            "6: 'format' is 'pickle'; it must be one of: onnx, gguf, other"
        ),
        ("task: class", "tasks: class", "5: 'tasks' is not a known key"),
        ("type: int64", "kind: int64", "13: 'outputs[0].kind' is not a known key"),
        (
            "batch]", "1.5]",
            "10: 'inputs[0].shape[2]' must be an extent, a name, or null for any extent"
        ),
        ("batch]", "-1]", "10: 'inputs[0].shape[2]' is -1; it must be at least 0"),
        ("mean texture]", "mean radius]", "15: 'features[1]' names 'mean radius' twice"),
        (
            "name: model.onnx", "name: ../model.onnx",
            "19: 'artifacts[0].name' is '../model.onnx', which can't be an artifact's name"
        ),
        (
            "name: model.onnx", "name: .hidden",
            "19: 'artifacts[0].name' is '.hidden', which can't be an artifact's name"
        ),
        ("size: 4096", "size: -1", "21: 'artifacts[0].size' is -1; it must be at least 0"),
        (
            "sha256: ab", "sha256: AB",
            "20: 'artifacts[0].sha256' must be a SHA-256 digest: 64 lower-case hexadecimal digits"
        ),
        (
            "sha256: ab", "sha256: b",
            "20: 'artifacts[0].sha256' must be a SHA-256 digest: 64 lower-case hexadecimal digits"
        ),
        (
            "    size: 4096", "    size: 4096\n  - {name: MODEL.onnx, size: 1, sha256: \(digest)}",
            "22: 'artifacts[1].name' is 'MODEL.onnx', which another artifact is called already"
        ),
        ("dataset: s3", "data: s3", "26: 'lineage.data' is not a known key"),
        ("team: risk", "'': risk", "30: 'labels.' is not a label's name"),
        ("team: risk", "team: [risk]", "30: 'labels.team' must be text"),
    ]

    @Test(arguments: refusals)
    func aMalformedDescriptionIsRefused(old: String, new: String, expected: String) {
        #expect(Self.text.contains(old))
        #expect(
            complaint { () throws(DocumentError) in
                try parse(Self.text.replacing(old, with: new))
            } == "model.yaml:\(expected)")
    }

    @Test func artifactsAreNeeded() {
        let text = "apiVersion: signet/v1\nkind: Model\nmodel: a\nversion: 1\nformat: onnx\n"
        #expect(
            complaint { () throws(DocumentError) in try parse(text) }
                == "model.yaml:1: lacks 'artifacts'")
        #expect(
            complaint { () throws(DocumentError) in try parse(text + "artifacts: []\n") }
                == "model.yaml:6: 'artifacts' must not be empty")
    }
}
