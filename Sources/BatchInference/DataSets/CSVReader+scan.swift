extension CSVReader {
    /// Appends records to a batch until it has `limit`, is full, or the file ends.
    ///
    /// `columns` is nil for the header, which says itself how many there are.
    mutating func readRecords(
        into batch: inout CSVBatch, limit: Int, columns: Int?
    ) throws(InferenceError) {
        while batch.rows < limit, !batch.isFull {
            if input.position == input.end {
                try checkRecordSize()
                guard try input.refill() else {
                    return try endOfFile(&batch, columns: columns)
                }
            }
            try scan(into: &batch, limit: limit, columns: columns)
        }
    }

    /// Reads what the buffer holds, up to the record that fills the batch.
    private mutating func scan(
        into batch: inout CSVBatch, limit: Int, columns: Int?
    ) throws(InferenceError) {
        batch.reserve(input.end - input.position)
        while input.position < input.end {
            let byte = input.buffer[input.position]
            input.position += 1
            switch (state, byte) {
            case (.fieldStart, .comma), (.unquoted, .comma), (.quoteInQuoted, .comma):
                try endField(&batch, columns: columns)
                state = .fieldStart
            case (.fieldStart, .lineFeed), (.unquoted, .lineFeed), (.quoteInQuoted, .lineFeed),
                (.carriageReturn, .lineFeed):
                line += 1
                try endRecord(&batch, columns: columns)
                if batch.rows >= limit || batch.isFull { return }
            case (.fieldStart, .carriageReturn), (.unquoted, .carriageReturn),
                (.quoteInQuoted, .carriageReturn):
                state = .carriageReturn
            case (.carriageReturn, _):
                throw malformed(line: line, "a carriage return without its line feed")
            case (_, 0):
                throw malformed(line: line, "a NUL byte")
            case (.fieldStart, .quote):
                quoteLine = line
                state = .quoted
            case (.fieldStart, _):
                batch.append(byte)
                state = .unquoted
            case (.unquoted, .quote):
                throw malformed(
                    line: line, "a quote inside of field \(batch.fields + 1), which has none around it")
            case (.unquoted, _):
                batch.append(byte)
            case (.quoted, .quote):
                state = .quoteInQuoted
            case (.quoted, _):
                if byte == .lineFeed { line += 1 }
                batch.append(byte)
            case (.quoteInQuoted, .quote):
                batch.append(byte)
                state = .quoted
            case (.quoteInQuoted, _):
                throw malformed(
                    line: line, "text after the closing quote of field \(batch.fields + 1)")
            }
        }
    }

    private func endField(_ batch: inout CSVBatch, columns: Int?) throws(InferenceError) {
        batch.endField()
        if let columns, batch.fields >= columns {
            throw malformed(
                line: recordLine, "more fields than the \(columns) that the header names")
        }
    }

    private mutating func endRecord(
        _ batch: inout CSVBatch, columns: Int?
    ) throws(InferenceError) {
        try checkRecordSize()
        batch.endField()
        if let columns, batch.fields != columns {
            let isBlank = batch.fields == 1 && state == .fieldStart
            throw malformed(
                line: recordLine,
                isBlank
                    ? "a blank line" : "\(batch.fields) fields, and the header names \(columns)")
        }
        batch.endRecord(line: recordLine)
        state = .fieldStart
        recordLine = line
        recordStart = input.bytesBefore + input.position
    }

    /// The last line may lack its end.
    private mutating func endOfFile(
        _ batch: inout CSVBatch, columns: Int?
    ) throws(InferenceError) {
        switch state {
        case .fieldStart where batch.fields == 0:
            return
        case .quoted:
            throw malformed(line: quoteLine, "a quote that is never closed")
        case .carriageReturn:
            throw malformed(line: line, "a carriage return without its line feed")
        case .fieldStart, .unquoted, .quoteInQuoted:
            try endRecord(&batch, columns: columns)
        }
    }

    private func checkRecordSize() throws(InferenceError) {
        guard input.bytesBefore + input.position - recordStart <= Self.maximumRecord else {
            throw malformed(
                line: recordLine, "a record of more than \(Self.maximumRecord) bytes")
        }
    }
}

extension UInt8 {
    static let comma = UInt8(ascii: ",")
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
