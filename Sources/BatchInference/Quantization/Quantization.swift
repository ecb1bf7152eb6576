/// How a model's weights are held while it runs.
package enum Quantization: String, Codable, Hashable, Sendable, CaseIterable {
    /// As registered.
    case none
    /// MatMul and Gemm in 8-bit integers, see ``Int8Rewrite``.
    case int8

    /// Returns the model to run: the one given, or one derived from it, always the same bytes.
    func derive(from model: OnnxModel) throws(InferenceError) -> OnnxModel {
        switch self {
        case .none:
            return model
        case .int8:
            var rewrite = Int8Rewrite(model: model.content)
            return try OnnxModel(writing: try rewrite.perform())
        }
    }
}
