import CFiles
import Glibc
import SystemPackage

/// Waits until files are on disk: all of them at once, so that one commit of the file system's
/// journal covers them. One after the other would cost a commit each.
enum DiskBarrier {
    /// The most threads that wait at a time; more gain nothing.
    private static let width = 8

    /// Makes what was written to the open files last. Throws when the disk takes one of them not.
    ///
    /// - Parameter files: the one that was opened first before all others: what fails after it was
    ///   opened is told by it.
    static func wait(for files: [CInt]) throws(Errno) {
        if files.count > 1, WholeFileSystem.isQuicker(for: files) {
            guard syncfs(files[0]) == 0 else { throw Errno(rawValue: errno) }
            return
        }
        let work = Work(files)
        let helpers = (1..<max(1, min(width, files.count))).compactMap { _ in start(work) }
        work.run()
        for helper in helpers { pthread_join(helper, nil) }
        if let failure = work.failure { throw failure }
    }

    /// Makes the entries of directories last.
    static func wait(forDirectories directories: some Collection<FilePath>) throws {
        var open: [FileDescriptor] = []
        defer { for directory in open { close(directory.rawValue) } }
        for path in directories {
            do {
                open.append(
                    try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]))
            } catch Errno.noSuchFileOrDirectory {
                continue  // pruned since, and what was in it is gone with it
            }
        }
        try wait(for: open.map(\.rawValue))
    }

    private static func start(_ work: Work) -> pthread_t? {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work)
        let code = pthread_create(
            &thread, nil,
            { context in
                context.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return nil  // the others do its share
        }
        return thread
    }

    /// The files, taken one by one by whichever thread is free.
    ///
    /// Sendable by its lock: both variables are touched with it held.
    private final class Work: @unchecked Sendable {
        private let files: [CInt]
        private var next = 0
        private(set) var failure: Errno?
        private let lock: UnsafeMutablePointer<pthread_mutex_t>

        init(_ files: [CInt]) {
            self.files = files
            lock = .allocate(capacity: 1)
            lock.initialize(to: pthread_mutex_t())
            pthread_mutex_init(lock, nil)
        }

        deinit {
            pthread_mutex_destroy(lock)
            lock.deallocate()
        }

        func run() {
            while let file = take() {
                if fsync(file) != 0 { fail(Errno(rawValue: errno)) }
            }
        }

        private func take() -> CInt? {
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            guard next < files.count else { return nil }
            next += 1
            return files[next - 1]
        }

        private func fail(_ error: Errno) {
            pthread_mutex_lock(lock)
            failure = error
            pthread_mutex_unlock(lock)
        }
    }
}
