/// Lowercase hexadecimal, as git and `sha256sum` write it.
package enum Hexadecimal {
    private static let digits = [UInt8]("0123456789abcdef".utf8)

    /// Writes two digits for each byte.
    package static func string(_ bytes: some Sequence<UInt8>) -> String {
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the text is an object's id: 40 lowercase digits.
    package static func isObjectID(_ text: some Collection<UInt8>) -> Bool {
        text.count == 40 && text.allSatisfy(digits.contains)
    }
}
