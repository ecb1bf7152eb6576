/// Ten bins between the nine inner deciles of some numbers.
///
/// Bin i holds the numbers above edge i - 1 up to and including edge i. Where several edges are equal,
/// as with a frequent number, that number has the bin between the first two of them to itself, so that
/// a move away from it shows in either direction; the other bins between them stay empty.
struct QuantileBins {
    static let count = 10

    let edges: [Double]

    init(edges: [Double]) {
        self.edges = edges
    }

    /// The deciles of numbers in ascending order, at least one; between two ranks they are
    /// interpolated (type 7 of R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, The
    /// American Statistician 50 (1996), NumPy's default).
    init(sorted: [Double]) {
        edges = (1..<Self.count).map { decile in
            let place = (sorted.count - 1) * decile
            let (rank, rest) = (place / Self.count, place % Self.count)
            let (low, high) = (sorted[rank], sorted[min(rank + 1, sorted.count - 1)])
            let weight = Double(rest) / Double(Self.count)
            // Weighting each end can't overflow, unlike their difference, yet it isn't exact for
            // equal ones.
            return low == high || rest == 0 ? low : low * (1 - weight) + high * weight
        }
    }

    /// The bin of a number, from 0.
    func index(of number: Double) -> Int {
        var (below, equal) = (0, 0)
        for edge in edges {
            if edge < number { below += 1 } else if edge == number { equal += 1 }
        }
        return equal > 1 ? below + 1 : below
    }
}
