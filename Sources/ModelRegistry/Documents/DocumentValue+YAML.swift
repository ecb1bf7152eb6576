extension DocumentValue {
    /// The canonical YAML text of a mapping: block style, lists of scalars on one line where they
    /// fit, the keys of `order` first and in that order, the others sorted by their bytes.
    package func yaml(order: [String] = []) -> String {
        let writer = YAMLWriter(order: order)
        guard case .mapping(let members) = self, !members.isEmpty else { return flowYAML + "\n" }
        return writer.lines(of: members, indentation: "").joined(separator: "\n") + "\n"
    }

    /// The value on one line of YAML.
    package var flowYAML: String {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): "\(integer)"
        case .number(let number): number.yamlText
        case .string(let string): string.yamlText
        case .list(let items): "[" + items.map(\.flowYAML).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{"
                + members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\($0.key.yamlText): \($0.value.flowYAML)" }.joined(separator: ", ") + "}"
        }
    }

    /// Whether this needs lines of its own below its key.
    fileprivate var isBlock: Bool {
        switch self {
        case .mapping(let members): !members.isEmpty
        case .list(let items): items.contains { $0.isBlock } || flowYAML.utf8.count > 80
        case .null, .bool, .integer, .number, .string: false
        }
    }
}

/// Writes values as lines of block style.
private struct YAMLWriter {
    let order: [String]

    func lines(of members: [String: DocumentValue], indentation: String) -> [String] {
        members.keys.sorted(by: precedes).flatMap { key -> [String] in
            guard let value = members[key] else { return [] }
            guard value.isBlock else {
                return ["\(indentation)\(key.yamlText): \(value.flowYAML)"]
            }
            return ["\(indentation)\(key.yamlText):"]
                + block(value, indentation: indentation + "  ")
        }
    }

    private func block(_ value: DocumentValue, indentation: String) -> [String] {
        switch value {
        case .mapping(let members): lines(of: members, indentation: indentation)
        case .list(let items): items.flatMap { item(of: $0, indentation: indentation) }
        case .null, .bool, .integer, .number, .string: [indentation + value.flowYAML]
        }
    }

    private func item(of value: DocumentValue, indentation: String) -> [String] {
        guard value.isBlock else { return ["\(indentation)- \(value.flowYAML)"] }
        var lines = block(value, indentation: indentation + "  ")
        lines[0] = "\(indentation)- \(lines[0].dropFirst(indentation.count + 2))"
        return lines
    }

    private func precedes(_ left: String, _ right: String) -> Bool {
        switch (order.firstIndex(of: left), order.firstIndex(of: right)) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}

extension Double {
    /// The shortest text that reads back as this number, with a point even before an exponent,
    /// which YAML 1.1 readers ask for.
    fileprivate var yamlText: String {
        guard isFinite else { return "null" }
        let text = "\(self)"
        guard let mark = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<mark] + ".0" + text[mark...]
    }
}

extension String {
    /// The text as a YAML scalar: plain where no reader could take it for anything else.
    var yamlText: String { isPlainYAML ? self : quotedAsJSON.escapingAnchors }

    /// With an escape for each '&' that begins a word, which `DocumentNode` would take for an anchor
    /// even in quotes.
    private var escapingAnchors: String {
        guard contains("&" as Unicode.Scalar) else { return self }
        var text = ""
        var previous: Unicode.Scalar = " "
        for scalar in unicodeScalars {
            if scalar == "&", " []{},:?-\"'".contains(previous) {
                text += "\\u0026"
            } else {
                text.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return text
    }

    private var isPlainYAML: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last,
            first.isASCIILetter || first == "/" || first == "_", last != " ", last != ":",
            unicodeScalars.allSatisfy({ $0.isASCIILetter || " 0123456789_./+@:-".contains($0) }),
            !contains(": ")
        else { return false }
        return !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
            .contains(lowercased())
    }
}

extension Unicode.Scalar {
    fileprivate var isASCIILetter: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self)
    }
}

extension String {
    fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }
}
