extension DocumentNode {
    /// The largest JSON document that is read, in bytes.
    package static let jsonSizeLimit = 8 << 20

    /// Reads a whole JSON document (RFC 8259), refusing duplicate keys.
    package init(json bytes: [UInt8], file: String) throws(DocumentError) {
        _ = try Self.text(of: bytes, file: file, limit: Self.jsonSizeLimit)
        var reader = JSONReader(bytes: bytes, file: file)
        self = try reader.document()
    }
}
