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

    /// Whether the lines are as `wrap` makes them: all but the last one full, and none empty.
    ///
    /// Base64 has one text for one content, so what is wrapped so and can be unwrapped is just what
    /// `wrap` makes of the content.
    static func isWrapped(_ text: [UInt8], label: String) -> Bool {
        let beginning = "-----BEGIN -----\n".utf8.count + label.utf8.count
        let ending = "-----END -----\n".utf8.count + label.utf8.count
        var start = beginning
        while start < text.count - ending {
            let length = min(width, text.count - ending - start - 1)
            guard length > 0, text[start + length] == UInt8(ascii: "\n"),
                !text[start..<(start + length)].contains(UInt8(ascii: "\n"))
            else { return false }
            start += length + 1
        }
        return start == text.count - ending
    }

    /// Returns what stands between the two label lines, line ends removed; nil for anything else.
    ///
    /// The caller decides whether another wrapping is acceptable.
    static func unwrap(_ text: [UInt8], label: String) -> [UInt8]? {
        let begin = [UInt8]("-----BEGIN \(label)-----\n".utf8)
        let end = [UInt8]("-----END \(label)-----\n".utf8)
        guard text.count >= begin.count + end.count, text.starts(with: begin) else { return nil }
        guard text.suffix(end.count).elementsEqual(end) else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        var rest = text[begin.count..<(text.count - end.count)]
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            digits += rest[..<lineEnd]
            rest = rest[(lineEnd + 1)...]
        }
        return Base64.decode(digits + rest)
    }
}
