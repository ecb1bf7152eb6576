/// The tags of a template that can't be rendered safely, found before it is ever rendered.
enum TemplateTags {
    static let sizeLimit = 64 << 10
    static let depthLimit = 16

    /// The names of the partials a template uses.
    ///
    /// Refuses what a template here needs not and a renderer could loop or stop on: other delimiters,
    /// inheritance, partials chosen by a value, deep nesting.
    static func partials(in text: String, of name: String) throws(NotificationError) -> [String] {
        guard text.utf8.count <= sizeLimit else {
            throw .invalidTemplate(name: name, problem: "is longer than \(sizeLimit) bytes")
        }
        var partials: [String] = []
        var depth = 0
        for piece in text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
            switch piece.first {
            case "#", "^": depth += 1
            case "/": depth -= 1
            case ">": partials.append(try partial(piece, of: name))
            case "=", "<", "$":
                throw .invalidTemplate(
                    name: name, problem: "uses '{{\(piece.prefix(1))', which is not supported")
            default: break
            }
            guard depth <= depthLimit else {
                throw .invalidTemplate(name: name, problem: "is nested too deeply")
            }
        }
        return partials
    }

    private static func partial(
        _ piece: Substring, of name: String
    ) throws(NotificationError) -> String {
        let tag = piece.dropFirst().prefix { $0 != "}" }.filter { !$0.isWhitespace }
        guard !tag.hasPrefix("*") else {
            throw .invalidTemplate(
                name: name, problem: "uses '{{>*', which is not supported")
        }
        return tag
    }
}
