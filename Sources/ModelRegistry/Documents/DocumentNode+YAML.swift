import Yams

extension DocumentNode {
    /// The largest YAML document that is read, in bytes.
    package static let sizeLimit = 1 << 20

    /// Reads a whole YAML document.
    ///
    /// Scalars are typed by a strict form of YAML 1.2's core schema: `null`, `~`, `true`, `false`,
    /// decimal integers, decimal numbers; everything else is text.
    package init(yaml bytes: [UInt8], file: String) throws(DocumentError) {
        let text = try Self.text(of: bytes, file: file, limit: Self.sizeLimit)
        try Self.refuseAliases(in: bytes, file: file)
        do {
            // The basic resolver guesses no types, so that keys are compared as they are written.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                throw DocumentError(file: file, problem: "is empty")
            }
            // Nodes hold their anchors weakly: the parser must outlive the check for them.
            self = try withExtendedLifetime(parser) {
                try Self.node(root, at: Place(file: file, field: "", line: nil), depth: 0)
            }
        } catch let error as DocumentError {
            throw error
        } catch let error as YamlError {
            throw Self.translate(error, file: file)
        } catch {
            throw DocumentError(file: file, problem: "can't be read: \(error)")
        }
    }

    /// The text of a document's bytes, within the limit.
    static func text(
        of bytes: [UInt8], file: String, limit: Int
    ) throws(DocumentError) -> String {
        guard bytes.count <= limit else {
            throw DocumentError(
                file: file, problem: "has \(bytes.count) bytes; the limit is \(limit)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentError(file: file, problem: "is not UTF-8 text")
        }
        return text
    }

    /// Where a node stands.
    private struct Place {
        let file: String
        let field: String
        let line: Int?

        func error(_ problem: String) -> DocumentError {
            DocumentError(file: file, line: line, field: field, problem: problem)
        }

        func member(_ key: String, line: Int?) -> Place {
            Place(file: file, field: field.isEmpty ? key : "\(field).\(key)", line: line)
        }
    }

    private static func node(
        _ node: Node, at place: Place, depth: Int
    ) throws(DocumentError) -> DocumentNode {
        let place = Place(
            file: place.file, field: place.field, line: place.line ?? node.mark?.line)
        guard depth < depthLimit else { throw place.error("is nested too deeply") }
        guard node.anchor == nil else { throw place.error("has an anchor, which is not allowed") }
        let content =
            switch node {
            case .mapping(let mapping): try members(mapping, at: place, depth: depth)
            case .sequence(let sequence): try items(sequence, at: place, depth: depth)
            case .scalar(let scalar): try self.scalar(scalar, at: place)
            case .alias: throw place.error("is an alias, which is not allowed")
            }
        return DocumentNode(
            file: place.file, field: place.field, line: place.line, content: content)
    }

    private static func members(
        _ mapping: Node.Mapping, at place: Place, depth: Int
    ) throws(DocumentError) -> Content {
        try refuseTag(mapping.tag, at: place)
        var pairs: [(key: String, node: DocumentNode)] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                throw place.error("has a key that is not text")
            }
            let member = place.member(name.string, line: key.mark?.line)
            guard key.anchor == nil, try scalarText(name, at: member, isKey: true) != nil else {
                throw member.error("is not allowed as a key")
            }
            pairs.append((name.string, try node(value, at: member, depth: depth + 1)))
        }
        return .mapping(pairs)
    }

    private static func items(
        _ sequence: Node.Sequence, at place: Place, depth: Int
    ) throws(DocumentError) -> Content {
        try refuseTag(sequence.tag, at: place)
        var items: [DocumentNode] = []
        for (index, item) in sequence.enumerated() {
            let field = "\(place.field)[\(index)]"
            let place = Place(file: place.file, field: field, line: nil)
            items.append(try node(item, at: place, depth: depth + 1))
        }
        return .list(items)
    }

    private static func scalar(
        _ scalar: Node.Scalar, at place: Place
    ) throws(DocumentError) -> Content {
        let text = try scalarText(scalar, at: place, isKey: false)
        guard scalar.style == .plain else {
            return .scalar(text: scalar.string, value: .string(scalar.string))
        }
        return .scalar(text: text, value: try plainValue(scalar.string, at: place))
    }

    /// The scalar's text, nil for a null; a tag or a control character is refused.
    private static func scalarText(
        _ scalar: Node.Scalar, at place: Place, isKey: Bool
    ) throws(DocumentError) -> String? {
        // The parser itself tags as text what is quoted, and every key when it compares them.
        let isTaggedByParser = isKey || scalar.style != .plain
        if !isTaggedByParser || scalar.tag.rawValue != Tag.Name.str.rawValue {
            try refuseTag(scalar.tag, at: place)
        }
        guard DocumentNode.isClean(scalar.string) else {
            throw place.error("has a control character, which is not allowed")
        }
        let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
        return isNull ? nil : scalar.string
    }

    private static func plainValue(
        _ text: String, at place: Place
    ) throws(DocumentError) -> DocumentValue {
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let integer = Int(text) { return .integer(integer) }
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
            let number = Double(text)
        else { return .string(text) }
        guard number.isFinite else { throw place.error("is too large a number") }
        return .number(number)
    }

    private static func refuseTag(_ tag: Tag, at place: Place) throws(DocumentError) {
        guard tag.rawValue == Tag.Name.implicit.rawValue else {
            throw place.error("has the tag '\(tag.rawValue)', which is not allowed")
        }
    }

    /// Whether the text holds no control characters but tab and line feed.
    static func isClean(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A }
    }
}
