/// Which models a scope is about: a model's name in which `*` stands for any one segment, and `**`
/// at the end for one or more.
package struct ModelPattern: CanonicalName {
    /// The pattern as it is written.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        var segments = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let count = segments.count
        if segments.last == "**" { segments[count - 1] = "*" }
        do {
            // What a wildcard stands for follows the rules of names, so the rest must too.
            _ = try ModelName(segments.map { $0 == "*" ? "x" : $0 }.joined(separator: "/"))
        } catch {
            throw DocumentError(
                file: "", problem: "'\(text)' is not a pattern of models",
                hint: "a model's name, in which * is any one segment, and ** at the end one or more"
            )
        }
        self.text = text
    }

    package var description: String { text }

    /// Whether the pattern is about this model.
    package func matches(_ model: ModelName) -> Bool {
        let wanted = text.split(separator: "/")
        let found = model.text.split(separator: "/")
        let isOpen = wanted.last == "**"
        guard isOpen ? found.count >= wanted.count : found.count == wanted.count else {
            return false
        }
        return zip(wanted, found).allSatisfy { $0 == "*" || $0 == "**" || $0 == $1 }
    }
}
