import CZlib

/// Takes apart what zlib compressed, piece by piece.
final class Inflater {
    private static let largestPiece = 1 << 20

    private let compressed: UnsafeMutableBufferPointer<UInt8>
    // On the heap: zlib remembers the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isAtEnd = false

    init(_ bytes: [UInt8]) throws(LooseObjectCoding.Damage) {
        guard let count = UInt32(exactly: bytes.count) else {
            throw LooseObjectCoding.Damage(description: "the file is larger than 4 GiB")
        }
        compressed = .allocate(capacity: bytes.count)
        _ = compressed.initialize(fromContentsOf: bytes)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        stream.pointee.next_in = compressed.baseAddress
        stream.pointee.avail_in = count
        guard signet_inflate_init(stream) == Z_OK else {
            throw LooseObjectCoding.Damage(description: "zlib can't be started")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        compressed.deallocate()
    }

    /// The next bytes, `limit` of them or fewer when the input ends before.
    func inflate(upTo limit: Int) throws(LooseObjectCoding.Damage) -> [UInt8] {
        var bytes: [UInt8] = []
        // In pieces: a size that lies costs no more memory than the input can fill.
        while bytes.count < limit, !isAtEnd {
            let wanted = min(limit - bytes.count, Self.largestPiece)
            let before = bytes.count
            var result = Z_OK
            let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(wanted)
                result = CZlib.inflate(stream, Z_NO_FLUSH)
                count = wanted - Int(stream.pointee.avail_out)
            }
            bytes += piece
            switch result {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK, Z_BUF_ERROR: if bytes.count == before { return bytes }
            default:
                throw LooseObjectCoding.Damage(description: "zlib says its data is damaged")
            }
        }
        return bytes
    }

    /// Checks that nothing follows, neither bytes nor input.
    func requireEnd() throws(LooseObjectCoding.Damage) {
        guard try inflate(upTo: 1).isEmpty else {
            throw LooseObjectCoding.Damage(description: "the file holds more than it says")
        }
        guard isAtEnd else {
            throw LooseObjectCoding.Damage(description: "the file was cut short")
        }
        guard stream.pointee.avail_in == 0 else {
            throw LooseObjectCoding.Damage(description: "the file goes on after its end")
        }
    }
}
