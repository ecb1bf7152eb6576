import GitStore
import Glibc
import SystemPackage

/// Files of the registry's own folder, replaced as a whole or not at all.
package enum DurableFile {
    /// Puts `bytes` at `path` by a temporary file and rename; on disk when this returns, if `synced`.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, mode: FilePermissions = [.ownerReadWrite, .groupRead],
        synced: Bool = true
    ) throws {
        let parent = path.removingLastComponent()
        let folder = parent.isEmpty ? FilePath(".") : parent
        try naming(path) {
            try makeDirectory(folder)
            let temporary = temporaryName(in: folder)
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate], permissions: mode)
            do {
                try file.closeAfter {
                    _ = try file.writeAll(bytes)
                    if synced, fsync(file.rawValue) != 0 { throw Errno(rawValue: errno) }
                }
                guard rename(temporary.string, path.string) == 0 else {
                    throw Errno(rawValue: errno)
                }
            } catch {
                unlink(temporary.string)
                throw error
            }
            if synced { try syncDirectory(folder) }
        }
    }

    /// Does what writes a file; why it can't be is said with the file's name.
    package static func naming<Answer>(
        _ path: FilePath, _ write: () throws -> Answer
    ) throws -> Answer {
        do {
            return try write()
        } catch let error as Errno {
            throw GitError.isFull(error)
                ? GitError.diskFull(path: path)
                : GitError.files(operation: "write '\(path)'", why: "\(error)")
        }
    }

    /// A file to be put at `path` with what else the repository has staged.
    package static func staged(
        _ bytes: [UInt8], for path: FilePath,
        mode: FilePermissions = [.ownerReadWrite, .groupRead]
    ) throws -> StagedFile {
        let folder = path.removingLastComponent()
        try naming(folder) { try makeDirectory(folder) }
        return try naming(path) {
            try StagedFile(for: path, bytes, at: temporaryName(in: folder), mode: mode)
        }
    }

    private static func temporaryName(in folder: FilePath) -> FilePath {
        folder.appending(".tmp-\(getpid())-\(UniqueName.next())")
    }

    /// The file's bytes, nil when there is none.
    package static func read(_ path: FilePath, limit: Int = 1 << 24) throws -> [UInt8]? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly)
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
        return try file.closeAfter {
            var status = stat()
            guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            guard (status.st_mode & S_IFMT) == S_IFREG else { throw Errno.isDirectory }
            guard status.st_size <= limit else { throw Errno.fileTooLarge }
            var bytes: [UInt8] = []
            let size = Int(status.st_size)
            bytes.reserveCapacity(size)
            while true {
                let chunk = try [UInt8](unsafeUninitializedCapacity: max(size + 1, 4096)) {
                    buffer, count in
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                guard !chunk.isEmpty else { return bytes }
                bytes += chunk
                guard bytes.count <= limit else { throw Errno.fileTooLarge }
            }
        }
    }

    /// Makes a symbolic link to `target`.
    package static func link(_ target: FilePath, at path: FilePath) throws {
        try naming(path) {
            guard symlink(target.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            try syncDirectory(path.removingLastComponent())
        }
    }

    package static func remove(_ path: FilePath) throws {
        guard unlink(path.string) == 0 || errno == ENOENT else {
            throw notRemoved(path, Errno(rawValue: errno))
        }
    }

    private static func notRemoved(_ path: FilePath, _ error: Errno) -> GitError {
        GitError.isFull(error)
            ? .diskFull(path: path) : .files(operation: "remove '\(path)'", why: "\(error)")
    }

    /// The names in a folder, sorted, temporary files left out; empty when there is no folder.
    package static func names(in folder: FilePath) throws -> [String] {
        try allNames(in: folder).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The names in a folder, in no order, temporary files included.
    static func allNames(in folder: FilePath) throws -> [String] {
        guard let directory = opendir(folder.string) else {
            if errno == ENOENT { return [] }
            throw Errno(rawValue: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder and those above it.
    package static func makeDirectory(_ path: FilePath, mode: mode_t = 0o750) throws {
        if mkdir(path.string, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, path.removingLastComponent() != path else {
            throw Errno(rawValue: errno)
        }
        try makeDirectory(path.removingLastComponent(), mode: mode)
        guard mkdir(path.string, mode) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    }

    /// Whether a folder's file system has no room left: what another program fell over can't tell.
    static func isFull(_ folder: FilePath) -> Bool {
        var status = statvfs()
        return statvfs(folder.string, &status) == 0 && status.f_bavail == 0
    }

    package static func syncDirectory(_ path: FilePath) throws {
        let folder = try FileDescriptor.open(path, .readOnly)
        try folder.closeAfter {
            guard fsync(folder.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}

/// An advisory lock on a file, held until it is released or the process ends.
package final class FileLock {
    private let file: FileDescriptor

    /// Waits for the lock; a shared one others may share.
    package init(waitingFor path: FilePath, isShared: Bool = false) throws {
        file = try Self.open(path)
        while flock(file.rawValue, isShared ? LOCK_SH : LOCK_EX) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// Takes the lock, nil when another process holds it.
    package init?(ifFree path: FilePath) throws {
        file = try Self.open(path)
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else { return nil }
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try DurableFile.naming(path) {
            try DurableFile.makeDirectory(path.removingLastComponent())
            return try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        }
    }

    deinit { close(file.rawValue) }
}

extension DurableFile {
    /// Renames `staging` to `path`, which is missing or an empty folder.
    package static func replaceDirectory(_ path: FilePath, with staging: FilePath) throws {
        try naming(path) {
            guard rename(staging.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            let parent = path.removingLastComponent()
            try syncDirectory(parent.isEmpty ? "." : parent)
        }
    }

    /// Removes a folder and what is in it; missing is fine.
    package static func removeTree(_ path: FilePath) throws {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if (status.st_mode & S_IFMT) == S_IFDIR {
            for name in try allNames(in: path) { try removeTree(path.appending(name)) }
            guard rmdir(path.string) == 0 else {
                throw notRemoved(path, Errno(rawValue: errno))
            }
        } else {
            try remove(path)
        }
    }
}
