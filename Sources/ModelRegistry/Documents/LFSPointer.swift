/// A Git LFS pointer: what stands in the tree instead of a large file.
///
/// Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
package struct LFSPointer: Hashable, Sendable {
    /// 64 lower-case hexadecimal digits.
    package let sha256: String
    /// The file's length in bytes.
    package let size: Int

    /// Throws when the digest is malformed or the size negative.
    package init(sha256: String, size: Int) throws(DocumentError) {
        guard sha256.utf8.count == 64, sha256.isLowercaseHexadecimal, size >= 0 else {
            throw DocumentError(
                file: "", problem: "'\(sha256)' with \(size) bytes is not a stored file")
        }
        self.sha256 = sha256
        self.size = size
    }

    /// Reads a canonical pointer; any other bytes are refused.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> LFSPointer {
        let begin = before.utf8.count
        let end = begin + 64 + between.utf8.count
        // A size has 19 digits at most.
        guard bytes.count > end + 1, bytes.count <= end + 20, bytes.last == UInt8(ascii: "\n"),
            bytes.starts(with: before.utf8),
            bytes[(begin + 64)..<end].elementsEqual(between.utf8),
            bytes[begin..<(begin + 64)].allSatisfy(isHexadecimal),
            bytes[end..<(bytes.count - 1)].allSatisfy(isDigit),
            bytes[end] != UInt8(ascii: "0") || bytes.count == end + 2,
            let size = Int(String(decoding: bytes[end..<(bytes.count - 1)], as: UTF8.self))
        else {
            throw DocumentError(
                file: file, problem: "is not a canonical Git LFS pointer",
                hint: "three lines: version, oid sha256:…, size")
        }
        return try LFSPointer(
            sha256: String(decoding: bytes[begin..<(begin + 64)], as: UTF8.self), size: size)
    }

    private static let before = "version https://git-lfs.github.com/spec/v1\noid sha256:"
    private static let between = "\nsize "

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// The canonical bytes.
    package func serialise() -> [UInt8] {
        Array("\(Self.before)\(sha256)\(Self.between)\(size)\n".utf8)
    }

    /// The stored file's path below `lfs/objects`, as Git LFS lays it out.
    package var objectPath: String {
        "\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)"
    }
}
