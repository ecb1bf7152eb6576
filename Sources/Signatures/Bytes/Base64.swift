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
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var held = 0
        var padded = 0
        for character in text {
            if character == padding {
                padded += 1
                group <<= 6
            } else {
                let value = values[Int(character)]
                guard value != notADigit, padded == 0 else { return nil }
                group = group << 6 | UInt32(value)
            }
            held += 1
            guard held == 4 else { continue }
            guard padded <= 2 else { return nil }
            let count = 3 - padded
            guard group & ((1 << UInt32(8 * padded)) - 1) == 0 else { return nil }
            for place in 0..<count { bytes.append(UInt8(group >> UInt32(16 - 8 * place) & 0xFF)) }
            group = 0
            held = 0
        }
        return bytes
    }

    private static func append(_ group: UInt32, digits: Int, to text: inout [UInt8]) {
        for digit in 0..<digits {
            text.append(alphabet[Int(group >> (18 - 6 * UInt32(digit)) & 0x3F)])
        }
    }
}
