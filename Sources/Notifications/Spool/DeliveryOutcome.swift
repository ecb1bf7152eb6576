/// What came of one attempt to deliver.
package enum DeliveryOutcome: Hashable, Sendable {
    case delivered
    /// Worth another attempt, not before `after` has passed; `delivered` have it already.
    case retry(reason: String, after: Duration? = nil, delivered: [String] = [])
    /// No later attempt would do better; `delivered` have it already.
    case undeliverable(reason: String, delivered: [String] = [])
    /// The target asked for nothing more, ever.
    case gone(reason: String)
}
