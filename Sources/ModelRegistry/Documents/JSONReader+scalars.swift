extension JSONReader {
    /// Reads text in quotes.
    mutating func string(field: String) throws(DocumentError) -> String {
        index += 1
        var utf8: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            let byte = bytes[index]
            guard byte >= 0x20 else { throw unexpected("no control character in text") }
            index += 1
            if byte == UInt8(ascii: "\\") {
                utf8.append(contentsOf: try escape().utf8)
            } else {
                utf8.append(byte)
            }
        }
        guard take("\"") else { throw unexpected("'\"'") }
        let text = String(decoding: utf8, as: UTF8.self)  // valid: the whole document was checked
        guard DocumentNode.isClean(text) else {
            throw DocumentError(
                file: file, line: line, field: field,
                problem: "has a control character, which is not allowed")
        }
        return text
    }

    private mutating func escape() throws(DocumentError) -> String {
        defer { index += 1 }
        switch peek {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(try unicodeScalar())
        default: throw unexpected("an escape that JSON knows")
        }
    }

    /// Reads `uXXXX`, or two of them that are a surrogate pair; leaves the index on the last digit.
    private mutating func unicodeScalar() throws(DocumentError) -> Unicode.Scalar {
        var value = try hexadecimal()
        if (0xD800..<0xDC00).contains(value) {
            index += 1
            guard take("\\"), peek == UInt8(ascii: "u") else {
                throw unexpected("a surrogate pair")
            }
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw unexpected("a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw unexpected("a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(DocumentError) -> UInt32 {
        let digits = bytes.dropFirst(index + 1).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        index += 4
        return value
    }

    /// Reads `null`, `true`, `false` or a number.
    mutating func literal(field: String) throws(DocumentError) -> DocumentValue {
        let start = index
        while let byte = peek, Self.isWord(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "NaN", "Infinity", "-Infinity":
            throw DocumentError(
                file: file, line: line, field: field,
                problem: "is \(word), which JSON doesn't have",
                hint: "leave it out, or write null; of a metric, {\"value\": null}")
        case "": throw unexpected("a value")
        default: break
        }
        guard Self.isNumber(word.utf8) else {
            throw DocumentError(
                file: file, line: line, field: field, problem: "is '\(word)', which is not JSON")
        }
        if let integer = Int(word) { return .integer(integer) }
        guard let number = Double(word), number.isFinite else {
            throw DocumentError(
                file: file, line: line, field: field, problem: "is too large a number")
        }
        return .number(number)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        let character = Character(.init(byte))
        return character.isASCII && (character.isLetter || character.isNumber)
            || "+-.".utf8.contains(byte)
    }

    /// Whether the text is `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    private static func isNumber(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func digits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole == 1 || whole > 1 && !leadsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if let mark = rest.first, "eE".utf8.contains(mark) {
            rest = rest.dropFirst()
            if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
