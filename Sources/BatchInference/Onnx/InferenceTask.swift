/// What a model predicts.
package enum InferenceTask: String, Codable, Hashable, Sendable {
    /// One of several classes.
    case classification
    /// A number.
    case regression
}
