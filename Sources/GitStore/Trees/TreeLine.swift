import Glibc

/// Where one entry of a tree stands in the tree's bytes: a mode, a space, a name, NUL, 20 bytes of id.
struct TreeLine {
    let start: Int
    let name: Range<Int>
    let isDirectory: Bool

    /// Where the entry's id begins.
    var id: Int { name.upperBound + 1 }
    /// Where the next entry begins.
    var end: Int { name.upperBound + 1 + ObjectID.size }

    /// The entry at a position of a tree that is known to be well-formed.
    init(trusting bytes: UnsafeRawBufferPointer, at position: Int) {
        // "40000 " is the only mode of five digits.
        isDirectory = bytes[position + 5] == UInt8(ascii: " ")
        let first = position + (isDirectory ? 6 : 7)
        let end = memchr(bytes.baseAddress! + first, 0, bytes.count - first)
        start = position
        name = first..<(end.map { UnsafeRawPointer($0) - bytes.baseAddress! } ?? first)
    }

    /// The entry at a position; throws when there is none that git would write.
    init(
        checking bytes: UnsafeRawBufferPointer, at position: Int
    ) throws(TreeCoding.BrokenRule) {
        guard let (space, isDirectory) = Self.mode(in: bytes, at: position) else {
            throw .init(description: "the tree has an entry of an unknown mode")
        }
        guard let base = bytes.baseAddress,
            let found = memchr(base + space + 1, 0, bytes.count - space - 1),
            bytes.count - (UnsafeRawPointer(found) - base) > ObjectID.size
        else {
            throw .init(description: "the tree ends in the middle of an entry")
        }
        start = position
        name = (space + 1)..<(UnsafeRawPointer(found) - base)
        self.isDirectory = isDirectory
    }

    /// The entry itself, of these bytes.
    func entry(in bytes: UnsafeRawBufferPointer) -> TreeEntry {
        TreeEntry(
            name: String(decoding: nameBytes(in: bytes), as: UTF8.self),
            mode: mode(in: bytes),
            id: ObjectID(unalignedIn: bytes, at: id))
    }

    func nameBytes(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[name])
    }

    func isNamed(_ other: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard name.count == other.count else { return false }
        guard let left = bytes.baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left + name.lowerBound, right, other.count) == 0
    }

    private func mode(in bytes: UnsafeRawBufferPointer) -> FileMode {
        guard !isDirectory else { return .directory }
        let digits = bytes[start..<(name.lowerBound - 1)]
        return FileMode(rawValue: digits.reduce(0) { $0 << 3 | UInt32($1 & 7) })
    }

    /// Where the space after a mode that is read stands: five octal digits for a directory, else six.
    private static func mode(
        in bytes: UnsafeRawBufferPointer, at position: Int
    ) -> (space: Int, isDirectory: Bool)? {
        guard bytes.count - position > 6 else { return nil }
        let first = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self).bigEndian
        let rest = bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt16.self).bigEndian
        switch (first, rest) {
        case (0x3430_3030, 0x3020):  // 40000 and the space
            return (position + 5, true)
        case (0x3130_3036, 0x3434), (0x3130_3037, 0x3535),  // 100644, 100755
            (0x3132_3030, 0x3030), (0x3136_3030, 0x3030):  // 120000, 160000
            guard bytes[position + 6] == UInt8(ascii: " ") else { return nil }
            return (position + 6, false)
        default: return nil
        }
    }
}
