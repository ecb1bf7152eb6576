/// A YAML or JSON value: what parameters, policies and events are made of.
package indirect enum DocumentValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([DocumentValue])
    case mapping([String: DocumentValue])
}

extension DocumentValue {
    /// The value of `key`, when this is a mapping that has it.
    package subscript(key: String) -> DocumentValue? {
        guard case .mapping(let members) = self else { return nil }
        return members[key]
    }

    /// The value below `path`, its keys joined by dots.
    package func value(at path: String) -> DocumentValue? {
        path.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
    }

    /// The text, when this is one.
    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, when this is one.
    package var integerValue: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The number, whether it was written as an integer or with a fraction.
    package var doubleValue: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .null, .bool, .string, .list, .mapping: nil
        }
    }

    /// The items, when this is a list.
    package var listValue: [DocumentValue]? {
        if case .list(let items) = self { items } else { nil }
    }

    /// The members, when this is a mapping.
    package var mappingValue: [String: DocumentValue]? {
        if case .mapping(let members) = self { members } else { nil }
    }
}

extension DocumentValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {  // a failed try means: other type
            self = .bool(bool)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let items = try? container.decode([DocumentValue].self) {
            self = .list(items)
        } else {
            self = .mapping(try container.decode([String: DocumentValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .list(let items): try container.encode(items)
        case .mapping(let members): try container.encode(members)
        }
    }
}
