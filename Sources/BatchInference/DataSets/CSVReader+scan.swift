extension CSVReader {
    /// Appends records to a batch until it has `limit`, is full, or the file ends.
    ///
    /// `columns` is nil for the header, which says itself how many there are.
    mutating func readRecords(
        into batch: inout CSVBatch, limit: Int, columns: Int?
    ) throws(InferenceError) {
        guard limit > 0 else { return }
        var isDone = false
        while !isDone {
            if input.position == input.end {
                try checkRecordSize()
                guard try input.refill() else {
                    return try endOfFile(&batch, columns: columns)
                }
            }
            isDone = try scan(into: &batch, limit: limit, columns: columns)
        }
    }

    /// Reads what the buffer holds; true at the end of the record that fills the batch.
    private mutating func scan(
        into batch: inout CSVBatch, limit: Int, columns: Int?
    ) throws(InferenceError) -> Bool {
        let (buffer, end) = (input.buffer, input.end)
        let text = buffer.span
        var position = input.position
        batch.reserve(end - position)
        while position < end {
            if state == .fieldStart || state == .unquoted || state == .quoted {
                let start = position
                position = batch.append(
                    from: text, at: position, end: end, isQuoted: state == .quoted)
                if position > start, state == .fieldStart { state = .unquoted }
                guard position < end else { break }
            }
            let byte = text[position]
            position += 1
            switch (state, byte) {
            case (.quoted, .quote):
                state = .quoteInQuoted
            case (.quoted, .lineFeed):
                line += 1
                batch.append(byte)
            case (.quoteInQuoted, .quote):
                batch.append(byte)
                state = .quoted
            case (_, .lineFeed):
                line += 1
                input.position = position
                try endRecord(&batch, columns: columns)
                if batch.rows >= limit || batch.isFull { return true }
            case (.carriageReturn, _):
                throw malformed(line: line, "a carriage return without its line feed")
            case (_, .comma):
                try endField(&batch, columns: columns)
                state = .fieldStart
            case (_, .carriageReturn):
                state = .carriageReturn
            case (_, 0):
                throw malformed(line: line, "a NUL byte")
            case (.fieldStart, _):
                quoteLine = line
                state = .quoted
            case (.quoteInQuoted, _):
                throw malformed(
                    line: line, "text after the closing quote of field \(batch.fields + 1)")
            case (.unquoted, _), (.quoted, _):
                throw malformed(
                    line: line,
                    "a quote inside of field \(batch.fields + 1), which has none around it")
            }
        }
        input.position = position
        return false
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
            throw malformed(
                line: recordLine,
                batch.fields == 1 && batch.bytes(cell: batch.cellCount - 1).isEmpty
                    ? "a blank line"
                    : "only \(batch.fields) of the \(columns) fields that the header names")
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
