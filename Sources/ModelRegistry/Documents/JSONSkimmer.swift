import Foundation

/// Reads the few members that are asked for out of a JSON document that the registry wrote, and
/// checks the grammar of the rest on the way.
///
/// Stricter than JSON: keys, and most strings that are read, hold no escapes; no key stands twice.
struct JSONSkimmer {
    private let bytes: [UInt8]
    private let file: String
    private var index = 0
    private var depth = 0

    init(_ bytes: [UInt8], file: String) throws(DocumentError) {
        self.bytes = bytes
        self.file = file
        // A byte of 0x80 or more leaves its mark on all of them.
        guard bytes.reduce(0, |) < 0x80 || String(validating: bytes, as: UTF8.self) != nil
        else { throw DocumentError(file: file, problem: "is not UTF-8 text") }
        skipSpace()
    }

    /// Whether a list comes next.
    var isAtList: Bool { peek == UInt8(ascii: "[") }

    /// Reads an object; `member` must read or skip each value.
    mutating func members(
        _ member: (_ key: String, inout JSONSkimmer) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        try open("{")
        var seen: [String] = []
        if try close("}") { return }
        repeat {
            let key = try string()
            guard !seen.contains(key) else { throw fault("names '\(key)' twice") }
            seen.append(key)
            try take(":")
            try member(key, &self)
        } while try !next(or: "}")
    }

    /// Reads a list; `item` must read or skip each value.
    mutating func items(
        _ item: (inout JSONSkimmer) throws(DocumentError) -> Void
    ) throws(DocumentError) {
        try open("[")
        if try close("]") { return }
        repeat { try item(&self) } while try !next(or: "]")
    }

    /// Reads text.
    mutating func text() throws(DocumentError) -> String {
        let start = index
        guard try !skipString() else {
            defer { skipSpace() }
            return String(decoding: bytes[(start + 1)..<(index - 1)], as: UTF8.self)
        }
        let literal = bytes[start..<index]
        skipSpace()
        do {
            return try JSONDecoder().decode(String.self, from: Data(literal))
        } catch {
            throw fault("has an escape of no character")
        }
    }

    /// Reads text that holds no escapes.
    mutating func string() throws(DocumentError) -> String {
        String(decoding: try stringBytes(), as: UTF8.self)
    }

    /// Reads the bytes of text that holds no escapes.
    mutating func stringBytes() throws(DocumentError) -> ArraySlice<UInt8> {
        let start = index + 1
        guard try skipString() else { throw fault("has an escape where none should be") }
        let end = index - 1
        skipSpace()
        return bytes[start..<end]
    }

    /// Reads a whole number from 0 on.
    mutating func integer() throws(DocumentError) -> Int {
        let start = index
        try skipNumber()
        guard let number = Int(String(decoding: bytes[start..<index], as: UTF8.self)), number >= 0
        else { throw fault("has no whole number where one should be") }
        skipSpace()
        return number
    }

    /// Passes over a value of any kind.
    mutating func skip() throws(DocumentError) {
        switch peek {
        case UInt8(ascii: "{"):
            try open("{")
            if try close("}") { return }
            repeat {
                _ = try skipString()
                skipSpace()
                try take(":")
                try skip()
            } while try !next(or: "}")
        case UInt8(ascii: "["):
            try open("[")
            if try close("]") { return }
            repeat { try skip() } while try !next(or: "]")
        case UInt8(ascii: "\""):
            _ = try skipString()
            skipSpace()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default:
            try skipNumber()
            skipSpace()
        }
    }

    /// Checks that nothing follows.
    func requireEnd() throws(DocumentError) {
        guard index == bytes.count else { throw fault("goes on after its end") }
    }

    private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        while index < bytes.count,
            bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x09
                || bytes[index] == 0x0D
        { index += 1 }
    }

    private mutating func take(_ mark: Unicode.Scalar) throws(DocumentError) {
        guard peek == UInt8(ascii: mark) else { throw fault("lacks '\(mark)'") }
        index += 1
        skipSpace()
    }

    private mutating func open(_ mark: Unicode.Scalar) throws(DocumentError) {
        guard depth < DocumentNode.depthLimit else { throw fault("is nested too deeply") }
        depth += 1
        try take(mark)
    }

    /// Takes the end of an object or a list, if it is next.
    private mutating func close(_ mark: Unicode.Scalar) throws(DocumentError) -> Bool {
        guard peek == UInt8(ascii: mark) else { return false }
        depth -= 1
        try take(mark)
        return true
    }

    /// Takes the comma before another item, or the end: then true.
    private mutating func next(or mark: Unicode.Scalar) throws(DocumentError) -> Bool {
        if try close(mark) { return true }
        try take(",")
        return false
    }

    private mutating func skipWord(_ word: StaticString) throws(DocumentError) {
        let isThere = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard isThere else { throw fault("has an unknown word") }
        index += word.utf8CodeUnitCount
        skipSpace()
    }

    /// Passes over a string and its quotes; false when it holds escapes.
    private mutating func skipString() throws(DocumentError) -> Bool {
        guard peek == UInt8(ascii: "\"") else { throw fault("lacks a string") }
        index += 1
        var isPlain = true
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return isPlain
            case UInt8(ascii: "\\"):
                isPlain = false
                try skipEscape()
            case 0..<0x20: throw fault("has a control character in a string")
            default: index += 1
            }
        }
        throw fault("ends in the middle of a string")
    }

    private mutating func skipEscape() throws(DocumentError) {
        index += 1
        let digits = bytes[min(index + 1, bytes.count)...].prefix(4)
        switch peek {
        case UInt8(ascii: "u") where digits.count == 4 && digits.allSatisfy(Self.isHexadecimal):
            index += 5
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
        default: throw fault("has an unknown escape")
        }
    }

    private mutating func skipNumber() throws(DocumentError) {
        if peek == UInt8(ascii: "-") { index += 1 }
        let beginsWithZero = peek == UInt8(ascii: "0")
        let count = skipDigits()
        guard count > 0 else { throw fault("has something that is no value") }
        guard count == 1 || !beginsWithZero else { throw fault("has a number that begins with 0") }
        if peek == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() > 0 else { throw fault("has a number without its digits") }
        }
        guard peek | 0x20 == UInt8(ascii: "e") else { return }
        index += 1
        if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
        guard skipDigits() > 0 else { throw fault("has a number without its digits") }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while Self.isDigit(peek) { index += 1 }
        return index - start
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private func fault(_ problem: String) -> DocumentError {
        DocumentError(
            file: file, problem: "is not the JSON it should be: at byte \(index) it \(problem)")
    }
}
