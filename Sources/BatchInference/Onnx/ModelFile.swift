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

    /// Takes bytes as they are.
    package init(bytes: Data) {
        self.bytes = bytes
        sha256 = SHA256.hash(data: bytes).hexadecimal
    }

    /// Reads a file whole; throws when its digest is not the one expected.
    package init(path: FilePath, expectedSHA256: String) throws(InferenceError) {
        let input = try HashedInput(file: path)
        var bytes = Data()
        while try input.refill() {
            bytes.append(contentsOf: input.buffer[..<input.end])
            guard bytes.count <= Self.maximumSize else {
                throw .unreadable(file: path, why: "a model in one file has at most 2 GiB")
            }
        }
        sha256 = input.sha256
        self.bytes = bytes
        guard sha256 == expectedSHA256.lowercased() else {
            throw .digestMismatch(file: path, expected: expectedSHA256, found: sha256)
        }
    }
}
