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
    /// - Parameter packed: asked for once the ref has no file of its own, and not before: a ref that git
    ///   packs in between is then found there.
    init?(
        _ name: String, at place: FilePath, packed: () throws(GitError) -> PackedReferences
    ) throws(GitError) {
        if let bytes = try Self.contents(of: place) {
            guard let value = Self(file: bytes) else {
                throw .corruptReference(
                    name, why: "its file holds neither an object's id nor another ref's name")
            }
            self = value
        } else if let record = try packed().record(named: name) {
            self = .object(record.target)
        } else {
            return nil
        }
    }

    /// What the file of a ref says, read as git does: space at its end doesn't count.
    private init?(file bytes: [UInt8]) {
        let symbolic = Array("ref:".utf8)
        let isSymbolic = bytes.starts(with: symbolic)
        let words = bytes.dropFirst(isSymbolic ? symbolic.count : 0).split(
            whereSeparator: Self.isSpace)
        guard let first = words.first, let word = String(validating: first, as: UTF8.self) else {
            return nil
        }
        if isSymbolic {
            guard words.count == 1 else { return nil }
            self = .symbolic(word)
        } else {
            guard first.startIndex == 0, let id = ObjectID(word) else { return nil }
            self = .object(id)
        }
    }

    /// What git takes for space, whatever the locale.
    private static func isSpace(_ byte: UInt8) -> Bool {
        [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(
            byte)
    }

    /// The bytes of a ref's file; nil when there is none, or a directory of other refs in its place.
    private static func contents(of place: FilePath) throws(GitError) -> [UInt8]? {
        do {
            return try place.withPlatformString {
                try RepositoryFile.contents(at: $0, followingLinks: false)
            }
        } catch .isDirectory, .notDirectory {
            return nil
        } catch .tooManySymbolicLinkLevels, .invalidArgument {
            throw .corruptReference(place.string, why: LooseReferences.isNoPlainFile)
        } catch {
            throw RepositoryFile.failed("read", place, error)
        }
    }
}
