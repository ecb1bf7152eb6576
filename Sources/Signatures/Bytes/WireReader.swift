/// Reads the binary encoding of SSH (RFC 4251, section 5) front to back.
///
/// Every method answers nil, and reads nothing, where the bytes run short.
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= rest.count else { return nil }
        let taken = [UInt8](rest.prefix(count))
        rest = rest.dropFirst(count)
        return taken
    }

    mutating func byte() -> UInt8? {
        bytes(1)?.first
    }

    mutating func uint32() -> UInt32? {
        bytes(4)?.reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> [UInt8]? {
        let start = rest
        guard let length = uint32(), let content = bytes(Int(length)) else {
            rest = start
            return nil
        }
        return content
    }

    /// Reads a string that must be printable ASCII, as every name in the protocol is.
    mutating func name() -> String? {
        let start = rest
        guard let content = string(), content.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            rest = start
            return nil
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Reads a positive integer in its shortest form, without the sign byte.
    mutating func positiveInteger() -> [UInt8]? {
        let start = rest
        guard let content = string(), let first = content.first else {
            rest = start
            return nil
        }
        guard first == 0 else {
            if first < 0x80 { return content }
            rest = start
            return nil
        }
        guard content.count > 1, content[1] >= 0x80 else {
            rest = start
            return nil
        }
        return [UInt8](content.dropFirst())
    }
}
