import Foundation
import Glibc
import SystemPackage

/// A run's own directory, locked for as long as the value lives: two runs never share one.
struct RunDirectory: ~Copyable {
    let path: FilePath
    private let lock: FileDescriptor

    /// Where the report stands.
    var report: FilePath { path.appending("report.json") }

    /// Makes the directory if need be and takes its lock; throws when another process holds it.
    init(_ path: FilePath) throws(InferenceError) {
        lock = try Self.takeLock(in: path)
        self.path = path
    }

    private static func takeLock(in path: FilePath) throws(InferenceError) -> FileDescriptor {
        let lock: FileDescriptor
        do {
            try FileManager.default.createDirectory(
                atPath: path.string, withIntermediateDirectories: true)
            lock = try FileDescriptor.open(
                path.appending("lock"), .readWrite, options: [.create, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw .unwritable(file: path.appending("lock"), why: "\(error)")
        }
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let failure = Errno(rawValue: errno)
            // Nothing was written through the descriptor, so a failing close loses nothing.
            try? lock.close()
            guard failure == .wouldBlock else {
                throw .unwritable(file: path.appending("lock"), why: "\(failure)")
            }
            throw .busy(directory: path)
        }
        return lock
    }

    deinit {
        // Closing releases the lock; nothing was written through the descriptor.
        try? lock.close()
    }

    /// Writes the report so that a reader sees the whole of it or nothing, also after a crash.
    func write(_ report: InferenceReport) throws(InferenceError) {
        let target = self.report
        let temporary = path.appending("report.json.new")
        do {
            let bytes = try report.encoded()
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter {
                try file.writeAll(bytes)
                try Self.check(fsync(file.rawValue))
            }
            try Self.check(rename(temporary.string, target.string))
            let directory = try FileDescriptor.open(path, .readOnly)
            try directory.closeAfter { try Self.check(fsync(directory.rawValue)) }
        } catch {
            throw .unwritable(file: target, why: "\(error)")
        }
    }

    private static func check(_ result: CInt) throws {
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
