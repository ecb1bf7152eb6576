import SystemPackage

/// Measures how far data has drifted from a baseline: the population stability index per feature.
///
/// PSI = Σ (aᵢ - bᵢ) · ln(aᵢ / bᵢ) over bins i, a the share of the data and b that of the baseline, each
/// at least ε = 10⁻⁴ (N. Siddiqi, Credit Risk Scorecards, 2006; the same as Jeffreys' divergence). The
/// bins are the baseline's ten between its deciles, or its listed categories and all others; in both
/// cases one more holds the missing values. Read commonly: below 0.1 stable, above 0.25 a clear shift.
package struct DriftMeter: Sendable {
    private var features: [FeatureDrift] = []
    /// The features that the baseline doesn't have.
    private var unknown: [String] = []
    private var rows = 0

    /// Prepares to measure columns of the data set in `file`; throws when its header lacks one.
    package init(
        baseline: Baseline, features names: [String], header: [String], file: FilePath
    ) throws(InferenceError) {
        for name in names {
            guard let column = header.firstIndex(of: name) else {
                throw .missingColumn(file: file, name: name, found: header)
            }
            guard let feature = baseline.features[name] else {
                unknown.append(name)
                continue
            }
            features.append(FeatureDrift(name: name, column: column, feature))
        }
    }

    /// Counts a batch's rows; throws where a column of numbers holds something else.
    package mutating func add(_ batch: borrowing CSVBatch) throws(InferenceError) {
        rows += batch.rows
        for index in features.indices {
            try features[index].add(batch)
        }
    }

    /// The index of each feature that the baseline has; none before there is a row.
    package func psi() -> [String: Double] {
        guard rows > 0 else { return [:] }
        return Dictionary(
            features.map { ($0.name, $0.psi(rows: rows)) }, uniquingKeysWith: { first, _ in first })
    }

    /// `psi.<feature>` for each, and `psi.max`.
    ///
    /// What the baseline lacks has no value, and then there is no maximum either: a gate on it fails.
    package var values: [String: MetricValue] {
        let psi = psi()
        var values: [String: MetricValue] = [:]
        for name in features.map(\.name) + unknown {
            values["psi.\(name)"] = MetricValue(value: psi[name], n: rows)
        }
        values["psi.max"] = MetricValue(value: unknown.isEmpty ? psi.values.max() : nil, n: rows)
        return values
    }
}
