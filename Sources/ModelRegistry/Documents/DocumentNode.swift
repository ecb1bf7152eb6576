/// One node of a YAML or JSON document, read strictly: anchors, tags, control characters, duplicate
/// and unknown keys are errors that name file, line and field.
package struct DocumentNode: Sendable {
    /// The deepest nesting that is read.
    package static let depthLimit = 32

    /// The file's name as the user knows it.
    package let file: String
    /// The keys that lead here, joined by dots; empty for the whole document.
    package let field: String
    /// The line of the node's key, or else of the node; from 1.
    package let line: Int?
    let content: Content

    /// What stands at a node.
    enum Content: Sendable {
        /// A scalar: its text (nil where it can't be meant as text) and its typed value.
        case scalar(text: String?, value: DocumentValue)
        case list([DocumentNode])
        /// Keys in the order they were written.
        case mapping([(key: String, node: DocumentNode)])
    }

    init(file: String, field: String, line: Int?, content: Content) {
        self.file = file
        self.field = field
        self.line = line
        self.content = content
    }

    /// The members of a mapping, all of whose keys must be among `keys`.
    package func members(_ keys: Set<String>) throws(DocumentError) -> [String: DocumentNode] {
        for (key, member) in try pairs() where !keys.contains(key) {
            throw member.error(
                "is not a known key", hint: "known here: \(keys.sorted().joined(separator: ", "))")
        }
        return try anyMembers()
    }

    /// The members of a mapping whose keys are the writer's own.
    package func anyMembers() throws(DocumentError) -> [String: DocumentNode] {
        var members: [String: DocumentNode] = [:]
        for (key, node) in try pairs() { members[key] = node }
        return members
    }

    /// The members of a mapping in the order they were written.
    package func pairs() throws(DocumentError) -> [(key: String, node: DocumentNode)] {
        guard case .mapping(let pairs) = content else { throw error("must be a mapping") }
        return pairs
    }

    /// The items of a list.
    package func items() throws(DocumentError) -> [DocumentNode] {
        guard case .list(let items) = content else { throw error("must be a list") }
        return items
    }

    /// The text of a scalar; in YAML also of an unquoted number, `true` or `false`.
    package func text() throws(DocumentError) -> String {
        guard case .scalar(let text?, _) = content else { throw error("must be text") }
        return text
    }

    /// The integer of a scalar.
    package func integer() throws(DocumentError) -> Int {
        guard case .scalar(_, .integer(let integer)) = content else {
            throw error("must be an integer")
        }
        return integer
    }

    /// The finite number of a scalar, with or without a fraction.
    package func number() throws(DocumentError) -> Double {
        guard case .scalar(_, let value) = content, let number = value.doubleValue else {
            throw error("must be a number")
        }
        return number
    }

    /// The truth value of a scalar.
    package func bool() throws(DocumentError) -> Bool {
        guard case .scalar(_, .bool(let bool)) = content else {
            throw error("must be true or false")
        }
        return bool
    }

    /// Whether nothing stands here: `null`, `~`, or a key without a value.
    package var isNull: Bool {
        if case .scalar(_, .null) = content { true } else { false }
    }

    /// The node and all below it as plain values, typed by YAML's core schema.
    package func value() -> DocumentValue {
        switch content {
        case .mapping(let pairs):
            .mapping(Dictionary(pairs.map { ($0.key, $0.node.value()) }) { first, _ in first })
        case .list(let items): .list(items.map { $0.value() })
        case .scalar(_, let value): value
        }
    }

    /// An error about this node.
    package func error(_ problem: String, hint: String? = nil) -> DocumentError {
        DocumentError(file: file, line: line, field: field, problem: problem, hint: hint)
    }
}
