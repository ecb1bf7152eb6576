import SystemPackage

/// The metrics of one run, gathered batch by batch.
struct RunMeasures {
    var latency = LatencyRecorder()
    private let job: InferenceJob
    private let labelColumn: Int?
    private var classification: ClassificationMetrics?
    private var regression = RegressionMetrics()
    private var agreement: AgreementMetrics?
    private var drift: DriftMeter?
    /// The column of scores that belongs to the positive class.
    private var positiveColumn: Int?

    /// Prepares for a data set with that header; reads the baseline where the job names one.
    init(
        _ job: InferenceJob, features: [String], header: [String], comparing: Bool
    ) throws(InferenceError) {
        self.job = job
        labelColumn = try job.label.map { (label) throws(InferenceError) in
            guard let column = header.firstIndex(of: label) else {
                throw .missingColumn(file: job.input, name: label, found: header)
            }
            return column
        }
        agreement = comparing ? AgreementMetrics() : nil
        drift = try job.baseline.map { (file) throws(InferenceError) in
            try DriftMeter(
                baseline: try Baseline.read(file), features: features, header: header,
                file: job.input)
        }
    }

    /// Adds a batch's predictions.
    mutating func add(
        _ predictions: Predictions, scoreClasses: [Int]?, of batch: borrowing CSVBatch,
        table: inout ClassTable
    ) throws(InferenceError) {
        try drift?.add(batch)
        guard let labelColumn else { return }
        switch job.task {
        case .regression:
            for row in 0..<predictions.rows {
                regression.add(
                    label: try batch.double(row: row, column: labelColumn),
                    prediction: predictions.numbers[row])
            }
        case .classification:
            if classification == nil { classification = try start(scoreClasses, &table) }
            for row in 0..<predictions.rows {
                let label = try label(of: batch, row: row, column: labelColumn, table: &table)
                classification?.add(
                    label: label.map { table.names[$0] },
                    prediction: table.names[predictions.classes[row]],
                    score: positiveColumn.map { predictions.score(row: row, column: $0) })
            }
        }
    }

    /// Compares a batch's predictions with those of the model in full precision.
    mutating func compare(
        _ predictions: Predictions, with expected: Predictions, table: ClassTable
    ) {
        for row in 0..<predictions.rows {
            switch job.task {
            case .regression:
                agreement?.add(predictions.numbers[row], expected.numbers[row])
            case .classification:
                agreement?.add(
                    table.names[predictions.classes[row]], table.names[expected.classes[row]])
            }
        }
    }

    /// Everything measured, over a pass that took `elapsed`.
    func values(elapsed: Duration) -> [String: MetricValue] {
        var values = latency.values(elapsed: elapsed)
        func add(_ more: [String: MetricValue]) { values.merge(more) { first, _ in first } }
        if let classification { add(classification.values) }
        if job.task == .regression, labelColumn != nil { add(regression.values) }
        if let agreement { add(agreement.values) }
        if let drift { add(drift.values) }
        return values
    }

    /// Begins to measure classes once they are known: of two, the second is the positive one unless
    /// the job says otherwise.
    private mutating func start(
        _ scoreClasses: [Int]?, _ table: inout ClassTable
    ) throws(InferenceError) -> ClassificationMetrics {
        var positive: Int?
        if let name = job.positiveClass {
            positive = table.position(ofText: name)
            guard let positive, scoreClasses?.contains(positive) ?? true else {
                let known = scoreClasses?.map { table.names[$0] } ?? ["a number"]
                throw .doesNotFit(
                    what: "positiveClass", wanted: "one of \(known.joined(separator: ", "))",
                    found: name)
            }
        } else if let scoreClasses, scoreClasses.count == 2 {
            positive = scoreClasses[1]
        }
        positiveColumn = positive.flatMap { scoreClasses?.firstIndex(of: $0) }
        return ClassificationMetrics(positiveClass: positive.map { table.names[$0] })
    }

    /// A row's label as a class; nil where there is none.
    private func label(
        of batch: borrowing CSVBatch, row: Int, column: Int, table: inout ClassTable
    ) throws(InferenceError) -> Int? {
        guard !batch.isMissing(row: row, column: column) else { return nil }
        let text = batch.string(row: row, column: column)
        guard table.isNumeric else { return table.position(of: text) }
        if let integer = Int64(text) { return table.position(of: integer) }
        return try batch.double(row: row, column: column).map { table.position(of: $0) }
    }
}
