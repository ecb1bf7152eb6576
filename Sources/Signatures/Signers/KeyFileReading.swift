import Glibc
import SystemPackage

/// Reads small key files whole.
enum KeyFileReading {
    private static let largest = 64 * 1024

    /// Reads a file; with `isPrivate`, one that others than the owner may read is refused.
    static func bytes(
        at path: FilePath, isPrivate: Bool = false
    ) throws(SigningError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(
                path, .readOnly, options: [.closeOnExec, .nonBlocking])
            return try file.closeAfter { try bytes(of: file, path, isPrivate: isPrivate) }
        } catch let error as SigningError {
            throw error
        } catch let error as Errno {
            throw .file(path, action: "read", error)
        } catch {
            throw .notAKey(path, "\(error)")
        }
    }

    private static func bytes(
        of file: FileDescriptor, _ path: FilePath, isPrivate: Bool
    ) throws -> [UInt8] {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SigningError.notAKey(path, "not a regular file")
        }
        guard !isPrivate || status.st_mode & 0o077 == 0 else {
            throw SigningError.openToOthers(path)
        }
        guard status.st_size <= largest else {
            throw SigningError.notAKey(path, "larger than \(largest) bytes")
        }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while content.count <= largest {
            let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
        }
        throw SigningError.notAKey(path, "larger than \(largest) bytes")
    }
}
