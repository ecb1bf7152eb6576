import Glibc
import Synchronization
import SystemPackage

/// Keeps the spool's changes apart, between threads and between processes.
final class FolderLock: Sendable {
    private let descriptor: Mutex<FileDescriptor>
    private let path: FilePath

    init(_ path: FilePath) throws(NotificationError) {
        do {
            descriptor = Mutex(
                try FileDescriptor.open(
                    path, .readWrite, options: [.create, .closeOnExec],
                    permissions: [.ownerReadWrite]))
        } catch {
            throw .unwritable(path, reason: "\(error)")
        }
        self.path = path
    }

    deinit {
        // A failed close of a lock file loses nothing: it holds no data.
        descriptor.withLock { _ = close($0.rawValue) }
    }

    /// Runs the body while nobody else runs theirs; the kernel drops a dead process's lock.
    func whileHeld<Result>(
        _ body: () throws(NotificationError) -> Result
    ) throws(NotificationError) -> Result {
        try descriptor.withLock { file throws(NotificationError) in
            while flock(file.rawValue, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    throw .unwritable(path, reason: "\(Errno(rawValue: errno))")
                }
            }
            defer { flock(file.rawValue, LOCK_UN) }
            return try body()
        }
    }
}
