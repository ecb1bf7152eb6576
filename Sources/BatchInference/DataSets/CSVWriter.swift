import SystemPackage

/// Writes a CSV file that appears at its path when it is finished, whole and durable, or not at all.
///
/// Until then it stands beside it as `<name>.partial`; one that a crash left is overwritten, so only
/// one writer at a time may be at work on a path. Lines end in LF; fields are quoted where needed.
package struct CSVWriter: ~Copyable {
    /// What was written.
    package struct Written: Hashable, Sendable {
        package let path: FilePath
        /// The file's digest in lower-case hexadecimal.
        package let sha256: String
        /// The rows below the header.
        package let rows: Int
    }

    /// The bytes gathered before they are written.
    private static let bufferSize = 64 << 10

    /// The rows ended so far.
    package private(set) var rows: Int

    private let file: PartialFile
    private let columns: Int
    private var buffer: [UInt8]
    private var fields: Int

    /// Opens the file and writes the header.
    package init(path: FilePath, header: [String]) throws(InferenceError) {
        precondition(!header.isEmpty)
        var writer = CSVWriter(file: try PartialFile(for: path), columns: header.count)
        for name in header { writer.field(name) }
        try writer.endRow()
        writer.rows = 0
        self = writer
    }

    private init(file: PartialFile, columns: Int) {
        self.file = file
        self.columns = columns
        rows = 0
        fields = 0
        buffer = []
        buffer.reserveCapacity(Self.bufferSize * 2)
    }

    /// Appends a field with this text.
    package mutating func field(_ text: String) {
        var text = text
        text.withUTF8 { field(bytes: $0) }
    }

    /// Appends a field with a number in the fewest digits that give it back; NaN is left empty.
    package mutating func field(_ number: Double) {
        field(number.isNaN ? "" : number.description)
    }

    /// Appends a field with a number in the fewest digits that give it back; NaN is left empty.
    package mutating func field(_ number: Float) {
        field(number.isNaN ? "" : number.description)
    }

    /// Appends a field with a whole number.
    package mutating func field(_ number: Int) {
        field(number.description)
    }

    /// Appends a field with these bytes as its text, those of a `CSVBatch` for instance.
    package mutating func field(bytes: some Collection<UInt8>) {
        precondition(fields < columns, "more fields than the header names")
        if fields > 0 { buffer.append(.comma) }
        fields += 1
        if bytes.contains(where: Self.needsQuotes) || (columns == 1 && bytes.isEmpty) {
            buffer.append(.quote)
            for byte in bytes {
                if byte == .quote { buffer.append(.quote) }
                buffer.append(byte)
            }
            buffer.append(.quote)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// Ends a row, which must have as many fields as the header.
    package mutating func endRow() throws(InferenceError) {
        precondition(fields == columns, "fewer fields than the header names")
        buffer.append(.lineFeed)
        fields = 0
        rows += 1
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Makes the file durable and gives it its name.
    package consuming func finish() throws(InferenceError) -> Written {
        try flush()
        try file.finish()
        return Written(path: file.path, sha256: file.sha256, rows: rows)
    }

    private mutating func flush() throws(InferenceError) {
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == .comma || byte == .quote || byte == .lineFeed || byte == .carriageReturn
    }
}
