import COnnxRuntime
import Foundation

/// A loaded model together with how its outputs are read.
final class Predictor {
    /// The classes that the columns of scores stand for; nil before the first batch, and where the
    /// model doesn't say.
    var scoreClasses: [Int]?
    let session: OnnxSession
    private let plan: OutputPlan
    private let selection: OnnxSession.Selection
    private var scoreWidth: Int?
    /// What the model says of its classes and scores; let go once it was asked.
    private var content: Onnx_ModelProto?
    /// Whether scores are probabilities as they come.
    let areProbabilities: Bool

    /// Prepares to predict with a session; `model` is the one it runs, or that was derived from.
    init(_ model: OnnxModel, session: OnnxSession, task: InferenceTask) throws(InferenceError) {
        self.session = session
        content = model.content
        plan = try OutputPlan.fit(session.outputs, task: task)
        let wanted =
            switch plan {
            case .numbers(let output), .scores(let output): [output]
            case .labels(let output, _, .none): [output]
            case .labels(let output, _, .some(let probabilities)): [output, probabilities]
            }
        selection = session.select(wanted)
        areProbabilities = model.content.graph.node.contains { node in
            ["Softmax", "Sigmoid"].contains(node.opType)
                && node.output.first == session.outputs[wanted[0]].name
        }
    }

    /// Whether the model's classes are numbers.
    var hasNumericClasses: Bool {
        if case .labels(_, .string, _) = plan { false } else { true }
    }

    /// Runs the model on a batch and reads what it answers.
    func predict(
        _ inputs: InputTensors, rows: Int, into predictions: inout Predictions,
        table: inout ClassTable
    ) throws(InferenceError) {
        let values = try session.run(inputs.values, selection: selection)
        predictions.rows = rows
        switch plan {
        case .numbers(let output):
            try readNumbers(values.pointers[0], port(output), rows, &predictions)
        case .labels(let output, _, let probabilities):
            let labels = try tensor(values.pointers[0], port(output), rows)
            try labels.classes(into: &predictions.classes, table: &table, of: port(output))
            guard let probabilities else { return }
            if case .sequence = session.outputs[probabilities].kind {
                try readMaps(values.pointers[1], port(probabilities), rows, &predictions, &table)
            } else {
                let scores = try tensor(values.pointers[1], port(probabilities), rows)
                try readScores(scores, port(probabilities), &predictions)
                nameScores(width: scores.width, table: &table)
            }
        case .scores(let output):
            let scores = try tensor(values.pointers[0], port(output), rows)
            try readScores(scores, port(output), &predictions)
            activate(predictions: &predictions)
            if scoreClasses == nil {
                scoreClasses = (0..<predictions.scoreWidth).map { table.position(of: Int64($0)) }
            }
            pickHighest(&predictions)
        }
    }

    func port(_ output: Int) -> String { session.outputs[output].name }

    func tensor(
        _ value: OpaquePointer?, _ port: String, _ rows: Int
    ) throws(InferenceError) -> TensorReading {
        try TensorReading(value, rows: rows, of: port, runtime: session.runtime)
    }

    private func readNumbers(
        _ value: OpaquePointer?, _ port: String, _ rows: Int, _ predictions: inout Predictions
    ) throws(InferenceError) {
        let numbers = try tensor(value, port, rows)
        guard numbers.width == 1 else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "one number per row",
                found: "\(numbers.width)")
        }
        predictions.isSinglePrecision = numbers.element == .float
        try numbers.numbers(into: &predictions.numbers, of: port)
    }

    private func readScores(
        _ scores: TensorReading, _ port: String, _ predictions: inout Predictions
    ) throws(InferenceError) {
        guard scores.width > 0, scores.width == scoreWidth ?? scores.width else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "as many scores for every batch",
                found: "\(scores.width) after \(scoreWidth ?? 0)")
        }
        scoreWidth = scores.width
        predictions.scoreWidth = scores.width
        predictions.isSinglePrecision = scores.element == .float
        try scores.numbers(into: &predictions.scores, of: port)
    }

    /// Numeric classes that the graph doesn't list are taken to be 0, 1, 2, …
    private func nameScores(width: Int, table: inout ClassTable) {
        guard let content else { return }
        self.content = nil
        if let names = ModelClasses.find(in: content, count: width) {
            scoreClasses = names.map { name in
                table.position(ofText: name) ?? table.position(of: name)
            }
        } else if table.isNumeric {
            scoreClasses = (0..<width).map { table.position(of: Int64($0)) }
        }
    }
}
