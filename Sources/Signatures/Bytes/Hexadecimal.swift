/// Lowercase hexadecimal, as git and `sha256sum` write it.
package enum Hexadecimal {
    /// Writes two digits for each byte.
    package static func string(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { buffer in
            var index = 0
            for byte in bytes {
                buffer[index] = digit(of: byte >> 4)
                buffer[index + 1] = digit(of: byte & 0xF)
                index += 2
            }
            return index
        }
    }

    /// Writes two digits for each byte.
    package static func string(_ bytes: some Sequence<UInt8>) -> String { string(Array(bytes)) }

    /// Whether the text is an object's id: 40 lowercase digits.
    package static func isObjectID(_ text: some Collection<UInt8>) -> Bool {
        text.count == 40 && text.allSatisfy(isDigit)
    }

    private static func digit(of nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
