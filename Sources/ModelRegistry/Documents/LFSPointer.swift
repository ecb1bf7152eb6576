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
        let refusal = DocumentError(
            file: file, problem: "is not a canonical Git LFS pointer",
            hint: "three lines: version, oid sha256:…, size")
        guard bytes.count <= 200, let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[1].hasPrefix("oid sha256:"), lines[2].hasPrefix("size "),
            let size = Int(lines[2].dropFirst("size ".count)), size >= 0
        else { throw refusal }
        let sha256 = String(lines[1].dropFirst("oid sha256:".count))
        guard sha256.utf8.count == 64, sha256.isLowercaseHexadecimal else { throw refusal }
        let pointer = try LFSPointer(sha256: sha256, size: size)
        guard pointer.serialise() == bytes else { throw refusal }
        return pointer
    }

    /// The canonical bytes.
    package func serialise() -> [UInt8] {
        Array(
            "version https://git-lfs.github.com/spec/v1\noid sha256:\(sha256)\nsize \(size)\n".utf8)
    }

    /// The stored file's path below `lfs/objects`, as Git LFS lays it out.
    package var objectPath: String {
        "\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)"
    }
}
