import Glibc

/// One line of a tree: a name, what it is, and the object it names.
///
/// Names are compared byte by byte, unlike Swift strings: two names that look alike and are encoded
/// differently are different entries.
package struct TreeEntry: Sendable {
    package var name: String
    package var mode: FileMode
    package var id: ObjectID

    package init(name: String, mode: FileMode, id: ObjectID) {
        self.name = name
        self.mode = mode
        self.id = id
    }

    /// Git's order of the entries of a tree: by bytes, a directory as if its name ended in "/".
    static func precedes(_ left: TreeEntry, _ right: TreeEntry) -> Bool {
        var leftName = left.name
        var rightName = right.name
        return leftName.withUTF8 { leftBytes in
            rightName.withUTF8 { rightBytes in
                precedes(leftBytes, left.mode, rightBytes, right.mode)
            }
        }
    }

    /// Whether the entry stands before one of this name and kind.
    func precedes(_ other: UnsafeBufferPointer<UInt8>, _ otherMode: FileMode) -> Bool {
        var name = name
        return name.withUTF8 { Self.precedes($0, mode, other, otherMode) }
    }

    private static func precedes(
        _ left: UnsafeBufferPointer<UInt8>, _ leftMode: FileMode,
        _ right: UnsafeBufferPointer<UInt8>, _ rightMode: FileMode
    ) -> Bool {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            return left[index] < right[index]
        }
        // One name is the beginning of the other: the end counts as "/" or as nothing.
        let leftEnd = left.count > common ? left[common] : leftMode.isDirectory ? slash : 0
        let rightEnd = right.count > common ? right[common] : rightMode.isDirectory ? slash : 0
        // A "/" that is there on both sides is followed by nothing on either.
        return leftEnd < rightEnd
    }

    /// Whether the two have one name, whatever they are.
    func isNamed(_ other: some StringProtocol) -> Bool {
        // Counting is at once, and mostly answers.
        name.utf8.count == other.utf8.count && name.utf8.elementsEqual(other.utf8)
    }

    /// Whether this is the entry's name.
    func isNamed(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        isNamed(UnsafeRawBufferPointer(other))
    }

    /// Whether these bytes are the entry's name.
    func isNamed(_ other: UnsafeRawBufferPointer) -> Bool {
        guard name.utf8.count == other.count else { return false }
        var name = name
        return name.withUTF8 { name in
            guard let left = name.baseAddress, let right = other.baseAddress else { return true }
            return memcmp(left, right, name.count) == 0
        }
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }
}

extension TreeEntry: Hashable {
    package static func == (left: TreeEntry, right: TreeEntry) -> Bool {
        guard left.id == right.id, left.mode == right.mode else { return false }
        // A wide tree is compared with the one before at every step. Of two strings, the same words
        // in memory are the same text; only the other way round is it worth looking at the bytes.
        if unsafeBitCast(left.name, to: SIMD2<UInt64>.self)
            == unsafeBitCast(right.name, to: SIMD2<UInt64>.self)
        {
            return true
        }
        var (name, other) = (left.name, right.name)
        return name.withUTF8 { name in other.withUTF8 { name.elementsEqual($0) } }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(mode)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
