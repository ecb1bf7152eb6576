import Glibc
import SystemPackage

/// Says of a lock file that this program made it and still lives, so that one left by a crash can be
/// told from one that is held; git's own locks are never marked, and never taken away.
///
/// The sticky bit, which means nothing on a file, marks it as ours; an advisory lock that ends with
/// the process says that its holder lives.
final class LockMark {
    private static let bit = mode_t(S_ISVTX)

    private let file: CInt
    private let mode: mode_t

    /// Marks a lock file just made; nil where that can't be done, and it is then as one of git's.
    init?(on path: FilePath) {
        let file = Self.open(path)
        var status = stat()
        // The lock before the bit: whoever sees the bit finds the lock held.
        guard file >= 0, fstat(file, &status) == 0, flock(file, LOCK_EX | LOCK_NB) == 0,
            fchmod(file, status.st_mode | Self.bit) == 0
        else {
            if file >= 0 { close(file) }
            return nil
        }
        self.file = file
        mode = status.st_mode
    }

    /// Takes the bit off again: the lock file has become the ref.
    func erase() {
        // A bit that stays on a ref means nothing.
        fchmod(file, mode)
    }

    deinit { close(file) }

    /// Whether the lock file is one of this program's.
    static func isMarked(_ path: FilePath) -> Bool {
        var status = stat()
        return path.withPlatformString { lstat($0, &status) } == 0 && status.st_mode & bit != 0
    }

    /// Removes a lock file whose holder, this program, is dead; false when there is no such file.
    static func removeAbandoned(_ path: FilePath) -> Bool {
        let file = open(path)
        guard file >= 0 else { return false }
        defer { close(file) }
        var (held, named) = (stat(), stat())
        // Whoever has the advisory lock is the only one who may remove this very file.
        guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &held) == 0,
            held.st_mode & bit != 0, path.withPlatformString({ lstat($0, &named) }) == 0,
            (held.st_ino, held.st_dev) == (named.st_ino, named.st_dev)
        else { return false }
        return RepositoryFile.remove(path)
    }

    /// Whether a file with this status is, or was, a lock of this program's.
    static func isMarked(_ status: stat) -> Bool { status.st_mode & bit != 0 }

    private static func open(_ path: FilePath) -> CInt {
        path.withPlatformString { Glibc.open($0, O_RDWR | O_CLOEXEC | O_NOFOLLOW) }
    }
}
