/// Writes the binary encoding of SSH (RFC 4251, section 5).
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ content: some Sequence<UInt8>) {
        bytes.append(contentsOf: content)
    }

    mutating func uint32(_ value: UInt32) {
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(value >> shift & 0xFF)) }
    }

    /// Writes a length and the content, which is always far below 4 GiB here.
    mutating func string(_ content: some Collection<UInt8>) {
        uint32(UInt32(content.count))
        raw(content)
    }

    mutating func string(_ content: String) {
        string(content.utf8)
    }
}
