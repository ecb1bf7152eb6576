import CZlib

/// Compresses with zlib, as fast as it can. One serves any number of inputs, one after the other: what
/// zlib sets up for them, 256 KiB, costs more than a small object.
final class Deflater {
    // On the heap: zlib remembers the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isStarted: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isStarted = signet_deflate_init(stream, Z_BEST_SPEED) == Z_OK
    }

    deinit {
        if isStarted { deflateEnd(stream) }
        stream.deallocate()
    }

    /// The compressed bytes; nil when zlib can't.
    func deflate(_ plain: [UInt8]) -> [UInt8]? {
        guard isStarted, let count = UInt32(exactly: plain.count), deflateReset(stream) == Z_OK,
            let bound = UInt32(exactly: deflateBound(stream, uLong(plain.count)))
        else { return nil }
        var result = Z_OK
        let compressed = [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, filled in
            plain.withUnsafeBufferPointer { plain in
                // zlib takes the input as mutable, and only reads it.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: plain.baseAddress)
                stream.pointee.avail_in = count
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = bound
                result = CZlib.deflate(stream, Z_FINISH)
            }
            filled = Int(bound - stream.pointee.avail_out)
        }
        return result == Z_STREAM_END ? compressed : nil
    }
}
