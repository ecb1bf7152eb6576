/// Whether JSON is laid out as `CanonicalJSON` writes it: sorted keys, each once, its spaces and line
/// ends, no escape that need not be, whole numbers.
///
/// It goes through the bytes once, and knows no document's members: an unknown one, or a value
/// that its type would write in another way, passes.
struct CanonicalLayout {
    private let bytes: [UInt8]
    private var index = 0

    /// - Parameter bytes: JSON whose grammar was checked, its depth and that it is UTF-8 among it.
    static func isKept(by bytes: [UInt8]) -> Bool {
        var layout = CanonicalLayout(bytes: bytes)
        return layout.value(at: 0) && layout.take("\n") && layout.index == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(at depth: Int) -> Bool {
        switch peek {
        case UInt8(ascii: "{"): members(at: depth)
        case UInt8(ascii: "["): items(at: depth)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): take("true")
        case UInt8(ascii: "f"): take("false")
        // What is nil is left out.
        case UInt8(ascii: "n"): false
        default: number()
        }
    }

    private mutating func members(at depth: Int) -> Bool {
        var last: Range<Int>?
        guard take("{\n") else { return false }
        if peek == UInt8(ascii: "\n") { return end("}", of: depth) }
        repeat {
            guard indent(depth + 1) else { return false }
            let start = index
            guard string() else { return false }
            let key = start..<index
            if let last, !bytes[last].lexicographicallyPrecedes(bytes[key]) { return false }
            last = key
            guard take(" : "), value(at: depth + 1) else { return false }
        } while take(",\n")
        return end("}", of: depth)
    }

    private mutating func items(at depth: Int) -> Bool {
        guard take("[\n") else { return false }
        if peek == UInt8(ascii: "\n") { return end("]", of: depth) }
        repeat {
            guard indent(depth + 1), value(at: depth + 1) else { return false }
        } while take(",\n")
        return end("]", of: depth)
    }

    private mutating func end(_ mark: StaticString, of depth: Int) -> Bool {
        take("\n") && indent(depth) && take(mark)
    }

    private mutating func indent(_ depth: Int) -> Bool {
        for _ in 0..<depth { guard take("  ") else { return false } }
        return true
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            default: index += 1
            }
        }
        return false
    }

    /// An escape that there is no other way to write.
    private mutating func escape() -> Bool {
        index += 1
        let mark = peek
        index += 1
        guard mark == UInt8(ascii: "u") else { return mark != UInt8(ascii: "/") }
        guard take("00") else { return false }
        let digits = bytes[index...].prefix(2)
        index += 2
        guard digits.allSatisfy({ !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }),
            let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return false }
        // Those have escapes of their own.
        return code < 0x20 && ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(code)
    }

    private mutating func number() -> Bool {
        let isNegative = take("-")
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) { index += 1 }
        guard index > start else { return false }
        return bytes[start] != UInt8(ascii: "0") || !isNegative && index == start + 1
    }

    private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func take(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { text in
            index + text.count <= bytes.count
                && text.indices.allSatisfy { bytes[index + $0] == text[$0] }
        }
        if isThere { index += text.utf8CodeUnitCount }
        return isThere
    }
}
