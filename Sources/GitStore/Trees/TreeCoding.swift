import Glibc

/// Git's form of a tree, read strictly: every tree has exactly one form, and no other is read.
enum TreeCoding {
    /// A rule of git's trees that is broken.
    struct BrokenRule: Error, CustomStringConvertible {
        var description: String
        /// Of which entry, where that can be said.
        var name = ""
    }

    /// Throws what breaks the rules.
    static func check(_ bytes: [UInt8]) throws(BrokenRule) {
        try bytes.withUnsafeBufferPointer { buffer throws(BrokenRule) in
            let bytes = UnsafeRawBufferPointer(buffer)
            var files: [TreeLine] = []
            var last: TreeLine?
            var position = 0
            while position < bytes.count {
                let line = try TreeLine(checking: bytes, at: position)
                try requireUsable(line, in: bytes)
                if let last { try requireInOrder(line, after: last, files, in: bytes) }
                if !line.isDirectory { files.append(line) }
                last = line
                position = line.end
            }
        }
    }

    /// Writes the entries, which are put into git's order.
    static func encode(_ entries: [TreeEntry]) throws(GitError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 40)
        for entry in entries.sorted(by: TreeEntry.precedes) {
            // What would not be read as one name can't be left to the check of the bytes.
            if let why = whyUnusable(entry.name) { throw .invalidName(entry.name, why: why) }
            guard entry.mode.isKnown else {
                throw .invalidName(entry.name, why: "it has an unknown mode")
            }
            bytes.append(contentsOf: String(entry.mode.rawValue, radix: 8).utf8)
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: entry.name.utf8)
            bytes.append(0)
            bytes.append(contentsOf: entry.id.bytes)
        }
        do throws(BrokenRule) {
            try check(bytes)
        } catch {
            throw .invalidName(error.name, why: error.description)
        }
        return bytes
    }

    private static func requireUsable(
        _ line: TreeLine, in bytes: UnsafeRawBufferPointer
    ) throws(BrokenRule) {
        let name = line.nameBytes(in: bytes)
        // Mostly it is plain: letters and digits, and no "." in front.
        let isPlain =
            !name.isEmpty && name[0] != UInt8(ascii: ".")
            && name.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "/") }
        if !isPlain {
            guard let text = String(validating: name, as: UTF8.self) else {
                throw BrokenRule(description: "the tree has a name that isn't UTF-8")
            }
            if let why = whyUnusable(text) { throw BrokenRule(description: why) }
        }
        guard !ObjectID(unalignedIn: bytes, at: line.id).isZero else {
            throw broken(line, in: bytes) { "the entry '\($0)' names no object" }
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

    /// Checks the order, and that no earlier entry has the name.
    ///
    /// - Parameter files: the earlier entries that aren't directories.
    private static func requireInOrder(
        _ line: TreeLine, after last: TreeLine, _ files: [TreeLine],
        in bytes: UnsafeRawBufferPointer
    ) throws(BrokenRule) {
        let name = line.nameBytes(in: bytes)
        let isTwice = { (name: String) in "the name '\(name)' is there twice" }
        guard !last.isNamed(name, in: bytes) else { throw broken(line, in: bytes, isTwice) }
        guard
            TreeEntry.precedes(
                last.nameBytes(in: bytes), last.isDirectory, name, line.isDirectory)
        else {
            throw broken(line, in: bytes) { "the entry '\($0)' is out of order" }
        }
        // A file of a directory's name may stand further up: "a", "a.b", "a/".
        guard line.isDirectory, !files.isEmpty else { return }
        var (low, high) = (0, files.count)
        while low < high {
            let middle = (low + high) / 2
            let file = files[middle].nameBytes(in: bytes)
            if TreeEntry.precedes(file, false, name, false) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low == files.count || !files[low].isNamed(name, in: bytes) else {
            throw broken(line, in: bytes, isTwice)
        }
    }

    private static func broken(
        _ line: TreeLine, in bytes: UnsafeRawBufferPointer, _ why: (_ name: String) -> String
    ) -> BrokenRule {
        let name = String(decoding: line.nameBytes(in: bytes), as: UTF8.self)
        return BrokenRule(description: why(name), name: name)
    }
}
