/// Reads the text of one JSON document into nodes that know their lines.
struct JSONReader {
    let bytes: [UInt8]
    let file: String
    var index = 0
    var line = 1

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    mutating func document() throws(DocumentError) -> DocumentNode {
        skipSpace()
        guard index < bytes.count else { throw DocumentError(file: file, problem: "is empty") }
        let root = try node(field: "", line: nil, depth: 0)
        skipSpace()
        guard index == bytes.count else { throw unexpected("the end of the document") }
        return root
    }

    private mutating func node(
        field: String, line keyLine: Int?, depth: Int
    ) throws(DocumentError) -> DocumentNode {
        let place = keyLine ?? line
        guard depth < DocumentNode.depthLimit else {
            throw DocumentError(
                file: file, line: place, field: field, problem: "is nested too deeply")
        }
        let content: DocumentNode.Content
        switch peek {
        case UInt8(ascii: "{"): content = .mapping(try members(field: field, depth: depth))
        case UInt8(ascii: "["): content = .list(try items(field: field, depth: depth))
        case UInt8(ascii: "\""):
            let text = try string(field: field)
            content = .scalar(text: text, value: .string(text))
        default: content = .scalar(text: nil, value: try literal(field: field))
        }
        return DocumentNode(file: file, field: field, line: place, content: content)
    }

    private mutating func members(
        field: String, depth: Int
    ) throws(DocumentError) -> [(key: String, node: DocumentNode)] {
        var pairs: [(key: String, node: DocumentNode)] = []
        var seen: Set<String> = []
        index += 1
        skipSpace()
        if take("}") { return pairs }
        repeat {
            skipSpace()
            let keyLine = line
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string(field: field)
            let path = field.isEmpty ? key : "\(field).\(key)"
            guard seen.insert(key).inserted else {
                throw DocumentError(
                    file: file, line: keyLine, field: path, problem: "stands here twice")
            }
            skipSpace()
            guard take(":") else { throw unexpected("':'") }
            skipSpace()
            pairs.append((key, try node(field: path, line: keyLine, depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw unexpected("',' or '}'") }
        return pairs
    }

    private mutating func items(field: String, depth: Int) throws(DocumentError) -> [DocumentNode] {
        var items: [DocumentNode] = []
        index += 1
        skipSpace()
        if take("]") { return items }
        repeat {
            skipSpace()
            let path = "\(field)[\(items.count)]"
            items.append(try node(field: path, line: nil, depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw unexpected("',' or ']'") }
        return items
    }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, " \t\r\n".utf8.contains(byte) {
            if byte == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    func unexpected(_ wanted: String) -> DocumentError {
        let found = index < bytes.count ? "" : ", but the document ends here"
        return DocumentError(
            file: file, line: line, problem: "is not valid JSON: expected \(wanted)\(found)",
            hint: "correct that line")
    }
}
