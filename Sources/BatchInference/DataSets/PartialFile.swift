import Crypto
import Glibc
import SystemPackage

/// A file that is being written beside its place and takes it when it is finished, durably.
///
/// One that isn't finished is removed.
final class PartialFile {
    let path: FilePath
    private let partial: FilePath
    private let descriptor: FileDescriptor
    private var hash = SHA256()
    private var hasItsName = false

    /// Opens `<name>.partial`, over one that a crash may have left.
    init(for path: FilePath) throws(InferenceError) {
        guard let name = path.lastComponent else {
            throw .unwritable(file: path, why: "it names no file")
        }
        let partial = path.removingLastComponent().appending("\(name).partial")
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                partial, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
        } catch {
            throw .unwritable(file: path, why: "\(error)")
        }
        self.path = path
        self.partial = partial
        self.descriptor = descriptor
    }

    deinit {
        // A finished file is on the disk, and any other is of no use: nothing is lost if this fails.
        try? descriptor.close()
        if !hasItsName { unlink(partial.string) }
    }

    /// The digest of what was written, in lower-case hexadecimal.
    var sha256: String { hash.finalize().hexadecimal }

    func write(_ bytes: [UInt8]) throws(InferenceError) {
        hash.update(data: bytes)
        do {
            try descriptor.writeAll(bytes)
        } catch {
            throw .unwritable(file: path, why: "\(error)")
        }
    }

    /// Makes the file durable and gives it its name.
    func finish() throws(InferenceError) {
        let parent = path.removingLastComponent()
        do {
            try Self.check(fsync(descriptor.rawValue))
            try Self.check(rename(partial.string, path.string))
            hasItsName = true
            let folder = try FileDescriptor.open(
                parent.isEmpty ? "." : parent, .readOnly, options: .closeOnExec)
            try folder.closeAfter { try Self.check(fsync(folder.rawValue)) }
        } catch {
            throw .unwritable(file: path, why: "\(error)")
        }
    }

    private static func check(_ result: CInt) throws {
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
