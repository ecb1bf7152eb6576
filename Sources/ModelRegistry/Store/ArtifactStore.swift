import CFiles
import Crypto
import GitStore
import Glibc
import SystemPackage

/// The contents of artifacts, in Git LFS's layout: `objects/<2>/<2>/<sha256>`.
package struct ArtifactStore: Sendable {
    package let root: FilePath

    package init(root: FilePath) { self.root = root }

    /// One stored file.
    package struct Stored: Hashable, Sendable {
        package let sha256: String
        package let size: Int
    }

    package func path(of sha256: String) -> FilePath {
        root.appending("objects").appending(String(sha256.prefix(2)))
            .appending(String(sha256.dropFirst(2).prefix(2))).appending(sha256)
    }

    /// A copy beside its place in the store; gone when it is let go of without being put there.
    package struct Copy {
        package let stored: Stored
        package let file: StagedFile

        /// Whether the store has it.
        package var isPlaced: Bool { file.isPlaced }
    }

    /// Puts a copy into the store, for good when this returns.
    package func put(_ copy: Copy) throws {
        guard !copy.isPlaced else { return }
        try DurableFile.naming(copy.file.place) { try copy.file.putForGood() }
    }

    /// Copies `file`, hashing it on the way; no copy is made of what the store has already.
    ///
    /// The kernel shares the blocks where the file system can (`copy_file_range`).
    package func receive(_ file: FilePath) throws -> (stored: Stored, copy: Copy?) {
        let source = try Self.open(file)
        defer { close(source.rawValue) }
        let folder = root.appending("tmp")
        let temporary = folder.appending("\(getpid())-\(UniqueName.next())")
        let copy = try DurableFile.naming(temporary) {
            try DurableFile.makeDirectory(folder)
            return try FileDescriptor.open(
                temporary, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerRead, .groupRead, .otherRead, .ownerWrite])
        }
        let stored: Stored
        do {
            try DurableFile.naming(temporary) { try Self.copy(source, to: copy) }
            stored = try Self.digest(of: copy)
        } catch {
            close(copy.rawValue)
            unlink(temporary.string)
            throw error
        }
        let place = path(of: stored.sha256)
        let staged = StagedFile(owning: copy, at: temporary, for: place)
        if hasFile(for: stored.sha256), try holds(stored.sha256, size: stored.size) {
            return (stored, nil)
        }
        try DurableFile.naming(place) {
            try DurableFile.makeDirectory(place.removingLastComponent())
        }
        return (stored, Copy(stored: stored, file: staged))
    }

    /// Whether there is a file for the content; what it holds is not looked at.
    func hasFile(for sha256: String) -> Bool { access(path(of: sha256).string, F_OK) == 0 }

    /// Whether the content is here, with this very digest and size: it is read and hashed.
    package func holds(_ sha256: String, size: Int) throws -> Bool {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path(of: sha256), .readOnly)
        } catch Errno.noSuchFileOrDirectory {
            return false
        }
        return try file.closeAfter {
            try Self.digest(of: file) == Stored(sha256: sha256, size: size)
        }
    }

    /// Copies the content of an artifact to `target`, checking its digest.
    package func export(_ sha256: String, to target: FilePath) throws {
        let content = path(of: sha256)
        guard hasFile(for: sha256) else {
            throw RegistryError.invalid(
                "the store '\(root)' has no content with SHA-256 \(sha256)",
                hint: "in a clone, name the registry's folder lfs with --store PATH; "
                    + "in the registry, put it back from a backup")
        }
        let source = try Self.open(content)
        defer { close(source.rawValue) }
        let temporary = target.removingLastComponent()
            .appending(".tmp-\(getpid())-\(UniqueName.next())")
        let copy = try DurableFile.naming(target) {
            try FileDescriptor.open(
                temporary, .readWrite, options: [.create, .exclusiveCreate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        }
        defer {
            close(copy.rawValue)
            unlink(temporary.string)
        }
        try DurableFile.naming(target) { try Self.copy(source, to: copy) }
        let found = try Self.digest(of: copy)
        guard found.sha256 == sha256 else {
            throw RegistryError.damaged(
                what: "artifact \(path(of: sha256))", why: "its SHA-256 is \(found.sha256)")
        }
        try DurableFile.naming(target) {
            guard fsync(copy.rawValue) == 0, rename(temporary.string, target.string) == 0 else {
                throw Errno(rawValue: errno)
            }
        }
    }

    private static func open(_ file: FilePath) throws -> FileDescriptor {
        let source: FileDescriptor
        do {
            source = try FileDescriptor.open(file, .readOnly)
        } catch let error as Errno {
            throw RegistryError.unreadableFile(path: file.string, why: "\(error)")
        }
        var status = stat()
        guard fstat(source.rawValue, &status) == 0, (status.st_mode & S_IFMT) == S_IFREG else {
            close(source.rawValue)
            throw RegistryError.unreadableFile(path: file.string, why: "it is no plain file")
        }
        return source
    }

    private static func copy(_ source: FileDescriptor, to copy: FileDescriptor) throws {
        while true {
            let count = signet_copy_file_range(source.rawValue, copy.rawValue, 1 << 30)
            if count == 0 { return }
            if count > 0 { continue }
            guard [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else {
                throw Errno(rawValue: errno)
            }
            break
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return }
            _ = try copy.writeAll(buffer[..<count])
        }
    }

    private static func digest(of file: FileDescriptor) throws -> Stored {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        try file.seek(offset: 0, from: .start)
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: max(1, min(1 << 20, Int(status.st_size))))
        var size = 0
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
            size += count
        }
        let hex = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return Stored(sha256: hex.joined(), size: size)
    }
}
