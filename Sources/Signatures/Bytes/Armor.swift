/// The text form of OpenSSH's binary files: a label, base64 in lines of 70, LF line ends.
enum Armor {
    static let width = 70

    static func wrap(_ content: [UInt8], label: String) -> [UInt8] {
        var text = [UInt8]("-----BEGIN \(label)-----\n".utf8)
        let digits = Base64.encode(content)
        for start in stride(from: 0, to: digits.count, by: width) {
            text.append(contentsOf: digits[start..<min(start + width, digits.count)])
            text.append(UInt8(ascii: "\n"))
        }
        text.append(contentsOf: "-----END \(label)-----\n".utf8)
        return text
    }

    /// Returns what stands between the two label lines, line ends removed; nil for anything else.
    ///
    /// The caller decides whether another wrapping is acceptable, by wrapping again and comparing.
    static func unwrap(_ text: [UInt8], label: String) -> [UInt8]? {
        let begin = [UInt8]("-----BEGIN \(label)-----\n".utf8)
        let end = [UInt8]("-----END \(label)-----\n".utf8)
        guard text.count >= begin.count + end.count, text.starts(with: begin) else { return nil }
        guard text.suffix(end.count).elementsEqual(end) else { return nil }
        let digits = text[begin.count..<(text.count - end.count)]
        return Base64.decode(digits.filter { $0 != UInt8(ascii: "\n") })
    }
}
