import Glibc
import SystemPackage

/// The objects that have a file of their own.
///
/// libgit2 1.5 reads these files as well, and never comes back from one that was cut short: its loop
/// around zlib waits for input that doesn't come. So they are read here.
struct LooseObjects {
    /// Where objects are: the repository's directory, then those it borrows from.
    let directories: [FilePath]

    init(directory: FilePath, borrowed: [FilePath] = []) throws(GitError) {
        var found: [FilePath] = []
        for directory in [directory] + borrowed {
            try Self.follow(directory, into: &found)
        }
        directories = found
    }

    /// Adds a directory, and those its `info/alternates` names.
    private static func follow(
        _ directory: FilePath, into found: inout [FilePath]
    ) throws(GitError) {
        // Git follows five steps; a loop ends where it meets itself.
        guard !found.contains(directory), found.count < 64 else { return }
        found.append(directory)
        let file = directory.appending("info").appending("alternates")
        guard let bytes = try RepositoryFile.contents(of: file) else { return }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#")
        {
            let alternate = FilePath(String(decoding: line, as: UTF8.self))
            try follow(directory.pushing(alternate).lexicallyNormalized(), into: &found)
        }
    }

    /// Whether the object has a file of its own.
    func holds(_ id: ObjectID) -> Bool {
        let hex = id.hex
        return directories.contains { directory in
            let file = directory.appending(String(hex.prefix(2)))
                .appending(String(hex.dropFirst(2)))
            return file.withPlatformString { access($0, F_OK) } == 0
        }
    }

    /// The object with this id; nil when it has no file of its own.
    func read(_ id: ObjectID) throws(GitError) -> RawObject? {
        let hex = id.hex
        for directory in directories {
            let file = directory.appending(String(hex.prefix(2)))
                .appending(String(hex.dropFirst(2)))
            guard let compressed = try RepositoryFile.contents(of: file) else { continue }
            let object: RawObject
            do {
                object = try LooseObjectCoding.decode(compressed)
            } catch {
                throw .corruptObject(id, why: error.description)
            }
            guard object.id == id else {
                throw .corruptObject(id, why: "its bytes have the id \(object.id)")
            }
            return object
        }
        return nil
    }
}
