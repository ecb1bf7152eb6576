import Glibc
import SystemPackage

/// A file written beside its place, to be put there once it is on disk.
///
/// Unless it was put there, it is gone when it is let go of.
package final class StagedFile {
    package let place: FilePath
    private let temporary: FilePath
    private let file: FileDescriptor
    /// Whether it is in its place.
    package private(set) var isPlaced = false
    private var isDiscarded = false
    /// Of what fails before a file was opened, waiting for it tells nothing.
    let opened = ContinuousClock.now

    /// Writes the bytes to `temporary`, a new file of the place's own file system.
    package init(
        for place: FilePath, _ bytes: [UInt8], at temporary: FilePath, mode: FilePermissions
    ) throws(Errno) {
        self.place = place
        self.temporary = temporary
        file = try RepositoryFile.open(
            temporary, options: [.create, .exclusiveCreate], permissions: mode)
        do {
            // From here on `deinit` cleans up, whatever fails.
            _ = try file.writeAll(bytes)
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Takes over a file that is open: an empty one, such as a lock, or one that is written already.
    package init(owning file: FileDescriptor, at temporary: FilePath, for place: FilePath) {
        self.file = file
        self.temporary = temporary
        self.place = place
    }

    deinit {
        discard()
        close(file.rawValue)
    }

    /// Removes the file, unless it is in its place.
    func discard() {
        guard !isPlaced, !isDiscarded else { return }
        isDiscarded = true
        _ = RepositoryFile.remove(temporary)
    }

    var descriptor: CInt { file.rawValue }

    func write(_ bytes: [UInt8]) throws { _ = try file.writeAll(bytes) }

    /// Puts the file in its place by itself, for good when this returns.
    package func putForGood() throws {
        try DiskBarrier.wait(for: [descriptor])
        try put()
        try DiskBarrier.wait(forDirectories: [place.removingLastComponent()])
    }

    /// Renames the file to its place, replacing what is there.
    func put() throws {
        let result = temporary.withPlatformString { from in
            place.withPlatformString { rename(from, $0) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
        isPlaced = true
    }
}
