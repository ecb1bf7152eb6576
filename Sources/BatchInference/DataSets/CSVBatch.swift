import SystemPackage

/// Some rows of a data set, their cells one after the other in one piece of memory.
///
/// Made to be filled again and again: `CSVReader.next` keeps the memory. An empty cell is a missing
/// value. Rows and columns count from 0; a place outside of the batch traps, as in an array.
package struct CSVBatch: Sendable {
    package private(set) var rows = 0
    /// The bytes at which a batch takes no further rows.
    package let maximumSize: Int
    private(set) var file: FilePath
    private(set) var header: [String] = []
    /// The cells' text, without quotes; what lies behind `used` is room.
    private var text: [UInt8] = []
    private var used = 0
    /// Where in `text` each cell ends; cell i starts where cell i - 1 ends.
    private var ends: [UInt32] = []
    /// The line of the file on which each row starts.
    private var lines: [Int] = []
    /// The fields of the row that is being appended.
    private(set) var fields = 0

    /// Makes a batch without rows, to be filled by a reader.
    package init() {
        self.init(maximumSize: 16 << 20)
    }

    init(maximumSize: Int) {
        self.maximumSize = maximumSize
        file = ""
    }

    /// The columns of each row.
    package var columns: Int { header.count }

    /// The bytes of memory the batch holds on to.
    package var capacity: Int {
        text.count + ends.capacity * MemoryLayout<UInt32>.size
            + lines.capacity * MemoryLayout<Int>.size
    }

    /// The text of a cell; empty where the value is missing.
    package func bytes(row: Int, column: Int) -> ArraySlice<UInt8> {
        bytes(cell: cell(row, column))
    }

    /// Whether a cell holds no text.
    package func isMissing(row: Int, column: Int) -> Bool {
        range(cell(row, column)).isEmpty
    }

    /// The number in a cell: decimal, finite, spaces around it allowed.
    ///
    /// Nil for a missing value, which is an empty cell or `nan`. Throws for any other text.
    package func double(row: Int, column: Int) throws(InferenceError) -> Double? {
        switch number(row: row, column: column) {
        case .number(let number): return number
        case .notANumber, nil: return nil
        case .malformed:
            throw .notANumber(
                file: file, line: lines[row], column: header[column],
                text: string(row: row, column: column))
        }
    }

    /// What a cell says as a number; nil where it is empty.
    func number(row: Int, column: Int) -> DecimalNumber? {
        let range = range(cell(row, column))
        return range.isEmpty ? nil : DecimalNumber(text.span.extracting(range))
    }

    /// The text of a cell; what isn't UTF-8 is replaced.
    package func string(row: Int, column: Int) -> String {
        String(decoding: bytes(row: row, column: column), as: UTF8.self)
    }

    /// The line of the file, from 1, on which a row starts.
    package func line(row: Int) -> Int { lines[row] }

    /// The error for a cell with a value that can't be used.
    package func malformed(row: Int, column: Int, problem: String) -> InferenceError {
        .malformedCSV(file: file, line: lines[row], column: header[column], problem: problem)
    }

    private func cell(_ row: Int, _ column: Int) -> Int {
        precondition(row >= 0 && row < rows && column >= 0 && column < header.count)
        return row * header.count + column
    }

    private func range(_ cell: Int) -> Range<Int> {
        (cell == 0 ? 0 : Int(ends[cell - 1]))..<Int(ends[cell])
    }
}

/// What a reader fills a batch with.
extension CSVBatch {
    var cellCount: Int { ends.count }

    var isFull: Bool {
        used + ends.count * MemoryLayout<UInt32>.size + lines.count * MemoryLayout<Int>.size
            >= maximumSize
    }

    func bytes(cell: Int) -> ArraySlice<UInt8> { text[range(cell)] }

    mutating func clear(file: FilePath, header: [String]) {
        self.file = file
        self.header = header
        rows = 0
        used = 0
        fields = 0
        ends.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }

    /// Makes room for that many bytes.
    mutating func reserve(_ count: Int) {
        guard text.count - used < count else { return }
        let size = Swift.max(used + count, text.count * 2)
        text.append(contentsOf: repeatElement(0, count: size - text.count))
    }

    /// Appends the bytes that mean nothing in a field, and answers where the first that does stands.
    ///
    /// In quotes these are quotes, line feeds and NUL; outside also commas and carriage returns.
    mutating func append(
        from source: Span<UInt8>, at start: Int, end: Int, isQuoted: Bool
    ) -> Int {
        var (position, used) = (start, used)
        var text = text.mutableSpan
        while position < end {
            let byte = source[position]
            // All of those are below; most bytes are not.
            if byte <= .comma,
                byte == .quote || byte == .lineFeed || byte == 0
                    || (!isQuoted && (byte == .comma || byte == .carriageReturn))
            {
                break
            }
            text[used] = byte
            used += 1
            position += 1
        }
        self.used = used
        return position
    }

    mutating func append(_ byte: UInt8) {
        text[used] = byte
        used += 1
    }

    mutating func endField() {
        ends.append(UInt32(used))
        fields += 1
    }

    mutating func endRecord(line: Int) {
        lines.append(line)
        rows += 1
        fields = 0
    }
}
