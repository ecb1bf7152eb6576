import Glibc
import SystemPackage

/// A folder whose files appear whole or not at all.
struct Folder: Sendable {
    let path: FilePath

    /// Creates the folder, and those above it, where they are missing.
    func create() throws(NotificationError) {
        var made = FilePath(root: path.root)
        for component in path.components {
            made.append(component)
            if mkdir(made.string, 0o700) != 0, errno != EEXIST, errno != EISDIR, errno != EROFS {
                throw .unwritable(made, reason: Self.reason())
            }
        }
        try sync()
    }

    /// The names of its files, sorted; those that begin with a dot are left out.
    func names() throws(NotificationError) -> [String] {
        guard let stream = opendir(path.string) else {
            throw .unreadable(path, reason: Self.reason())
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let length = Int(entry.pointee.d_reclen)
            // d_name is a C array that ends with a NUL inside the record.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: length) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .unreadable(path, reason: Self.reason()) }
        return names.sorted()
    }

    /// Whether there is a file of this name.
    func contains(_ name: String) throws(NotificationError) -> Bool {
        if access(path.appending(name).string, F_OK) == 0 { return true }
        guard errno == ENOENT else {
            throw .unreadable(path.appending(name), reason: Self.reason())
        }
        return false
    }

    /// The bytes of a file of at most `limit`; nil where there is none.
    func read(_ name: String, limit: Int = 16 << 20) throws(NotificationError) -> [UInt8]? {
        let file = path.appending(name)
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
            return try descriptor.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                    guard count > 0 else { return bytes }
                    bytes += chunk[..<count]
                    guard bytes.count <= limit else {
                        throw NotificationError.unreadable(
                            file, reason: "it is longer than \(limit) bytes")
                    }
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch let error as NotificationError {
            throw error
        } catch {
            throw .unreadable(file, reason: "\(error)")
        }
    }

    /// Writes a file by way of `temporary`, on the same file system: after a crash at any instant
    /// it is there whole, or not at all.
    func write(
        _ bytes: [UInt8], to name: String, by temporary: Folder
    ) throws(NotificationError) {
        let draft = temporary.path.appending("\(name).\(getpid())")
        do {
            let file = try FileDescriptor.open(
                draft, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite])
            try file.closeAfter {
                try file.writeAll(bytes)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            try Self.rename(draft, path.appending(name))
        } catch {
            // Where even this fails, the next draft of the name takes its place.
            unlink(draft.string)
            throw error as? NotificationError
                ?? .unwritable(draft, reason: Self.reason(error as? Errno ?? .ioError))
        }
        try sync()
    }

    /// Moves a file to another folder of the same file system, in one step.
    func move(_ name: String, to other: Folder) throws(NotificationError) {
        try Self.rename(path.appending(name), other.path.appending(name))
        try other.sync()
        try sync()
    }

    /// Removes a file; one that is gone already is no fault.
    func remove(_ name: String) throws(NotificationError) {
        guard unlink(path.appending(name).string) == 0 || errno == ENOENT else {
            throw .unwritable(path.appending(name), reason: Self.reason())
        }
    }

    /// Makes renames and removals in the folder durable.
    func sync() throws(NotificationError) {
        do {
            let folder = try FileDescriptor.open(
                path, .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter {
                guard fsync(folder.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw .unwritable(path, reason: Self.reason(error as? Errno ?? .ioError))
        }
    }

    private static func rename(_ old: FilePath, _ new: FilePath) throws(NotificationError) {
        guard Glibc.rename(old.string, new.string) == 0 else {
            throw .unwritable(new, reason: reason())
        }
    }

    /// What errno says; read right after the call that set it.
    private static func reason() -> String { reason(Errno(rawValue: errno)) }

    private static func reason(_ error: Errno) -> String {
        guard [.noSpace, .diskQuotaExceeded].contains(error) else { return "\(error)" }
        return
            "the disk is full\nhint: make room on the registry's file system (`df -h`) and do it again"
    }
}
