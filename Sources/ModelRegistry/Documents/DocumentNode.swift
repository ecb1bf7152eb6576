import Yams

/// One node of a YAML (or JSON) document, read strictly: anchors, tags of other languages, duplicate
/// and unknown keys are errors that name file, line and field.
package struct DocumentNode {
    /// The largest document that is read, in bytes.
    package static let sizeLimit = 1 << 20
    /// The deepest nesting that is read.
    package static let depthLimit = 32

    package let file: String
    package let field: String
    private let node: Node

    /// Reads a whole document.
    package init(yaml bytes: [UInt8], file: String) throws(DocumentError) {
        guard bytes.count <= Self.sizeLimit else {
            throw DocumentError(
                file: file, problem: "has \(bytes.count) bytes; the limit is \(Self.sizeLimit)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentError(file: file, problem: "is not UTF-8 text")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.translate(error, file: file)
        } catch {
            throw DocumentError(file: file, problem: "can't be read: \(error)")
        }
        guard let root else { throw DocumentError(file: file, problem: "is empty") }
        self.init(node: root, file: file, field: "")
        try check(root, field: "", depth: 0)
    }

    private init(node: Node, file: String, field: String) {
        self.node = node
        self.file = file
        self.field = field
    }

    /// The members of a mapping, all of whose keys must be among `keys`.
    package func members(_ keys: Set<String>) throws(DocumentError) -> [String: DocumentNode] {
        let members = try anyMembers()
        for (key, member) in members where !keys.contains(key) {
            throw member.error(
                "is not a known key", hint: "known here: \(keys.sorted().joined(separator: ", "))")
        }
        return members
    }

    /// The members of a mapping whose keys are the writer's own.
    package func anyMembers() throws(DocumentError) -> [String: DocumentNode] {
        guard case .mapping(let mapping) = node else { throw error("must be a mapping") }
        var members: [String: DocumentNode] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw error("has a key that is not text") }
            members[name] = DocumentNode(node: value, file: file, field: join(name))
        }
        return members
    }

    package func items() throws(DocumentError) -> [DocumentNode] {
        guard case .sequence(let sequence) = node else { throw error("must be a list") }
        return sequence.enumerated().map {
            DocumentNode(node: $0.element, file: file, field: "\(field)[\($0.offset)]")
        }
    }

    /// The text of a scalar, however it was written.
    package func text() throws(DocumentError) -> String {
        guard case .scalar(let scalar) = node else { throw error("must be text") }
        return scalar.string
    }

    package func integer() throws(DocumentError) -> Int {
        guard case .integer(let integer) = try value() else { throw error("must be an integer") }
        return integer
    }

    package func number() throws(DocumentError) -> Double {
        guard let number = try value().doubleValue else { throw error("must be a number") }
        return number
    }

    package func bool() throws(DocumentError) -> Bool {
        guard case .bool(let bool) = try value() else { throw error("must be true or false") }
        return bool
    }

    /// The node and all below it as plain values, typed by YAML's core schema.
    package func value() throws(DocumentError) -> DocumentValue {
        switch node {
        case .mapping:
            var members: [String: DocumentValue] = [:]
            for (key, member) in try anyMembers() { members[key] = try member.value() }
            return .mapping(members)
        case .sequence:
            var items: [DocumentValue] = []
            for item in try self.items() { items.append(try item.value()) }
            return .list(items)
        case .scalar(let scalar):
            return scalarValue(scalar)
        case .alias:
            throw error("is an alias, which is not allowed")
        }
    }

    /// An error about this node.
    package func error(_ problem: String, hint: String? = nil) -> DocumentError {
        DocumentError(
            file: file, line: node.mark?.line, field: field, problem: problem, hint: hint)
    }

    private func scalarValue(_ scalar: Node.Scalar) -> DocumentValue {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        if scalar.string.isEmpty || scalar.string == "null" || scalar.string == "~" { return .null }
        if scalar.string == "true" { return .bool(true) }
        if scalar.string == "false" { return .bool(false) }
        if let integer = Int(scalar.string) { return .integer(integer) }
        let isNumeric = scalar.string.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        if isNumeric, let number = Double(scalar.string) { return .number(number) }
        return .string(scalar.string)
    }

    private func join(_ key: String) -> String { field.isEmpty ? key : "\(field).\(key)" }

    private func check(_ node: Node, field: String, depth: Int) throws(DocumentError) {
        let place = DocumentNode(node: node, file: file, field: field)
        guard depth < Self.depthLimit else { throw place.error("is nested too deeply") }
        guard node.anchor == nil else { throw place.error("has an anchor, which is not allowed") }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                try check(value, field: place.join(key.scalar?.string ?? "?"), depth: depth + 1)
            }
        case .sequence(let sequence):
            for (index, item) in sequence.enumerated() {
                try check(item, field: "\(field)[\(index)]", depth: depth + 1)
            }
        case .scalar: break
        case .alias: throw place.error("is an alias, which is not allowed")
        }
    }

    private static func translate(_ error: YamlError, file: String) -> DocumentError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            DocumentError(file: file, line: mark.line, problem: "is not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            DocumentError(
                file: file, line: context.mark.line,
                problem: "names the same key twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))")
        default:
            DocumentError(file: file, problem: "is not valid YAML: \(error)")
        }
    }
}
