import Crypto
import Foundation
import SystemPackage

/// A model's bytes, read once, so that what was checked is what is run.
package struct ModelFile {
    /// The most that is read: the limit of a protocol buffer, and so of an ONNX model in one file.
    package static let maximumSize = 2 << 30

    package let bytes: Data
    /// The bytes' digest in lower-case hexadecimal.
    package let sha256: String

    package init(bytes: Data) {
        self.bytes = bytes
        self.sha256 = SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Reads a file whole; throws when its digest is not the one expected.
    package init(path: FilePath, expectedSHA256: String) throws(InferenceError) {
        let bytes: Data
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly)
            bytes = try descriptor.closeAfter { try Self.read(descriptor) }
        } catch {
            throw .unreadable(file: path, why: "\(error)")
        }
        guard bytes.count <= Self.maximumSize else {
            throw .unreadable(file: path, why: "a model in one file has at most 2 GiB")
        }
        self.init(bytes: bytes)
        guard sha256 == expectedSHA256.lowercased() else {
            throw .digestMismatch(file: path, expected: expectedSHA256, found: sha256)
        }
    }

    private static func read(_ descriptor: FileDescriptor) throws -> Data {
        var bytes = Data()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { chunk.deallocate() }
        while bytes.count <= maximumSize {
            let count = try descriptor.read(into: chunk)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return bytes
    }
}
