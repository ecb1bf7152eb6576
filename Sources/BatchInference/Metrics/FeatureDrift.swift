import Glibc

/// How one feature's rows fall into the baseline's bins.
struct FeatureDrift: Sendable {
    /// The least share of a bin.
    static let epsilon = 1e-4

    let name: String
    private let column: Int
    private let bins: Bins
    /// The baseline's share of each bin, missing values last.
    private let shares: [Double]
    /// The rows seen in each bin.
    private var counts: [Int]

    private enum Bins: Sendable {
        case quantiles(QuantileBins)
        /// The bin of each listed category; the others have the one behind them.
        case categories([String: Int])
    }

    init(name: String, column: Int, _ feature: Baseline.Feature) {
        self.name = name
        self.column = column
        switch feature {
        case .number(let number):
            bins = .quantiles(QuantileBins(edges: number.edges))
            shares = number.shares
        case .category(let category):
            let listed = category.categories.sorted { $0.key < $1.key }
            let places = listed.enumerated().map { ($1.key, $0) }
            bins = .categories(Dictionary(uniqueKeysWithValues: places))
            shares = listed.map(\.value) + [category.other, category.missingShare]
        }
        counts = shares.map { _ in 0 }
    }

    mutating func add(_ batch: borrowing CSVBatch) throws(InferenceError) {
        let missing = counts.count - 1
        switch bins {
        case .quantiles(let bins):
            for row in 0..<batch.rows {
                let value = try batch.double(row: row, column: column)
                counts[value.map { bins.index(of: $0) } ?? missing] += 1
            }
        case .categories(let places):
            for row in 0..<batch.rows {
                let text = batch.string(row: row, column: column)
                counts[text.isEmpty ? missing : places[text] ?? missing - 1] += 1
            }
        }
    }

    func psi(rows: Int) -> Double {
        zip(counts, shares).reduce(0) { sum, bin in
            let actual = max(Double(bin.0) / Double(rows), Self.epsilon)
            let expected = max(bin.1, Self.epsilon)
            return sum + (actual - expected) * log(actual / expected)
        }
    }
}
