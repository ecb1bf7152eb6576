/// Reads a browser's client data as strict JSON (RFC 8259): one object, no key twice.
struct ClientDataReader {
    /// A member's value, as far as anybody looks at it.
    enum Value: Hashable, Sendable {
        case bool(Bool)
        case other
    }

    private let bytes: [UInt8]
    private var index = 0
    private static let deepest = 16

    /// The members of the object that `bytes` are.
    static func members(of bytes: [UInt8]) throws(SignatureFault) -> [String: Value] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .malformedClientData("it is not UTF-8")
        }
        var reader = ClientDataReader(bytes: bytes)
        reader.skipSpace()
        let members = try reader.object(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw reader.unexpected("the end") }
        return members
    }

    private mutating func object(depth: Int) throws(SignatureFault) -> [String: Value] {
        var members: [String: Value] = [:]
        try demand("{")
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            let key = try string()
            skipSpace()
            try demand(":")
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                throw .malformedClientData("a key stands twice before byte \(index)")
            }
        } while take(",")
        try demand("}")
        return members
    }

    private mutating func array(depth: Int) throws(SignatureFault) {
        try demand("[")
        skipSpace()
        if take("]") { return }
        repeat { _ = try value(depth: depth + 1) } while take(",")
        try demand("]")
    }

    /// Reads a value and the space around it.
    private mutating func value(depth: Int) throws(SignatureFault) -> Value {
        guard depth <= Self.deepest else { throw .malformedClientData("it is nested too deeply") }
        skipSpace()
        defer { skipSpace() }
        switch peek {
        case UInt8(ascii: "{"): _ = try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        default: return try literal()
        }
        return .other
    }

    private mutating func string() throws(SignatureFault) -> String {
        try demand("\"")
        var text: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("no control character") }
            index += 1
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: String(try escape()).utf8)
            } else {
                text.append(byte)
            }
        }
        try demand("\"")
        return String(decoding: text, as: UTF8.self)  // valid: the whole was checked
    }

    private mutating func escape() throws(SignatureFault) -> Unicode.Scalar {
        let letter = peek
        index += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw unexpected("an escape that JSON knows")
        }
    }

    /// Reads four digits, or a surrogate pair of them; a lone surrogate is malformed.
    private mutating func escapedScalar() throws(SignatureFault) -> Unicode.Scalar {
        var value = try hexadecimal()
        if (0xD800..<0xDC00).contains(value) {
            try demand("\\")
            try demand("u")
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw unexpected("a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw unexpected("a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(SignatureFault) -> UInt32 {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(.init($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        index += 4
        return value
    }

    /// Reads `true`, `false`, `null` or a number.
    private mutating func literal() throws(SignatureFault) -> Value {
        let start = index
        while let byte = peek, !" \t\r\n,]}".utf8.contains(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .other
        default: break
        }
        guard word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil else {
            throw unexpected("a value")
        }
        return .other
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func demand(_ character: Unicode.Scalar) throws(SignatureFault) {
        guard take(character) else { throw unexpected("'\(character)'") }
    }

    private mutating func skipSpace() {
        while let byte = peek, " \t\r\n".utf8.contains(byte) { index += 1 }
    }

    private func unexpected(_ wanted: String) -> SignatureFault {
        .malformedClientData("expected \(wanted) at byte \(index)")
    }
}
