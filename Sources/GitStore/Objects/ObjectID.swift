import CLibgit2

/// The name of a git object: the SHA-1 of its kind, its length and its bytes.
///
/// Ids order as their hexadecimal forms do.
package struct ObjectID: Hashable, Sendable {
    // Big-endian words kept inline: comparing and hashing them touches no memory elsewhere.
    private var first: UInt64
    private var second: UInt64
    private var third: UInt32

    /// What objects are sorted into folders by.
    var firstByte: UInt8 { UInt8(truncatingIfNeeded: first >> 56) }

    /// The number of an id's bytes.
    static let size = 20

    /// The id git writes where there is no object.
    package static let zero = ObjectID(first: 0, second: 0, third: 0)

    private init(first: UInt64, second: UInt64, third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Reads exactly 40 lower-case hexadecimal digits.
    package init?(_ hex: String) {
        self.init(hexadecimal: hex.utf8)
    }

    /// Reads exactly 40 lower-case hexadecimal digits.
    package init?(_ hex: Substring) {
        self.init(hexadecimal: hex.utf8)
    }

    /// Reads exactly 40 lower-case hexadecimal digits.
    package init?(hexadecimal digits: ArraySlice<UInt8>) {
        guard let id = digits.withUnsafeBufferPointer({ ObjectID(digits: $0) }) else { return nil }
        self = id
    }

    private init?(hexadecimal digits: some Collection<UInt8>) {
        let read = digits.withContiguousStorageIfAvailable { ObjectID(digits: $0) }
        guard let id = read ?? ObjectID(hexadecimal: Array(digits)[...]) else { return nil }
        self = id
    }

    private init?(digits: UnsafeBufferPointer<UInt8>) {
        guard digits.count == 2 * Self.size,
            let first = Self.value(of: digits[0..<16]),
            let second = Self.value(of: digits[16..<32]),
            let third = Self.value(of: digits[32..<40])
        else { return nil }
        self.init(first: first, second: second, third: UInt32(truncatingIfNeeded: third))
    }

    /// Reads exactly 20 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
            case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
            default: words.2 = words.2 << 8 | UInt64(byte)
            }
        }
        self.init(first: words.0, second: words.1, third: UInt32(truncatingIfNeeded: words.2))
    }

    /// Reads 20 bytes from an offset on, which must be there.
    init(unalignedIn bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.init(
            first: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            second: UInt64(
                bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)),
            third: UInt32(
                bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self)))
    }

    /// The id these bytes would have as an object; nothing is written.
    ///
    /// `zero`, which names no object, for bytes made to collide with another object's SHA-1.
    package static func hash(_ kind: ObjectKind, _ bytes: [UInt8]) -> ObjectID {
        guard Libgit2.start() else { return .zero }
        var oid = git_oid()
        let code = bytes.withUnsafeBytes {
            git_odb_hash(&oid, $0.baseAddress, $0.count, kind.libgit2)
        }
        guard code == 0 else {
            git_error_clear()
            return .zero
        }
        return ObjectID(oid)
    }

    /// Whether this is the id that names no object.
    package var isZero: Bool { self == .zero }

    /// The 40 lower-case hexadecimal digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 40) { buffer in
            var index = 0
            for byte in bytes {
                buffer[index] = Self.digit(of: byte >> 4)
                buffer[index + 1] = Self.digit(of: byte & 15)
                index += 2
            }
            return index
        }
    }

    /// The first 10 hexadecimal digits, for people.
    package var short: String { String(hex.prefix(10)) }

    /// The 20 bytes.
    package var bytes: [UInt8] {
        Array(unsafeUninitializedCapacity: Self.size) { buffer, count in
            copy(into: UnsafeMutableRawBufferPointer(buffer))
            count = Self.size
        }
    }

    private func copy(into buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
    }

    private static func value(of digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            let number = digit &- UInt8(ascii: "0")
            let letter = digit &- UInt8(ascii: "a")
            guard number < 10 || letter < 6 else { return nil }
            value = value << 4 | UInt64(number < 10 ? number : letter + 10)
        }
        return value
    }

    private static func digit(of nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

extension ObjectID {
    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid) { ObjectID(unalignedIn: $0, at: 0) }
    }

    var libgit2: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { copy(into: $0) }
        return oid
    }
}

extension ObjectID: Comparable {
    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }
}

extension ObjectID: CustomStringConvertible {
    package var description: String { hex }
}

extension ObjectID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let hex = try container.decode(String.self)
        guard let id = ObjectID(hex) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(hex)' is not an object id of 40 lower-case hex digits")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
