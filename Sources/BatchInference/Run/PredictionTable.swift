import SystemPackage

/// The CSV file of a run's predictions: a row's id (or its number, from 1), the prediction, and a
/// probability for each class.
struct PredictionTable: ~Copyable {
    private var writer: CSVWriter
    private let idColumn: Int?
    private let task: InferenceTask
    private var row = 0

    /// Opens the file; `classes` are what the columns of scores stand for.
    init(
        _ job: InferenceJob, header: [String], classes: [String]
    ) throws(InferenceError) {
        let idColumn = try job.id.map { (id) throws(InferenceError) in
            guard let column = header.firstIndex(of: id) else {
                throw .missingColumn(file: job.input, name: id, found: header)
            }
            return column
        }
        // A column called as the prediction is would make the file unreadable.
        let id = job.id == "prediction" ? "id" : job.id ?? "row"
        let writer = try CSVWriter(
            path: job.output, header: [id, "prediction"] + classes.map { "probability_\($0)" })
        self.writer = writer
        self.idColumn = idColumn
        task = job.task
    }

    /// Writes a batch's predictions.
    mutating func append(
        _ predictions: Predictions, of batch: borrowing CSVBatch, table: ClassTable
    ) throws(InferenceError) {
        for index in 0..<predictions.rows {
            row += 1
            if let idColumn {
                writer.field(bytes: batch.bytes(row: index, column: idColumn))
            } else {
                writer.field(row)
            }
            switch task {
            case .classification: writer.field(table.names[predictions.classes[index]])
            case .regression: write(predictions.numbers[index], predictions)
            }
            for column in 0..<predictions.scoreWidth {
                write(predictions.score(row: index, column: column), predictions)
            }
            try writer.endRow()
        }
    }

    /// Makes the file durable and gives it its name.
    consuming func finish() throws(InferenceError) -> CSVWriter.Written {
        try writer.finish()
    }

    /// Single-precision answers are written in the digits that single precision has.
    private mutating func write(_ number: Double, _ predictions: Predictions) {
        if predictions.isSinglePrecision {
            writer.field(Float(number))
        } else {
            writer.field(number)
        }
    }
}
