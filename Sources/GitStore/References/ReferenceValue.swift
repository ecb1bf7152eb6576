import Glibc
import SystemPackage

/// What a ref holds itself.
///
/// libgit2 1.5 can tell too, and reads and sorts all of `packed-refs` first, in every process: a third
/// of a push, once a registry has packed ten thousand.
enum ReferenceValue: Equatable {
    case object(ObjectID)
    /// The name of another ref.
    case symbolic(String)

    /// Reads a ref's own file, or else what is packed; nil when there is neither.
    ///
    /// - Parameter place: the ref's own file, in the directory that `packed` is in too, unless it
    ///   belongs to one work tree.
    init?(_ name: String, at place: FilePath, packed: FilePath) throws(GitError) {
        if let bytes = try Self.contents(of: place) {
            guard let value = Self(file: bytes) else {
                throw .corruptReference(
                    name, why: "its file holds neither an object's id nor another ref's name")
            }
            self = value
        } else if let record = try PackedReferences(at: packed).record(named: name) {
            self = .object(record.target)
        } else {
            return nil
        }
    }

    /// What the file of a ref says, read as git does: space at its end doesn't count.
    private init?(file bytes: [UInt8]) {
        let symbolic = "ref:"
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let isSymbolic = text.hasPrefix(symbolic)
        let words = text.dropFirst(isSymbolic ? symbolic.count : 0)
            .split(whereSeparator: \.isWhitespace)
        guard let word = words.first else { return nil }
        if isSymbolic {
            guard words.count == 1 else { return nil }
            self = .symbolic(String(word))
        } else {
            guard text.hasPrefix(word), let id = ObjectID(word) else { return nil }
            self = .object(id)
        }
    }

    /// The bytes of a ref's file; nil when there is none, or a directory of other refs in its place.
    private static func contents(of place: FilePath) throws(GitError) -> [UInt8]? {
        do {
            return try place.withPlatformString { try RepositoryFile.contents(at: $0) }
        } catch .isDirectory, .notDirectory {
            return nil
        } catch {
            throw RepositoryFile.failed("read", place, error)
        }
    }
}
