import CZlib

/// Takes apart what zlib compressed. One serves any number of files, one after the other, and keeps
/// what zlib sets up for them.
final class Inflater {
    // On the heap: zlib remembers the address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isStarted: Bool
    private(set) var isAtEnd = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isStarted = signet_inflate_init(stream) == Z_OK
    }

    deinit {
        if isStarted { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Begins another input, which must stay where it is until the last piece is taken.
    func begin(_ compressed: UnsafeBufferPointer<UInt8>) throws(LooseObjectCoding.Damage) {
        guard let count = UInt32(exactly: compressed.count) else {
            throw LooseObjectCoding.Damage(description: "the file is larger than 4 GiB")
        }
        guard isStarted, inflateReset(stream) == Z_OK else {
            throw LooseObjectCoding.Damage(description: "zlib can't be started")
        }
        // zlib takes the input as mutable, and only reads it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: compressed.baseAddress)
        stream.pointee.avail_in = count
        isAtEnd = false
    }

    /// Fills the buffer with the next bytes; fewer when the input ends before. The number of them.
    func inflate(
        into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws(LooseObjectCoding.Damage) -> Int {
        var filled = 0
        while filled < buffer.count, !isAtEnd {
            let wanted = min(buffer.count - filled, 1 << 30)
            stream.pointee.next_out = buffer.baseAddress.map { $0 + filled }
            stream.pointee.avail_out = UInt32(wanted)
            let result = CZlib.inflate(stream, Z_NO_FLUSH)
            let count = wanted - Int(stream.pointee.avail_out)
            filled += count
            switch result {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK, Z_BUF_ERROR: if count == 0 { return filled }
            default:
                throw LooseObjectCoding.Damage(description: "zlib says its data is damaged")
            }
        }
        return filled
    }

    /// Checks that nothing follows, neither bytes nor input.
    func requireEnd() throws(LooseObjectCoding.Damage) {
        var more: UInt8 = 0
        let count = try withUnsafeMutablePointer(to: &more) {
            more throws(LooseObjectCoding.Damage) in
            try inflate(into: UnsafeMutableBufferPointer(start: more, count: 1))
        }
        guard count == 0 else {
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
