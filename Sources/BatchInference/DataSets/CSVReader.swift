import SystemPackage

/// Reads a CSV file (RFC 4180) from its beginning to its end, batch by batch.
///
/// UTF-8, with or without a byte order mark; a header is required, its names are distinct, and every
/// row has as many fields. Lines end in LF or CRLF. Memory is bounded by the batch: a record has at
/// most `maximumRecord` bytes, and the file itself is held 64 KiB at a time.
package struct CSVReader: ~Copyable {
    /// The bytes a record may have, its separators and line end included.
    package static let maximumRecord = 1 << 20

    package private(set) var header: [String]
    /// The rows read so far.
    package private(set) var rows: Int

    let input: HashedInput
    var state: State
    /// The line that is being read, from 1.
    var line: Int
    /// Where in the file the record being read starts, in bytes.
    var recordStart: Int
    /// The line on which the record being read starts.
    var recordLine: Int
    /// The line on which the quoted field being read starts.
    var quoteLine: Int

    /// Where in a record the reader stands.
    enum State {
        case fieldStart, unquoted, quoted, quoteInQuoted, carriageReturn
    }

    /// Opens a file and reads its header.
    package init(path: FilePath) throws(InferenceError) {
        var reader = CSVReader(input: try HashedInput(file: path))
        try reader.readHeader()
        self = reader
    }

    private init(input: HashedInput) {
        self.input = input
        header = []
        rows = 0
        state = .fieldStart
        recordStart = 0
        (line, recordLine, quoteLine) = (1, 1, 1)
    }

    /// The digest of the bytes read so far: the file's, once `next` has answered 0.
    package var sha256: String { input.sha256 }

    /// Replaces a batch by the next rows, at most `limit`; 0 at the end of the file.
    ///
    /// Answers fewer than `limit` at the end, and earlier when the rows are so long that the batch is
    /// full (`CSVBatch.maximumSize`): only 0 means the end.
    package mutating func next(
        into batch: inout CSVBatch, limit: Int
    ) throws(InferenceError) -> Int {
        batch.clear(file: input.file, header: header)
        try readRecords(into: &batch, limit: limit, columns: header.count)
        rows += batch.rows
        return batch.rows
    }

    private mutating func readHeader() throws(InferenceError) {
        guard try input.refill() else { throw .emptyData(file: input.file) }
        try skipByteOrderMark()
        var batch = CSVBatch()
        try readRecords(into: &batch, limit: 1, columns: nil)
        guard batch.rows > 0 else { throw .emptyData(file: input.file) }
        header = try names(in: batch)
        guard header != [""] else { throw malformed(line: 1, "the header is a blank line") }
    }

    private func skipByteOrderMark() throws(InferenceError) {
        if input.buffer[..<input.end].starts(with: [0xEF, 0xBB, 0xBF]) {
            input.position = 3
        } else if input.buffer[..<input.end].starts(with: [0xFF, 0xFE])
            || input.buffer[..<input.end].starts(with: [0xFE, 0xFF])
        {
            throw malformed(line: 1, "the text is UTF-16, not UTF-8")
        }
    }

    private func names(in batch: borrowing CSVBatch) throws(InferenceError) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for column in 0..<batch.cellCount {
            guard let name = String(validating: batch.bytes(cell: column), as: UTF8.self) else {
                throw malformed(line: 1, "the name of column \(column + 1) is not UTF-8")
            }
            guard seen.insert(name).inserted else {
                throw malformed(line: 1, "the header names '\(name)' twice")
            }
            names.append(name)
        }
        return names
    }

    /// The error for text that isn't CSV.
    func malformed(line: Int, _ problem: String) -> InferenceError {
        .malformedCSV(file: input.file, line: line, column: nil, problem: problem)
    }
}
