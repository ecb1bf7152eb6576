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
                precedes(
                    UnsafeRawBufferPointer(leftBytes), left.mode.isDirectory,
                    UnsafeRawBufferPointer(rightBytes), right.mode.isDirectory)
            }
        }
    }

    /// The same order, of two names.
    static func precedes(
        _ left: UnsafeRawBufferPointer, _ leftIsDirectory: Bool,
        _ right: UnsafeRawBufferPointer, _ rightIsDirectory: Bool
    ) -> Bool {
        let common = min(left.count, right.count)
        if common > 0, let one = left.baseAddress, let two = right.baseAddress {
            let order = memcmp(one, two, common)
            if order != 0 { return order < 0 }
        }
        // One name is the beginning of the other: the end counts as "/" or as nothing.
        let leftEnd = left.count > common ? left[common] : leftIsDirectory ? slash : 0
        let rightEnd = right.count > common ? right[common] : rightIsDirectory ? slash : 0
        // A "/" that is there on both sides is followed by nothing on either.
        return leftEnd < rightEnd
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }
}

extension TreeEntry: Hashable {
    package static func == (left: TreeEntry, right: TreeEntry) -> Bool {
        guard left.id == right.id, left.mode == right.mode else { return false }
        var (name, other) = (left.name, right.name)
        return name.withUTF8 { name in other.withUTF8 { name.elementsEqual($0) } }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(mode)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
