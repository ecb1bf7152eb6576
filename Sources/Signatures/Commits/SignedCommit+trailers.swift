extension SignedCommit {
    /// The trailers of the message in order: see ``TrailerBlock``.
    package var trailers: [(key: String, value: String)] { TrailerBlock.trailers(of: message) }

    /// The values of a trailer, its key compared without regard to case.
    package func trailerValues(_ key: String) -> [String] {
        let wanted = key.lowercased()
        return trailers.filter { $0.key.lowercased() == wanted }.map(\.value)
    }
}

/// The last paragraph of a message where it consists of `Key: value` lines alone.
///
/// Simpler than git's rules: a paragraph that also holds prose has no trailers, and the first
/// paragraph, the subject, never has any. A line that begins with a blank continues the value
/// before it, joined by one space.
package enum TrailerBlock {
    /// Reads the trailers of a message.
    package static func trailers(of message: String) -> [(key: String, value: String)] {
        guard let lines = lastParagraph(of: message) else { return [] }
        var trailers: [(key: String, value: String)] = []
        for line in lines {
            if isBlank(line.first) {
                guard let last = trailers.popLast() else { return [] }
                let value = [last.value, trimmed(line)].filter { !$0.isEmpty }
                trailers.append((last.key, value.joined(separator: " ")))
            } else {
                guard let trailer = trailer(line) else { return [] }
                trailers.append(trailer)
            }
        }
        return trailers
    }

    private typealias Line = ArraySlice<UInt8>

    /// The lines after the last empty one; nil where the whole message is one paragraph.
    private static func lastParagraph(of message: String) -> [Line]? {
        var lines = [UInt8](message.utf8).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isEmpty = { (line: Line) in line.allSatisfy { isBlank($0) } }
        while let last = lines.last, isEmpty(last) { lines.removeLast() }
        lines = [Line](lines.drop(while: isEmpty))
        guard let gap = lines.lastIndex(where: isEmpty) else { return nil }
        return [Line](lines[(gap + 1)...])
    }

    private static func trailer(_ line: Line) -> (key: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let key = trimmed(line[..<colon])
        let isKey = { (byte: UInt8) in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard !key.isEmpty, key.utf8.allSatisfy(isKey) else { return nil }
        return (key, trimmed(line[(colon + 1)...]))
    }

    private static func trimmed(_ line: Line) -> String {
        let start = line.drop { isBlank($0) }
        let end = start.lastIndex { !isBlank($0) } ?? start.startIndex - 1
        return String(decoding: start[start.startIndex..<(end + 1)], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
