import FoundationEssentials

/// One field of a mail's header, folded, with what is not plain ASCII encoded (RFC 5322, RFC 2047).
///
/// No value can begin a field of its own: a control character never comes out as itself.
enum HeaderField {
    /// A field of free text, such as the subject.
    static func text(_ name: String, _ value: String) -> String {
        field(name, words(of: value))
    }

    /// A field of addresses.
    static func addresses(_ name: String, _ addresses: [EmailAddress]) -> String {
        let items = addresses.enumerated().flatMap { index, address in
            words(of: address, comma: index < addresses.count - 1)
        }
        return field(name, items)
    }

    /// A field of tokens we make ourselves, such as message ids; each is ASCII without spaces.
    static func tokens(_ name: String, _ tokens: [String]) -> String { field(name, tokens) }

    /// Joins the words by spaces, or by a folded line end where a line would pass 76 bytes.
    private static func field(_ name: String, _ words: [String]) -> String {
        var text = "\(name):"
        var length = text.utf8.count
        for word in words {
            let isFirst = length == name.utf8.count + 1
            if !isFirst, length + 1 + word.utf8.count > 76 {
                text += "\r\n"
                length = 0
            }
            text += " \(word)"
            length += 1 + word.utf8.count
        }
        return text + "\r\n"
    }

    private static func words(of address: EmailAddress, comma: Bool) -> [String] {
        let end = comma ? "," : ""
        guard let name = address.name else { return [address.address + end] }
        return phrase(name) + ["<\(address.address)>\(end)"]
    }

    /// A name as a quoted string where it is plain ASCII, else as encoded words.
    private static func phrase(_ name: String) -> [String] {
        let isPlain = name.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isPlain, name.utf8.count <= 300, !name.contains("=?") else {
            return encodedWords(name)
        }
        let escaped = name.flatMap { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }
        return ["\"\(String(escaped))\""]
    }

    private static func words(of text: String) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isPlain =
            text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
            && words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 70 }
        return isPlain ? words : encodedWords(text)
    }

    /// Base64 words of at most 64 bytes, so that a line holds one; no character is cut in two.
    private static func encodedWords(_ text: String) -> [String] {
        var chunks: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            // Line ends and other controls have no place in a header, encoded or not.
            let shown = scalar.properties.generalCategory == .control ? " " : String(scalar)
            let bytes = Array(shown.utf8)
            if chunks[chunks.count - 1].count + bytes.count > 39 { chunks.append([]) }
            chunks[chunks.count - 1] += bytes
        }
        return chunks.filter { !$0.isEmpty }.map {
            "=?UTF-8?B?\(Data($0).base64EncodedString())?="
        }
    }
}
