import Glibc
import SystemPackage

/// Where a secret is kept; a configuration never holds one.
package enum SecretReference: Hashable, Sendable {
    /// The environment variable of this name.
    case environment(String)
    /// The first line of this file, which nobody but owner and group can reach.
    case file(FilePath)

    /// The longest secret file that is read, in bytes.
    package static let sizeLimit = 4096

    /// Reads the secret; a file must not be open to other users.
    package func resolve(environment: [String: String]) throws(NotificationError) -> Secret {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw .secretMissing(name: name)
            }
            return try Self.secret(Array(value.utf8), from: name)
        case .file(let path):
            let bytes = try Self.read(path)
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            return try Self.secret(Array(line), from: path.string)
        }
    }

    private static func secret(
        _ bytes: [UInt8], from source: String
    ) throws(NotificationError) -> Secret {
        guard !bytes.isEmpty else { throw .secretUnusable(source: source, reason: "is empty") }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .secretUnusable(source: source, reason: "holds a control character")
        }
        return Secret(bytes: bytes)
    }

    private static func read(_ path: FilePath) throws(NotificationError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                // The mode is that of the file opened, not of whatever stands there later.
                var status = stat()
                guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
                guard status.st_mode & 0o027 == 0 else {
                    let mode = String(status.st_mode & 0o777, radix: 8)
                    throw NotificationError.secretExposed(path, mode: mode)
                }
                guard status.st_size <= sizeLimit else {
                    throw NotificationError.secretUnusable(
                        source: path.string, reason: "is longer than \(sizeLimit) bytes")
                }
                return try [UInt8](unsafeUninitializedCapacity: sizeLimit) { buffer, count in
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        } catch let error as NotificationError {
            throw error
        } catch {
            throw .unreadable(path, reason: "\(error)")
        }
    }
}

/// A password or key in memory; it never prints itself.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    let bytes: [UInt8]

    /// Takes the secret as it is.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
