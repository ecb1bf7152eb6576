/// One version of a model, written `churn@7`.
package struct ModelVersion: CanonicalName {
    /// The largest version number.
    package static let largest = 999_999_999

    /// The model this is a version of.
    package let model: ModelName
    /// The count, from 1.
    package let number: Int

    /// The version `number`, from 1, of `model`.
    package init(model: ModelName, number: Int) throws(DocumentError) {
        guard (1...Self.largest).contains(number) else {
            throw DocumentError(
                file: "", problem: "\(number) is not a version number",
                hint: "versions are counted from 1")
        }
        self.model = model
        self.number = number
    }

    package init(_ text: String) throws(DocumentError) {
        let selector = try ModelSelector(text)
        guard let number = selector.number else {
            throw Self.malformed(
                text, kind: "a version", why: "it has no number",
                rule: "write it like '\(text)@1'")
        }
        try self.init(model: selector.model, number: number)
    }

    package var description: String { "\(model)@\(number)" }
    /// The tag's short name.
    package var tag: String { "\(model)/v\(number)" }
    /// The tag's full name.
    package var tagReference: String { "refs/tags/\(tag)" }

    package static func < (left: ModelVersion, right: ModelVersion) -> Bool {
        (left.model, left.number) < (right.model, right.number)
    }
}

/// A model, or one version of it: `churn` or `churn@7`.
package struct ModelSelector: CanonicalName {
    /// The model this is a version of.
    package let model: ModelName
    /// The count, from 1.
    package let number: Int?

    package init(_ text: String) throws(DocumentError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        model = try ModelName(String(parts[0]))
        guard parts.count == 2 else {
            number = nil
            return
        }
        guard let number = Int(parts[1]), "\(number)" == parts[1],
            (1...ModelVersion.largest).contains(number)
        else {
            throw Self.malformed(
                text, kind: "a version", why: "'\(parts[1])' is not a version number",
                rule: "write it like '\(model)@1'")
        }
        self.number = number
    }

    package var description: String { number.map { "\(model)@\($0)" } ?? model.text }
}
