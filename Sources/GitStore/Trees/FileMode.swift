/// What a tree entry is, as git writes it.
package struct FileMode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// An ordinary file.
    package static let file = FileMode(rawValue: 0o100644)
    /// A file with the executable bit.
    package static let executable = FileMode(rawValue: 0o100755)
    /// A symbolic link; the blob holds its target.
    package static let symlink = FileMode(rawValue: 0o120000)
    /// A directory; the entry's id is a tree's.
    package static let directory = FileMode(rawValue: 0o40000)
    /// A submodule; the entry's id is a commit of another repository.
    package static let submodule = FileMode(rawValue: 0o160000)

    /// Whether the entry's id is a tree's.
    package var isDirectory: Bool { self == .directory }

    /// Whether the entry's id is a blob's.
    package var isBlob: Bool { self == .file || self == .executable || self == .symlink }

    /// Whether this is one of the five modes above, the only ones that are read or written.
    package var isKnown: Bool { isBlob || isDirectory || self == .submodule }
}

extension FileMode: CustomStringConvertible {
    /// Six octal digits, as `git ls-tree` prints them.
    package var description: String {
        let digits = String(rawValue, radix: 8)
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }
}
