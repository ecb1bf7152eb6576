import Glibc
import SystemPackage

/// Lock files that nobody holds any more: what a crash left behind.
extension GitRepository {
    /// Removes the locks on these refs, and the one on packed refs, that a crash of this program left;
    /// git would wait for them in vain.
    package func removeAbandonedLocks(of names: some Sequence<String>) {
        for name in names.map({ $0 }) + ["packed-refs"] {
            _ = LockMark.removeAbandoned(gitDirectory.appending(name + ".lock"))
        }
    }

    /// Whether somebody who may be alive holds the ref's lock; one that a crash of this program left
    /// is removed.
    package func isLocked(_ name: String) -> Bool {
        let lock = gitDirectory.appending(name + ".lock")
        guard access(lock.string, F_OK) == 0 else { return false }
        return !LockMark.removeAbandoned(lock)
    }

    /// Removes every lock whose holder is dead: this program's at once, git's when it is `age` seconds
    /// old and no git process runs that could have made it. Returns the names of the refs.
    package func removeDeadLocks(olderThan age: Int = 60) throws -> [String] {
        let names =
            try LooseReferences(gitDirectory: gitDirectory).locks() + ["packed-refs", "HEAD"]
        return try names.filter { name in
            let lock = gitDirectory.appending(name + ".lock")
            return try LockMark.removeAbandoned(lock) || removeIfLeftByGit(lock, age)
        }
    }

    private func removeIfLeftByGit(_ lock: FilePath, _ age: Int) throws -> Bool {
        var (found, again) = (stat(), stat())
        guard lock.withPlatformString({ lstat($0, &found) }) == 0,
            !LockMark.isMarked(found), found.st_mode & S_IFMT == S_IFREG,
            found.st_mtim.tv_sec <= time(nil) - age,
            try !GitProcess.running(in: gitDirectory)
                .contains(where: { $0.started <= found.st_mtim.tv_sec + 2 }),
            // The very file that was looked at.
            lock.withPlatformString({ lstat($0, &again) }) == 0, found.st_ino == again.st_ino
        else { return false }
        return RepositoryFile.remove(lock)
    }
}
