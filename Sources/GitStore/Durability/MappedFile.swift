import Glibc
import SystemPackage

/// The bytes of a file, of which only what is looked at is read.
///
/// For files that are replaced and never written to in place: it stays the file that it was when opened.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    /// Maps the file; nil when there is none.
    init?(_ path: FilePath) throws(GitError) {
        do {
            guard let bytes = try Self.map(path) else { return nil }
            self.bytes = bytes
        } catch {
            throw RepositoryFile.failed("read", path, error)
        }
    }

    deinit {
        // Safe: nothing else holds these bytes, and an empty file has none.
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    private static func map(_ path: FilePath) throws(Errno) -> UnsafeRawBufferPointer? {
        let file = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else {
            guard errno == ENOENT else { throw Errno(rawValue: errno) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Errno(rawValue: errno) }
        let size = Int(status.st_size)
        guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0)
        // MAP_FAILED, a macro Swift doesn't import.
        guard let address, Int(bitPattern: address) != -1 else { throw Errno(rawValue: errno) }
        return UnsafeRawBufferPointer(start: address, count: size)
    }
}
