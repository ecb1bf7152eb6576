import Glibc
import SystemPackage

/// The files of a repository that are read and written here, and not by libgit2.
enum RepositoryFile {
    /// The bytes of a file; nil when there is none.
    static func contents(of path: FilePath) throws(GitError) -> [UInt8]? {
        do {
            return try path.withPlatformString { try contents(at: $0) }
        } catch {
            throw failed("read", path, error)
        }
    }

    /// The bytes of a file, named as C does, from an open directory on; nil when there is none.
    ///
    /// What is no plain file, such as a pipe that nobody writes to, is `invalidArgument`; a symbolic link
    /// that is not to be followed is `tooManySymbolicLinkLevels`.
    static func contents(
        at path: UnsafePointer<CChar>, in directory: CInt = AT_FDCWD, followingLinks: Bool = true
    ) throws(Errno) -> [UInt8]? {
        let options = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
        let file = openat(directory, path, options)
        guard file >= 0 else {
            guard errno == ENOENT else { throw Errno(rawValue: errno) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        try check(fstat(file, &status))
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw status.st_mode & S_IFMT == S_IFDIR ? .isDirectory : .invalidArgument
        }
        // One byte more than there should be, so that a file that grew is noticed.
        var bytes = try readOnce(file, atMost: max(4096, Int(status.st_size) + 1))
        guard bytes.count != Int(status.st_size) || bytes.isEmpty else { return bytes }
        while true {
            let more = try readOnce(file, atMost: 1 << 16)
            guard !more.isEmpty else { return bytes }
            bytes += more
        }
    }

    private static func readOnce(_ file: CInt, atMost size: Int) throws(Errno) -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            repeat {
                result = Glibc.read(file, buffer.baseAddress, size)
            } while result < 0 && errno == EINTR
            count = max(0, result)
        }
        guard result >= 0 else { throw Errno(rawValue: errno) }
        return bytes
    }

    /// Opens a file to write it.
    static func open(
        _ path: FilePath, options: FileDescriptor.OpenOptions,
        permissions: FilePermissions = [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
    ) throws(Errno) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .writeOnly, options: options.union(.closeOnExec), permissions: permissions)
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Makes an empty file; false when there is one already.
    static func create(_ path: FilePath) throws(GitError) -> Bool {
        do {
            try open(path, options: [.create, .exclusiveCreate]).close()
            return true
        } catch Errno.fileExists {
            return false
        } catch {
            throw failed("create", path, error)
        }
    }

    /// Makes a directory and those above it; fine when it is there.
    static func makeDirectory(_ path: FilePath) throws(Errno) {
        func make() -> Bool {
            path.withPlatformString { mkdir($0, 0o777) } == 0 || errno == EEXIST
        }
        if make() { return }
        guard errno == ENOENT, path.removingLastComponent() != path else {
            throw Errno(rawValue: errno)
        }
        try makeDirectory(path.removingLastComponent())
        guard make() else { throw Errno(rawValue: errno) }
    }

    /// Does work that needs a directory; makes it when it isn't there. Whoever removes the last ref or
    /// log in a directory takes it away, also between the two.
    ///
    /// - Parameter made: is called each time before the directory is made.
    static func inDirectory<Answer>(
        _ directory: FilePath, making made: () -> Void = {}, _ work: () throws(Errno) -> Answer
    ) throws(Errno) -> Answer {
        for _ in 0..<mostTakenAway {
            do {
                return try work()
            } catch .noSuchFileOrDirectory {
                made()
                do {
                    try makeDirectory(directory)
                } catch .noSuchFileOrDirectory {
                    continue  // the one above it was taken away meanwhile
                }
            }
        }
        return try work()
    }

    /// How often a directory is made again before that is an error.
    private static let mostTakenAway = 1000

    /// Removes a directory and those above it, up to `root`, as long as they are empty.
    static func pruneDirectories(_ path: FilePath, below root: FilePath) {
        var path = path
        while path != root, path.starts(with: root), path.withPlatformString({ rmdir($0) }) == 0 {
            path = path.removingLastComponent()
        }
    }

    /// Removes a directory, if it and all below it hold no file.
    static func removeEmptyDirectories(_ path: FilePath) {
        guard let stream = path.withPlatformString({ opendir($0) }) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } }
            let name = String(decoding: bytes, as: UTF8.self)
            if name != "." && name != ".." { removeEmptyDirectories(path.appending(name)) }
        }
        _ = path.withPlatformString { rmdir($0) }
    }

    /// Whether there is a file of this name.
    static func exists(_ path: FilePath) -> Bool {
        path.withPlatformString { access($0, F_OK) } == 0
    }

    /// Removes a file; false when that can't be done.
    static func remove(_ path: FilePath) -> Bool {
        path.withPlatformString { unlink($0) } == 0
    }

    /// Puts other bytes in a file's place, all or nothing, and makes them last.
    static func replace(
        _ path: FilePath, with bytes: [UInt8], by new: FilePath
    ) throws(GitError) {
        do {
            let file = try FileDescriptor.open(
                new, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
            try file.closeAfter {
                try file.writeAll(bytes)
                try copyPermissions(of: path, to: file)
                try check(fsync(file.rawValue))
            }
            try check(
                new.withPlatformString { new in
                    path.withPlatformString { rename(new, $0) }
                })
            try syncDirectory(path.removingLastComponent())
        } catch {
            throw failed("write", path, error)
        }
    }

    private static func copyPermissions(of path: FilePath, to file: FileDescriptor) throws {
        var status = stat()
        try check(path.withPlatformString { stat($0, &status) })
        try check(fchmod(file.rawValue, status.st_mode & 0o7777))
    }

    private static func syncDirectory(_ path: FilePath) throws {
        let directory = try FileDescriptor.open(
            path, .readOnly, options: [.directory, .closeOnExec])
        try directory.closeAfter { try check(fsync(directory.rawValue)) }
    }

    private static func check(_ result: Int32) throws(Errno) {
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    static func failed(_ verb: String, _ path: FilePath, _ error: any Error) -> GitError {
        if let error = error as? Errno, GitError.isFull(error) { return .diskFull(path: path) }
        return .files(operation: "\(verb) '\(path)'", why: "\(error)")
    }
}

extension stat {
    /// When a file's bytes, or a directory's names, last changed: nanoseconds since 1970.
    var modified: Int { st_mtim.tv_sec * 1_000_000_000 + st_mtim.tv_nsec }
}
