import Glibc
import SystemPackage

/// Says of a lock file that this program made it and still lives, so that one left by a crash can be
/// told from one that is held; git's own locks are never marked, and never taken away.
///
/// The sticky bit, which means nothing on a file, marks it as ours; an advisory lock that ends with
/// the process says that its holder lives.
final class LockMark {
    private static let bit = mode_t(S_ISVTX)

    /// O_TMPFILE, a macro that Swift doesn't import: a file without a name, in a directory.
    private static let unnamed = 0o20000000 | O_DIRECTORY

    private let file: CInt
    private let mode: mode_t

    /// Makes a lock file that is marked from the first moment on, whatever happens to this process.
    ///
    /// The answer is nil where the file system has no files without names.
    static func make(at path: FilePath) throws(Errno) -> (file: FileDescriptor, mark: LockMark)? {
        let folder = path.removingLastComponent()
        let file = folder.withPlatformString {
            Glibc.open($0, unnamed | O_WRONLY | O_CLOEXEC, 0o666)
        }
        guard file >= 0 else {
            guard errno != ENOENT else { throw .noSuchFileOrDirectory }
            return nil
        }
        guard let mark = LockMark(marking: file) else {
            close(file)
            return nil
        }
        let named = path.withPlatformString {
            linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
        }
        guard named == 0 else {
            let why = errno
            close(file)
            if why == EEXIST { throw .fileExists }
            return nil
        }
        return (FileDescriptor(rawValue: file), mark)
    }

    /// Marks a lock file just made; nil where that can't be done, and it is then as one of git's.
    convenience init?(on path: FilePath) {
        let file = Self.open(path)
        guard file >= 0 else { return nil }
        defer { close(file) }
        self.init(marking: file)
    }

    private init?(marking file: CInt) {
        var status = stat()
        // The lock before the bit: whoever sees the bit finds the lock held. It ends with the last of
        // its descriptors.
        guard fstat(file, &status) == 0, flock(file, LOCK_EX | LOCK_NB) == 0,
            fchmod(file, status.st_mode | Self.bit) == 0
        else { return nil }
        let own = fcntl(file, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return nil }
        self.file = own
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
