import Foundation
import SystemPackage
import Testing

@testable import BatchInference

/// The models that int8 derives: their shape, their bytes, their answers.
struct QuantizationTests {
    @Test func gemmInInt8AnswersAsTheOperatorsSpecificationSays() throws {
        let fixture = try Fixture()
        // One batch, as numpy had it: activations are rounded by the range of their batch.
        let job = try fixture.job(
            "gemm", features: Fixture.standardised, label: nil, quantization: .int8,
            batchSize: 100)
        let report = InferenceRun(job).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        let expected = try #require(try PythonAnswers.read("gemm").int8)
        let (_, rows) = try fixture.predictions()
        try #require(rows.count == expected.count)
        for (row, answer) in zip(rows, expected) {
            for (text, score) in zip(row[2...], answer) {
                #expect(abs(try #require(Double(text)) - score) < 1e-3)
            }
        }
        #expect(report.metrics["agreement"]?.n == 100)
        #expect(try #require(report.metrics["agreement"]?.value) > 0.9)
    }

    @Test func sharedWeightsAndSubgraphsSurvive() throws {
        let fixture = try Fixture()
        let job = try fixture.job(
            "shared", task: .regression, features: Fixture.standardised, label: nil,
            quantization: .int8, batchSize: 100)
        let report = InferenceRun(job).perform()
        try #require(report.status == .passed, "\(report.reason ?? "")")
        let expected = try #require(try PythonAnswers.read("shared").int8)
        let (_, rows) = try fixture.predictions()
        for (row, answer) in zip(rows, expected) {
            #expect(abs(try #require(Double(row[1])) - answer[0]) < 1e-2)
        }
        #expect(report.metrics["agreement_max_difference"]?.n == 100)
    }

    @Test func theDerivedModelIsTheSameBytesEveryTime() throws {
        let model = try read("mlp")
        let first = try Quantization.int8.derive(from: model)
        let second = try Quantization.int8.derive(from: model)
        #expect(first.file.bytes == second.file.bytes)
        #expect(first.file.sha256 == second.file.sha256)
        #expect(first.file.sha256 != model.file.sha256)
        // Found once by this code; any other digest would orphan what is recorded of earlier runs.
        #expect(
            first.file.sha256 == "389f886f5dcdc80994df1cd95ef3b6b14cde77031a901b644edacbb3f99f2c4b")
    }

    @Test func everyProductWithAConstantMatrixIsRewrittenAndItsFloatsAreDropped() throws {
        let graph = try Quantization.int8.derive(from: read("gemm")).content.graph
        #expect(
            graph.node.map(\.opType) == [
                "Transpose", "Transpose", "DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul",
                "Mul", "Mul", "Add", "Relu", "DynamicQuantizeLinear", "MatMulInteger", "Cast",
                "Mul", "Mul", "Add", "Softmax",
            ])
        let names = Set(graph.initializer.map(\.name))
        #expect(
            names == [
                "B1", "B2", "W1_scales", "W1_uint8", "W2_scales", "W2_uint8", "hidden_beta",
                "weights_zero",
            ])
        let weights = try #require(graph.initializer.first { $0.name == "W2_uint8" })
        #expect(weights.dims == [6, 3])
        #expect(weights.dataType == TensorDataType.uint8)
        #expect(weights.rawData.count == 18)
    }

    @Test func aWeightUsedTwiceIsRoundedOnceAndStaysForTheSubgraph() throws {
        let graph = try Quantization.int8.derive(from: read("shared")).content.graph
        let names = graph.initializer.map(\.name)
        #expect(
            names == [
                "W", "condition", "W_uint8", "W_scales", "weights_zero", "V_uint8", "V_scales",
            ])
        // "second_sums" is a name of the model's own.
        #expect(graph.node.contains { $0.output == ["second_sums_2"] })
        #expect(!graph.node.contains { $0.opType == "Constant" })
        #expect(graph.node.filter { $0.opType == "MatMulInteger" }.count == 3)
    }

    @Test func noneLeavesTheModelAlone() throws {
        let model = try read("mlp")
        #expect(try Quantization.none.derive(from: model).file.sha256 == model.file.sha256)
    }

    @Test(arguments: ["tree", "logistic"])
    func aModelWithoutMatricesIsToldToUseNone(name: String) throws {
        let model = try read(name)
        #expect(throws: InferenceError.nothingToQuantize(hint: "set quantization: none")) {
            try Quantization.int8.derive(from: model)
        }
    }

    @Test func anOldOperatorSetIsRefusedByNumber() throws {
        let model = try read("old")
        #expect(
            throws: InferenceError.malformedModel(
                why: "int8 needs operator set 11 or later, and it has 10")
        ) {
            try Quantization.int8.derive(from: model)
        }
    }

    @Test func aWeightThatIsNotFiniteIsRefusedByName() throws {
        let model = try read("infinite")
        #expect(
            throws: InferenceError.malformedModel(
                why: "weight 'W1' holds a value that is not finite")
        ) {
            try Quantization.int8.derive(from: model)
        }
    }

    @Test(arguments: 0..<60)
    func damagedModelsAreRefusedOrDerivedButNeverTrap(seed: UInt64) throws {
        var bytes = try read("gemm").file.bytes
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        for _ in 0..<4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
        }
        do {
            _ = try Quantization.int8.derive(from: OnnxModel(ModelFile(bytes: bytes)))
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test func columnsAreRoundedSymmetricallyWithTheirOwnScale() throws {
        let matrix = try #require(
            QuantizedMatrix([1, -254, 0, 0.5, 127, 0], rows: 2, columns: 3, transposed: false))
        #expect(matrix.integers == [255, 1, 128, 192, 192, 128])
        #expect(matrix.scales == [1 / 127, 2, 1])
        let transposed = try #require(
            QuantizedMatrix([1, 0.5, -254, 127, 0, 0], rows: 2, columns: 3, transposed: true))
        #expect(transposed.integers == matrix.integers)
        #expect(QuantizedMatrix([.nan], rows: 1, columns: 1, transposed: false) == nil)
    }

    private func read(_ name: String) throws -> OnnxModel {
        let path = try Fixture.path("\(name).onnx")
        return try OnnxModel(ModelFile(bytes: Data(contentsOf: URL(filePath: path.string))))
    }
}
