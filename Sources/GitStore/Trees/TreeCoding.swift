import Glibc

/// Git's form of a tree, read strictly: every tree has exactly one form, and no other is read.
enum TreeCoding {
    /// Reads the entries; throws what breaks the rules.
    static func decode(_ bytes: [UInt8], of id: ObjectID) throws(GitError) -> [TreeEntry] {
        var entries: [TreeEntry] = []
        entries.reserveCapacity(bytes.count / 32)
        var hasFiles = false
        do throws(BrokenRule) {
            try bytes.withUnsafeBufferPointer { buffer throws(BrokenRule) in
                let bytes = UnsafeRawBufferPointer(buffer)
                var position = 0
                while position < bytes.count {
                    let entry = try takeEntry(from: bytes, at: &position)
                    try requireInOrder(entry, after: entries, hasFiles: hasFiles)
                    if !entry.mode.isDirectory { hasFiles = true }
                    entries.append(entry)
                }
            }
        } catch {
            throw .corruptObject(id, why: error.description)
        }
        return entries
    }

    /// The entries of a tree that has the names and kinds of another, and other objects; nil if it has
    /// not. Such a tree is well-formed when the other is, whose entries these are.
    static func replacing(_ entries: [TreeEntry], by bytes: [UInt8]) -> [TreeEntry]? {
        var entries = entries
        let isAlike = bytes.withUnsafeBytes { bytes in
            var position = 0
            for index in entries.indices {
                // Nil is the answer for what is malformed as well: reading it as it is says why.
                guard position < bytes.count,
                    let (space, end) = try? bounds(of: bytes, at: position),
                    mode(of: bytes[position..<space]) == entries[index].mode,
                    entries[index].isNamed(
                        UnsafeRawBufferPointer(rebasing: bytes[(space + 1)..<end]))
                else { return false }
                let id = ObjectID(unalignedIn: bytes, at: end + 1)
                guard !id.isZero else { return false }
                if id != entries[index].id { entries[index].id = id }
                position = end + 21
            }
            return position == bytes.count
        }
        return isAlike ? entries : nil
    }

    /// The entry of this name in a tree that is known to be well-formed; nil when there is none.
    static func find(
        _ name: some StringProtocol, in bytes: [UInt8], of id: ObjectID
    ) throws(GitError) -> TreeEntry? {
        let wanted = Array(name.utf8)
        do throws(BrokenRule) {
            return try bytes.withUnsafeBufferPointer { buffer throws(BrokenRule) in
                let bytes = UnsafeRawBufferPointer(buffer)
                var position = 0
                while position < bytes.count {
                    let start = position
                    let (space, end) = try bounds(of: bytes, at: position)
                    position = end + 21
                    guard end - space - 1 == wanted.count,
                        bytes[(space + 1)..<end].elementsEqual(wanted)
                    else { continue }
                    var place = start
                    return try takeEntry(from: bytes, at: &place)
                }
                return nil
            }
        } catch {
            throw .corruptObject(id, why: error.description)
        }
    }

    /// Writes the entries, which are put into git's order.
    static func encode(_ entries: [TreeEntry]) throws(GitError) -> [UInt8] {
        let sorted = entries.sorted(by: TreeEntry.precedes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sorted.count * 40)
        var hasFiles = false
        for (index, entry) in sorted.enumerated() {
            do {
                try requireUsable(entry)
                try requireInOrder(entry, after: sorted[..<index], hasFiles: hasFiles)
                if !entry.mode.isDirectory { hasFiles = true }
            } catch {
                throw .invalidName(entry.name, why: error.description)
            }
            bytes.append(contentsOf: entry.mode == .directory ? "40000 ".utf8 : octal(entry.mode))
            bytes.append(contentsOf: entry.name.utf8)
            bytes.append(0)
            bytes.append(contentsOf: entry.id.bytes)
        }
        return bytes
    }

    private static func octal(_ mode: FileMode) -> String.UTF8View {
        (String(mode.rawValue, radix: 8) + " ").utf8
    }

    /// A rule of git's trees that is broken.
    struct BrokenRule: Error, CustomStringConvertible {
        var description: String
    }

    private static func takeEntry(
        from bytes: UnsafeRawBufferPointer, at position: inout Int
    ) throws(BrokenRule) -> TreeEntry {
        let (space, end) = try bounds(of: bytes, at: position)
        guard let mode = mode(of: bytes[position..<space]) else {
            throw BrokenRule(description: "the tree has an entry of an unknown mode")
        }
        guard
            let name = String(
                validating: UnsafeRawBufferPointer(rebasing: bytes[(space + 1)..<end]),
                as: UTF8.self)
        else {
            throw BrokenRule(description: "the tree has a name that isn't UTF-8")
        }
        position = end + 21
        let entry = TreeEntry(
            name: name, mode: mode, id: ObjectID(unalignedIn: bytes, at: end + 1))
        try requireUsable(entry)
        return entry
    }

    /// Where the mode of the entry at a position ends, and where its name does.
    private static func bounds(
        of bytes: UnsafeRawBufferPointer, at position: Int
    ) throws(BrokenRule) -> (space: Int, end: Int) {
        let rest = bytes[position...]
        guard let space = rest.prefix(7).firstIndex(of: UInt8(ascii: " ")) else {
            throw BrokenRule(description: "the tree has an entry of an unknown mode")
        }
        guard let start = bytes.baseAddress,
            let found = memchr(start + space + 1, 0, bytes.count - space - 1)
        else {
            throw BrokenRule(description: "the tree ends in the middle of an entry")
        }
        let end = UnsafeRawPointer(found) - start
        guard bytes.count - end > 20 else {
            throw BrokenRule(description: "the tree ends in the middle of an entry")
        }
        return (space, end)
    }

    /// Reads the octal digits of a mode, as git writes them: five for a directory, else six.
    private static func mode(of digits: Slice<UnsafeRawBufferPointer>) -> FileMode? {
        guard digits.count == 5 || digits.count == 6, digits.first != UInt8(ascii: "0") else {
            return nil
        }
        var value: UInt32 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            value = value << 3 | UInt32(digit - UInt8(ascii: "0"))
        }
        let mode = FileMode(rawValue: value)
        return mode.isKnown ? mode : nil
    }

    private static func requireUsable(_ entry: TreeEntry) throws(BrokenRule) {
        if let why = whyUnusable(entry.name) {
            throw BrokenRule(description: why)
        }
        guard entry.mode.isKnown else {
            throw BrokenRule(description: "the entry '\(entry.name)' has an unknown mode")
        }
        guard !entry.id.isZero else {
            throw BrokenRule(description: "the entry '\(entry.name)' names no object")
        }
    }

    /// Why no entry may have this name; nil when one may.
    static func whyUnusable(_ name: some StringProtocol) -> String? {
        let bytes = name.utf8
        if bytes.isEmpty { return "a name is empty" }
        if bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) {
            return "the name '\(name)' holds '/' or NUL"
        }
        guard bytes.first == UInt8(ascii: ".") else { return nil }
        if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) || isDotGit(bytes) {
            return "the name '\(name)' is reserved"
        }
        return nil
    }

    private static func isDotGit(_ bytes: some Collection<UInt8>) -> Bool {
        // Setting bit 5 makes ASCII letters lower case; "." has it set already.
        bytes.count == 4 && bytes.first == UInt8(ascii: ".")
            && bytes.dropFirst().lazy.map { $0 | 0x20 }.elementsEqual("git".utf8)
    }

    /// Checks the order, and that no earlier entry has the name; `hasFiles` tells whether any of
    /// these isn't a directory.
    private static func requireInOrder(
        _ entry: TreeEntry, after earlier: some RandomAccessCollection<TreeEntry>, hasFiles: Bool
    ) throws(BrokenRule) {
        guard let last = earlier.last else { return }
        guard !last.isNamed(entry.name) else {
            throw BrokenRule(description: "the name '\(entry.name)' is there twice")
        }
        guard TreeEntry.precedes(last, entry) else {
            throw BrokenRule(description: "the entry '\(entry.name)' is out of order")
        }
        // A file of a directory's name may stand further up: "a", "a.b", "a/".
        guard entry.mode.isDirectory, hasFiles else { return }
        var file = entry
        file.mode = .file
        let index = earlier.partitioningIndex { !TreeEntry.precedes($0, file) }
        guard index == earlier.endIndex || !earlier[index].isNamed(entry.name) else {
            throw BrokenRule(description: "the name '\(entry.name)' is there twice")
        }
    }
}

extension RandomAccessCollection<TreeEntry> {
    /// The first index from which on the predicate holds; it must hold for all that follow.
    func partitioningIndex(where predicate: (TreeEntry) -> Bool) -> Index {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
            if predicate(self[middle]) { high = middle } else { low = index(after: middle) }
        }
        return low
    }
}

extension [TreeEntry] {
    /// The entry of this name in a tree's entries, which are in git's order.
    func named(_ name: some StringProtocol) -> TreeEntry? {
        place(of: name).map { self[$0] }
    }

    /// Where the entry of this name stands.
    func place(of name: some StringProtocol) -> Int? {
        var name = String(name)
        return name.withUTF8 { name in
            // A directory and a file of one name would stand at different places.
            place(of: name, as: .directory) ?? place(of: name, as: .file)
        }
    }

    private func place(of name: UnsafeBufferPointer<UInt8>, as mode: FileMode) -> Int? {
        let index = partitioningIndex { !$0.precedes(name, mode) }
        return index < endIndex && self[index].isNamed(name) ? index : nil
    }
}
