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
        var leftBytes = left.name.utf8.makeIterator()
        var rightBytes = right.name.utf8.makeIterator()
        while true {
            let leftByte = leftBytes.next()
            let rightByte = rightBytes.next()
            if let leftByte, let rightByte {
                guard leftByte == rightByte else { return leftByte < rightByte }
                continue
            }
            // One name is the beginning of the other: the end counts as "/" or as nothing.
            let leftEnd = leftByte ?? (left.mode.isDirectory ? slash : 0)
            let rightEnd = rightByte ?? (right.mode.isDirectory ? slash : 0)
            if leftEnd != rightEnd { return leftEnd < rightEnd }
            // A "/" that is there on both sides is followed by nothing on either.
            return false
        }
    }

    /// Whether the two have one name, whatever they are.
    func isNamed(_ other: some StringProtocol) -> Bool {
        name.utf8.elementsEqual(other.utf8)
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }
}

extension TreeEntry: Hashable {
    package static func == (left: TreeEntry, right: TreeEntry) -> Bool {
        left.id == right.id && left.mode == right.mode && left.isNamed(right.name)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(mode)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
