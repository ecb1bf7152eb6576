/// Which outputs of a model hold its predictions.
enum OutputPlan {
    /// A number per row.
    case numbers(output: Int)
    /// A label per row and, where the model gives them, probabilities.
    case labels(output: Int, type: ElementType, probabilities: Int?)
    /// Scores per row and class alone: the class is the one with the highest.
    case scores(output: Int)

    /// Finds the outputs by their types; throws when they don't suit the task.
    static func fit(
        _ outputs: [OnnxSession.Port], task: InferenceTask
    ) throws(InferenceError) -> OutputPlan {
        let floating = outputs.indices.filter { outputs[$0].isFloating }
        switch task {
        case .regression:
            guard let output = floating.first else {
                throw misfit(outputs, task: task, wanted: "a float tensor")
            }
            return .numbers(output: output)
        case .classification:
            return try classification(outputs, floating: floating)
        }
    }

    private static func classification(
        _ outputs: [OnnxSession.Port], floating: [Int]
    ) throws(InferenceError) -> OutputPlan {
        let sequence = outputs.firstIndex { if case .sequence = $0.kind { true } else { false } }
        for (index, output) in outputs.enumerated() {
            guard case .tensor(let type, _) = output.kind, !output.isFloating else { continue }
            return .labels(output: index, type: type, probabilities: floating.first ?? sequence)
        }
        guard let first = floating.first, case .tensor(let type, _) = outputs[first].kind else {
            throw misfit(
                outputs, task: .classification, wanted: "a tensor of labels or of class scores")
        }
        if let probabilities = floating.dropFirst().first ?? sequence {
            return .labels(output: first, type: type, probabilities: probabilities)
        }
        return .scores(output: first)
    }

    private static func misfit(
        _ outputs: [OnnxSession.Port], task: InferenceTask, wanted: String
    ) -> InferenceError {
        .doesNotFit(
            what: "the model's outputs for \(task.rawValue)", wanted: wanted,
            found: outputs.map { "'\($0.name)' \($0.kind)" }.joined(separator: ", "))
    }
}

extension OnnxSession.Port {
    fileprivate var isFloating: Bool {
        guard case .tensor(let type, _) = kind else { return false }
        return type == .float || type == .double
    }
}
