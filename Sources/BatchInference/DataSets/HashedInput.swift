import Crypto
import SystemPackage

/// A file's bytes, one buffer after the other, hashed as they pass.
final class HashedInput {
    /// The bytes held at a time.
    static let capacity = 64 << 10

    let file: FilePath
    private let descriptor: FileDescriptor
    private(set) var buffer: [UInt8]
    /// Where in `buffer` the bytes end that were read last.
    private(set) var end = 0
    /// Where in `buffer` the first byte stands that nobody took yet.
    var position = 0
    /// How many bytes of the file stood before those in `buffer`.
    private(set) var bytesBefore = 0
    private var hash = SHA256()

    init(file: FilePath) throws(InferenceError) {
        do {
            descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        } catch {
            throw .unreadable(file: file, why: "\(error)")
        }
        self.file = file
        buffer = Array(repeating: 0, count: Self.capacity)
    }

    deinit {
        // It was only read from: a failing close has nothing left to lose.
        try? descriptor.close()
    }

    /// The digest of all bytes read so far, in lower-case hexadecimal.
    var sha256: String { hash.finalize().hexadecimal }

    /// Replaces the buffer by the next bytes; false at the end of the file.
    func refill() throws(InferenceError) -> Bool {
        bytesBefore += end
        position = 0
        end = 0
        do {
            while end < Self.capacity {
                let count = try buffer.withUnsafeMutableBytes { bytes in
                    try descriptor.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
                }
                guard count > 0 else { break }
                end += count
            }
        } catch {
            throw .unreadable(file: file, why: "\(error)")
        }
        hash.update(data: buffer[..<end])
        return end > 0
    }
}
