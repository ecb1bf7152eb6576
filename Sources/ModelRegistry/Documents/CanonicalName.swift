/// A name with exactly one text, which is also how it is encoded.
package protocol CanonicalName: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Reads the text, which must follow the rules of this kind of name.
    init(_ text: String) throws(DocumentError)
}

extension CanonicalName {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as DocumentError {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.description < right.description
    }

    /// The error for a text that breaks the rules of names.
    static func malformed(_ text: String, kind: String, why: String, rule: String) -> DocumentError
    {
        DocumentError(
            file: "", problem: "'\(text)' is not \(kind): \(why)", hint: rule)
    }
}

extension Character {
    /// Whether this is one of a to z or 0 to 9, and nothing invisible with it.
    ///
    /// A letter with a joiner or an accent that no single character stands for sorts between a and z.
    var isLowercaseNameCharacter: Bool {
        utf8.count == 1 && (("a"..."z").contains(self) || ("0"..."9").contains(self))
    }
}
