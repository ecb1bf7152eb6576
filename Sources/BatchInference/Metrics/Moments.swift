/// Count, mean and squared deviations of a stream of numbers.
///
/// B. P. Welford, Note on a Method for Calculating Corrected Sums of Squares and Products,
/// Technometrics 4 (1962).
struct Moments: Sendable {
    private(set) var count = 0
    private(set) var mean = 0.0
    /// Σ(x - mean)².
    private(set) var squares = 0.0

    mutating func add(_ number: Double) {
        count += 1
        let before = number - mean
        mean += before / Double(count)
        squares += before * (number - mean)
    }

    /// The sample's standard deviation (n - 1); nil for fewer than two numbers.
    var deviation: Double? {
        count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
    }
}
