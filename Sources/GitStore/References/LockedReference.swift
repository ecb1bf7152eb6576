import CLibgit2
import Glibc
import SystemPackage

/// A ref whose lock this process holds; letting go of it without a change leaves it as it was.
///
/// The lock is git's: a file beside the ref's own, which becomes the ref. libgit2 would take it too,
/// and could not make several refs last together.
final class LockedReference {
    let name: String
    private let repository: GitRepository
    private let place: FilePath
    private let lock: FilePath
    private let file: StagedFile
    private let mark: LockMark?

    /// Takes the lock, waiting for another holder as long as `patience` allows; a lock that a crash
    /// of this program left is removed.
    init(
        _ name: String, in repository: GitRepository, patience: inout LockPatience
    ) throws(GitError) {
        self.name = name
        self.repository = repository
        place = repository.gitDirectory.appending(name)
        lock = repository.gitDirectory.appending(name + ".lock")
        while true {
            do {
                let (descriptor, mark) = try Self.create(lock)
                file = StagedFile(owning: descriptor, at: lock, for: place)
                self.mark = mark
                return
            } catch Errno.fileExists {
                if LockMark.removeAbandoned(lock) { continue }
                guard patience.sleep() else { throw .locked(reference: name) }
            } catch {
                throw RepositoryFile.failed("lock", place, error)
            }
        }
    }

    private static func create(_ lock: FilePath) throws(Errno) -> (FileDescriptor, LockMark?) {
        func open() throws(Errno) -> (FileDescriptor, LockMark?) {
            if let made = try LockMark.make(at: lock) { return made }
            let file = try RepositoryFile.open(lock, options: [.create, .exclusiveCreate])
            return (file, LockMark(on: lock))
        }
        return try RepositoryFile.inDirectory(lock.removingLastComponent(), open)
    }

    /// Writes the new value into the lock; the ref keeps its own until it is put in place.
    func write(_ target: ObjectID) throws(GitError) {
        do {
            try file.write(Array((target.hex + "\n").utf8))
        } catch {
            throw RepositoryFile.failed("write", lock, error)
        }
        repository.staging.locks.append(file)
    }

    /// Gives the ref the value that was written.
    func put() throws(GitError) {
        do {
            do throws(Errno) {
                try repository.put(file)
            } catch .isDirectory {
                // What refs below this name left behind when they were deleted.
                RepositoryFile.removeEmptyDirectories(place)
                try repository.put(file)
            }
        } catch {
            throw RepositoryFile.failed("set ref", place, error)
        }
        mark?.erase()
    }

    /// Removes the ref's file, and directories that are of no more use.
    func remove() throws(GitError) {
        guard RepositoryFile.remove(place) || errno == ENOENT || errno == ENOTDIR else {
            throw RepositoryFile.failed("delete ref", place, Errno(rawValue: errno))
        }
        repository.staging.directories.insert(place.removingLastComponent())
    }

    deinit {
        // Where the ref is gone, the lock is the last thing in its directory.
        guard access(place.string, F_OK) != 0 else { return }
        file.discard()
        // Git keeps `refs/heads` and its like, empty or not.
        let kind = name.split(separator: "/").prefix(2).joined(separator: "/")
        RepositoryFile.pruneDirectories(
            place.removingLastComponent(), below: repository.gitDirectory.appending(kind))
    }
}
