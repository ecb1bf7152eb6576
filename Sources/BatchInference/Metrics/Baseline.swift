/// What a data set's columns look like: what later data is compared with.
///
/// As JSON, a feature of numbers is `{type, count, missing, mean, sd, min, max, edges, shares}` and
/// one of categories `{type, count, missing, categories, other}`.
package struct Baseline: Hashable, Sendable {
    /// The data set the statistics are about.
    package let source: Source
    /// Statistics by the column's name.
    package let features: [String: Feature]

    /// A data set's digest in lower-case hexadecimal, and its rows.
    package struct Source: Hashable, Sendable {
        package let sha256: String
        package let rows: Int
    }

    /// A column's statistics.
    package enum Feature: Hashable, Sendable {
        case number(NumberStatistics)
        case category(CategoryStatistics)
    }
}

/// Statistics of a column in which every cell that isn't empty is a number.
package struct NumberStatistics: Hashable, Sendable {
    /// The rows with a value.
    package let count: Int
    /// The rows without.
    package let missing: Int
    /// Nil where the numbers are too large for it, as is `sd`.
    package let mean: Double?
    /// The sample's standard deviation (n - 1), nil for a single number.
    package let sd: Double?
    package let min: Double
    package let max: Double
    /// The nine deciles within, ascending; equal ones where a number is frequent.
    package let edges: [Double]
    /// The shares of all rows in the ten bins between the edges, then of those without a value.
    package let shares: [Double]
}

/// Statistics of any other column.
package struct CategoryStatistics: Hashable, Sendable {
    /// How many texts are listed.
    package static let maximumListed = 50

    /// The rows with a text.
    package let count: Int
    /// The rows without.
    package let missing: Int
    /// The share of all rows with each of the most frequent texts.
    package let categories: [String: Double]
    /// The share of all rows with a text that isn't listed.
    package let other: Double

    /// The share of all rows without a text.
    var missingShare: Double { Double(missing) / Double(count + missing) }
}
