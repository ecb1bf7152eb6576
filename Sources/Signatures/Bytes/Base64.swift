/// Base64 of RFC 4648 with padding, strict: one text for one sequence of bytes.
package enum Base64 {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let notADigit: UInt8 = 0xFF
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: notADigit, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Encodes with padding and without line ends.
    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var held = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            append(group, digits: 4, to: &text)
            group = 0
            held = 0
        }
        guard held > 0 else { return text }
        append(group << (8 * UInt32(3 - held)), digits: held + 1, to: &text)
        text.append(contentsOf: repeatElement(padding, count: 3 - held))
        return text
    }

    /// Encodes as a string, with padding unless told otherwise.
    package static func string(_ bytes: some Collection<UInt8>, padded: Bool = true) -> String {
        let text = encode(bytes)
        let end = padded ? text.endIndex : text.firstIndex(of: padding) ?? text.endIndex
        return String(decoding: text[..<end], as: UTF8.self)
    }

    /// Encodes in the alphabet of URLs (RFC 4648, section 5) without padding, as WebAuthn does.
    package static func urlString(_ bytes: some Collection<UInt8>) -> String {
        string(bytes, padded: false)
            .replacing("+", with: "-").replacing("/", with: "_")
    }

    /// Decodes; nil for a wrong length, a foreign character, missing padding or unused bits set.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = [UInt8](text)
        guard text.count.isMultiple(of: 4) else { return nil }
        let padded = text.suffix(2).reversed().prefix { $0 == padding }.count
        let count = text.count / 4 * 3 - padded
        var isSound = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3) {
            buffer, initialized in
            values.withUnsafeBufferPointer { values in
                var place = 0
                for start in stride(from: 0, to: text.count, by: 4) {
                    let isLast = start + 4 == text.count
                    var group: UInt32 = 0
                    for index in start..<(start + 4) {
                        let isPadding = isLast && index >= text.count - padded
                        let value = isPadding ? 0 : values[Int(text[index])]
                        isSound = isSound && value != notADigit
                        group = group << 6 | UInt32(value)
                    }
                    // What padding stands for must not hold bits.
                    isSound = isSound && (!isLast || group & ((1 << UInt32(8 * padded)) - 1) == 0)
                    buffer[place] = UInt8(truncatingIfNeeded: group >> 16)
                    buffer[place + 1] = UInt8(truncatingIfNeeded: group >> 8)
                    buffer[place + 2] = UInt8(truncatingIfNeeded: group)
                    place += 3
                }
            }
            initialized = count
        }
        return isSound ? bytes : nil
    }

    private static func append(_ group: UInt32, digits: Int, to text: inout [UInt8]) {
        for digit in 0..<digits {
            text.append(alphabet[Int(group >> (18 - 6 * UInt32(digit)) & 0x3F)])
        }
    }
}
