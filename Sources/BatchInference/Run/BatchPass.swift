import SystemPackage

/// The one pass over a data set: read a batch, predict, measure, write.
struct BatchPass: ~Copyable {
    private let job: InferenceJob
    private let predictor: Predictor
    /// The model in full precision, run beside a quantized one to compare them.
    private let reference: Predictor?
    private let inputs: InputTensors
    private var reader: CSVReader
    private var table: ClassTable
    private var measures: RunMeasures
    private var predictions = Predictions()
    private var expected = Predictions()
    private let clock = ContinuousClock()
    private let begun: ContinuousClock.Instant
    /// Time that went into the reference alone.
    private var overhead = Duration.zero

    /// What a pass leaves behind.
    struct Result {
        let input: InferenceReport.Input
        let output: InferenceReport.Output
        let metrics: [String: MetricValue]
    }

    /// Opens the data set and fits its columns to the model.
    init(
        _ job: InferenceJob, predictor: Predictor, reference: Predictor?
    ) throws(InferenceError) {
        let begun = ContinuousClock.now
        let reader = try CSVReader(path: job.input)
        let header = reader.header
        let features = job.features ?? header.filter { $0 != job.label && $0 != job.id }
        let session = predictor.session
        let plan = try InputPlan.fit(
            features, of: job.input, header: header, to: session.inputs, batchSize: job.batchSize)
        let inputs = try InputTensors(plan, capacity: job.batchSize, runtime: session.runtime)
        let measures = try RunMeasures(
            job, features: features, header: header, comparing: reference != nil)

        self.job = job
        self.predictor = predictor
        self.reference = reference
        self.begun = begun
        self.reader = reader
        self.inputs = inputs
        self.measures = measures
        table = ClassTable(isNumeric: predictor.hasNumericClasses)
    }

    /// Goes through the data set and writes the predictions.
    consuming func perform(
        progress: (RunProgress) -> Void
    ) throws(InferenceError) -> Result {
        var batch = CSVBatch()
        var pace = RunPace()
        guard try reader.next(into: &batch, limit: job.batchSize) > 0 else {
            throw .emptyData(file: job.input)
        }
        try predict(batch)
        var output = try PredictionTable(
            job, header: reader.header, classes: scoreNames)
        repeat {
            try output.append(predictions, of: batch, table: table)
            pace.report(rows: reader.rows, after: clock.now - begun, to: progress)
            guard try reader.next(into: &batch, limit: job.batchSize) > 0 else { break }
            try predict(batch)
        } while true

        let written = try output.finish()
        let elapsed = clock.now - begun - overhead
        pace.finish(rows: reader.rows, after: clock.now - begun, to: progress)
        return Result(
            input: .init(uri: job.input.string, sha256: reader.sha256, rows: reader.rows),
            output: .init(
                path: written.path.string, sha256: written.sha256, rows: written.rows),
            metrics: measures.values(elapsed: elapsed))
    }

    /// What the columns of scores stand for; their numbers where the model doesn't say.
    private var scoreNames: [String] {
        predictor.scoreClasses?.map { table.names[$0] }
            ?? (0..<predictions.scoreWidth).map { "\($0)" }
    }

    /// Predicts and measures one batch; what is timed is from its cells to its predictions.
    private mutating func predict(_ batch: borrowing CSVBatch) throws(InferenceError) {
        let rows = batch.rows
        let start = clock.now
        try inputs.fill(from: batch, rows: rows)
        try predictor.predict(inputs, rows: rows, into: &predictions, table: &table)
        let end = clock.now
        measures.latency.record(rows: rows, took: end - start)
        try measures.add(
            predictions, scoreClasses: predictor.scoreClasses, of: batch, table: &table)

        guard let reference else { return }
        let again = clock.now
        try reference.predict(inputs, rows: rows, into: &expected, table: &table)
        measures.compare(predictions, with: expected, table: table)
        overhead += clock.now - again
    }
}
