extension SignedCommit {
    /// The trailers of the message in order: see ``TrailerBlock``.
    package var trailers: [TrailerBlock.Trailer] { TrailerBlock.trailers(of: message) }
}

/// The last paragraph of a message where it consists of `Key: value` lines alone.
///
/// Simpler than git's rules: a paragraph that also holds prose has no trailers, and the first
/// paragraph, the subject, never has any. A line that begins with a blank continues the value
/// before it, joined by one space.
package enum TrailerBlock {
    /// A key and its value.
    package struct Trailer: Hashable, Sendable {
        package let key: String
        package fileprivate(set) var value: String

        /// Whether this is the key, letter case ignored.
        package func isNamed(_ other: String) -> Bool {
            key.utf8.count == other.utf8.count && key.lowercased() == other.lowercased()
        }
    }

    /// Reads the trailers of a message.
    package static func trailers(of message: String) -> [Trailer] {
        var message = message
        return message.withUTF8 { message in
            guard let lines = lastParagraph(of: message) else { return [] }
            var trailers: [Trailer] = []
            for line in lines {
                if isBlank(line.first) {
                    guard !trailers.isEmpty else { return [] }
                    let more = trimmed(line)
                    let hasNone = trailers[trailers.count - 1].value.isEmpty
                    trailers[trailers.count - 1].value +=
                        (hasNone || more.isEmpty ? "" : " ") + more
                } else {
                    guard let trailer = trailer(line) else { return [] }
                    trailers.append(trailer)
                }
            }
            return trailers
        }
    }

    private typealias Line = Slice<UnsafeBufferPointer<UInt8>>

    /// The lines after the last empty one; nil where the whole message is one paragraph.
    private static func lastParagraph(of message: UnsafeBufferPointer<UInt8>) -> [Line]? {
        var lines: [Line] = []
        var end = message.endIndex
        while end >= message.startIndex {
            let start = message[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let line = message[start..<end]
            end = start - 1
            guard line.allSatisfy({ isBlank($0) }) else {
                lines.append(line)
                continue
            }
            guard !lines.isEmpty else { continue }
            // Only what stands after something else is another paragraph.
            let isFirst = message[..<start].allSatisfy { isBlank($0) || $0 == UInt8(ascii: "\n") }
            return isFirst ? nil : lines.reversed()
        }
        return nil
    }

    private static func trailer(_ line: Line) -> Trailer? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let key = trimmed(line[line.startIndex..<colon])
        let isKey = { (byte: UInt8) in
            byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard !key.isEmpty, key.utf8.allSatisfy(isKey) else { return nil }
        return Trailer(key: key, value: trimmed(line[(colon + 1)...]))
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
