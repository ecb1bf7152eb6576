extension DocumentValue {
    /// The canonical JSON text: keys sorted by their bytes, two spaces of indentation, a line feed
    /// at the end. What JSON can't express (NaN, infinity) becomes `null`.
    package var json: String {
        var text = ""
        writeJSON(to: &text, indentation: "")
        return text + "\n"
    }

    private func writeJSON(to text: inout String, indentation: String) {
        let inner = indentation + "  "
        switch self {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .integer(let integer): text += "\(integer)"
        case .number(let number): text += number.isFinite ? "\(number)" : "null"
        case .string(let string): text += string.quotedAsJSON
        case .list(let items) where items.isEmpty: text += "[]"
        case .list(let items):
            for (index, item) in items.enumerated() {
                text += index == 0 ? "[\n\(inner)" : ",\n\(inner)"
                item.writeJSON(to: &text, indentation: inner)
            }
            text += "\n\(indentation)]"
        case .mapping(let members) where members.isEmpty: text += "{}"
        case .mapping(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                text += index == 0 ? "{\n\(inner)" : ",\n\(inner)"
                text += member.key.quotedAsJSON + ": "
                member.value.writeJSON(to: &text, indentation: inner)
            }
            text += "\n\(indentation)}"
        }
    }
}

extension String {
    /// The text in double quotes, as JSON and YAML read it alike.
    var quotedAsJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
