import SystemPackage

extension Baseline {
    /// Measures the columns of a CSV file: those named, or all that have a name, but for `excluding`.
    ///
    /// Reads the file twice: what is a number shows at the end alone. Deciles are exact, so it keeps 8
    /// bytes per row and column of numbers; of other columns it counts the first 65,536 different
    /// texts. Throws when a name is not in the header, or the file has no rows.
    package static func make(
        from csv: FilePath, columns: [String]? = nil, excluding: [String] = []
    ) throws(InferenceError) -> Baseline {
        var survey = try CSVReader(path: csv)
        let names = try chosen(columns, excluding, file: csv, header: survey.header)
        let places = names.compactMap { survey.header.firstIndex(of: $0) }
        let areNumbers = try findNumbers(&survey, in: places)
        guard survey.rows > 0 else { throw .emptyData(file: csv) }

        var reader = try CSVReader(path: csv)
        let features = try measure(&reader, zip(places, areNumbers).map { ($0, $1) })
        guard reader.sha256 == survey.sha256 else {
            throw .unreadable(file: csv, why: "it changed while it was read")
        }
        return Baseline(
            source: Source(sha256: reader.sha256, rows: reader.rows),
            features: Dictionary(uniqueKeysWithValues: zip(names, features)))
    }

    private static func chosen(
        _ columns: [String]?, _ excluding: [String], file: FilePath, header: [String]
    ) throws(InferenceError) -> [String] {
        for name in (columns ?? []) + excluding where !header.contains(name) {
            throw .missingColumn(file: file, name: name, found: header)
        }
        let wanted = Set(columns ?? header.filter { !$0.isEmpty }).subtracting(excluding)
        return header.filter { wanted.contains($0) }
    }

    /// Whether each of the columns holds numbers alone, and at least one.
    private static func findNumbers(
        _ reader: inout CSVReader, in columns: [Int]
    ) throws(InferenceError) -> [Bool] {
        var (areNumbers, areEmpty) = (columns.map { _ in true }, columns.map { _ in true })
        var batch = CSVBatch()
        while try reader.next(into: &batch, limit: 1024) > 0 {
            for (index, column) in columns.enumerated() where areNumbers[index] {
                for row in 0..<batch.rows {
                    switch batch.number(row: row, column: column) {
                    case .number: areEmpty[index] = false
                    case .malformed: areNumbers[index] = false
                    case .notANumber, nil: break
                    }
                }
            }
        }
        return zip(areNumbers, areEmpty).map { $0 && !$1 }
    }

    private static func measure(
        _ reader: inout CSVReader, _ columns: [(place: Int, isNumber: Bool)]
    ) throws(InferenceError) -> [Feature] {
        var numbers = columns.map { _ in NumberColumn() }
        var texts = columns.map { _ in TextColumn() }
        var batch = CSVBatch()
        while try reader.next(into: &batch, limit: 1024) > 0 {
            for (index, column) in columns.enumerated() {
                for row in 0..<batch.rows {
                    if column.isNumber {
                        numbers[index].add(try batch.double(row: row, column: column.place))
                    } else {
                        texts[index].add(batch.string(row: row, column: column.place))
                    }
                }
            }
        }
        return columns.indices.map { index in
            columns[index].isNumber
                ? .number(numbers[index].statistics) : .category(texts[index].statistics)
        }
    }
}

/// Gathers a column of numbers.
private struct NumberColumn {
    private var values: [Double] = []
    private var missing = 0
    private var moments = Moments()

    mutating func add(_ value: Double?) {
        guard let value else {
            missing += 1
            return
        }
        values.append(value)
        moments.add(value)
    }

    var statistics: NumberStatistics {
        let sorted = values.sorted()
        let bins = QuantileBins(sorted: sorted)
        var counts = Array(repeating: 0, count: QuantileBins.count + 1)
        for value in sorted { counts[bins.index(of: value)] += 1 }
        counts[QuantileBins.count] = missing
        let rows = Double(sorted.count + missing)
        return NumberStatistics(
            count: sorted.count, missing: missing, mean: Double?(moments.mean).finite,
            sd: moments.deviation.finite, min: sorted[0], max: sorted[sorted.count - 1],
            edges: bins.edges, shares: counts.map { Double($0) / rows })
    }
}

/// Counts a column's texts.
private struct TextColumn {
    private static let maximumDistinct = 65_536

    private var counts: [String: Int] = [:]
    private var count = 0
    private var missing = 0

    mutating func add(_ text: String) {
        guard !text.isEmpty else {
            missing += 1
            return
        }
        count += 1
        if counts.count < Self.maximumDistinct || counts[text] != nil {
            counts[text, default: 0] += 1
        }
    }

    var statistics: CategoryStatistics {
        let listed = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(CategoryStatistics.maximumListed)
        let rows = Double(count + missing)
        return CategoryStatistics(
            count: count, missing: missing,
            categories: Dictionary(
                uniqueKeysWithValues: listed.map { ($0.key, Double($0.value) / rows) }),
            other: Double(count - listed.reduce(0) { $0 + $1.value }) / rows)
    }
}
