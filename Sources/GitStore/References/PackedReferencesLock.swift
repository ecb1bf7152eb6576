import Glibc
import SystemPackage

/// The lock on `packed-refs`, as git takes it; freed when let go of.
///
/// It is held from before a packed ref is taken out until its loose file is gone, or `git pack-refs`
/// could bring the ref back in between. libgit2 doesn't do this, and writes a copy of the file that
/// may be out of date, so deleting from it is done here.
final class PackedReferencesLock {
    private let path: FilePath
    private let lock: FilePath
    private let mark: LockMark?

    /// Takes the lock, waiting for another holder as long as `patience` allows; a lock that a crash
    /// of this program left is removed.
    init(in gitDirectory: FilePath, patience: inout LockPatience) throws(GitError) {
        path = gitDirectory.appending("packed-refs")
        lock = gitDirectory.appending("packed-refs.lock")
        while true {
            if case .taken(let mark) = try Self.take(lock) {
                self.mark = mark
                return
            }
            if LockMark.removeAbandoned(lock) { continue }
            guard patience.sleep() else { throw .locked(reference: "packed-refs") }
        }
    }

    private enum Attempt {
        case taken(LockMark?)
        /// Somebody else holds it.
        case held
    }

    private static func take(_ lock: FilePath) throws(GitError) -> Attempt {
        do {
            if let made = try LockMark.make(at: lock) {
                // Nothing is written into it: the new file has a name of its own.
                close(made.file.rawValue)
                return .taken(made.mark)
            }
        } catch .fileExists {
            return .held
        } catch {
            throw RepositoryFile.failed("lock", lock, error)
        }
        return try RepositoryFile.create(lock) ? .taken(LockMark(on: lock)) : .held
    }

    deinit {
        // A lock that can't be removed makes the next one who needs it say so.
        _ = RepositoryFile.remove(lock)
    }

    /// Takes a ref out of the file, if it is in it.
    func remove(_ name: String) throws(GitError) {
        guard let bytes = try PackedReferences(at: path).removing(name) else { return }
        // The holder of the lock is the only one who writes this name, so a leftover is no harm.
        let new = path.removingLastComponent().appending("packed-refs.signet")
        try RepositoryFile.replace(path, with: bytes, by: new)
    }
}
