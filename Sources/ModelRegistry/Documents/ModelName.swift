/// A model's name: one to three segments joined by `/`.
package struct ModelName: CanonicalName {
    /// The name as it is written.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        if let why = Self.fault(in: text) {
            throw Self.malformed(
                text, kind: "a model name", why: why,
                rule: "1 to 3 segments joined by '/', each of 1 to 64 of a-z 0-9 . _ - "
                    + "that begins and ends with a letter or digit")
        }
        self.text = text
    }

    package var description: String { text }

    /// The branch that holds the model's versions.
    package var branch: String { "refs/heads/models/\(text)" }
    /// The folder of the registered version, in a tree.
    package var modelPath: String { "models/\(text)" }
    /// The file of an environment's parameters, in a tree.
    package var parametersPath: String { "parameters/\(text).yaml" }
    /// The folder of the run records that justified a promotion, in a tree.
    package var evidencePath: String { "evidence/\(text)" }

    /// The names of the models in whose scope a file can be, by its path in an environment's tree.
    package static func names(ofScopeWith path: String) -> [String] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        switch segments[0] {
        case "parameters":
            return [String(path.dropFirst("parameters/".count).dropLast(".yaml".count))]
        case "models", "evidence":
            // Of these, one at most is a model's name: none is the beginning of another's.
            return (2..<max(2, segments.count)).map { segments[1..<$0].joined(separator: "/") }
        default:
            return []
        }
    }

    /// Whether `other` lies below this name, as `churn/eu` lies below `churn`.
    package func isPrefix(of other: ModelName) -> Bool { other.text.hasPrefix(text + "/") }

    /// Whether the two names can't be in one registry, one being a path prefix of the other.
    package func conflicts(with other: ModelName) -> Bool {
        isPrefix(of: other) || other.isPrefix(of: self)
    }

    private static let branches: Set = ["env", "models", "policy", "promote", "rollout", "runs"]

    private static func fault(in text: String) -> String? {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count <= 3 else { return "it has \(segments.count) segments" }
        // Its tags would have the names of branches, and git would ask which is meant.
        if segments.count > 1, branches.contains(String(segments[0])) {
            return "'\(segments[0])/' is where branches of another kind are"
        }
        for segment in segments {
            guard let first = segment.first, let last = segment.last else {
                return "it has an empty segment"
            }
            if segment.utf8.count > 64 { return "'\(segment)' is longer than 64" }
            guard segment.allSatisfy({ $0.isLowercaseNameCharacter || "._-".contains($0) }) else {
                return "'\(segment)' has other characters than a-z 0-9 . _ -"
            }
            guard first.isLowercaseNameCharacter, last.isLowercaseNameCharacter else {
                return "'\(segment)' does not begin and end with a letter or digit"
            }
            if segment.contains("..") { return "'\(segment)' has '..'" }
            if segment.hasSuffix(".lock") || segment.hasSuffix(".yaml") || segment == "artifacts" {
                return "'\(segment)' is reserved"
            }
            if first == "v", segment.count > 1, segment.dropFirst().allSatisfy(\.isNumber) {
                return "'\(segment)' reads like a version"
            }
        }
        return nil
    }
}
