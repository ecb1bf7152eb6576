/// A share of rows, with Wilson's 95 % score interval.
///
/// E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).
struct Proportion {
    let hits: Int
    let n: Int

    /// The 97.5 % quantile of the normal distribution.
    private static let z = 1.959963984540054

    /// The share with n and its interval; without a row there is no value.
    var metric: MetricValue {
        guard n > 0 else { return MetricValue(value: nil, n: 0) }
        let (count, share) = (Double(n), Double(hits) / Double(n))
        let square = Self.z * Self.z
        let center = (share + square / (2 * count)) / (1 + square / count)
        let spread =
            Self.z / (1 + square / count)
            * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return MetricValue(
            value: share, n: n, low: hits == 0 ? 0 : center - spread,
            high: hits == n ? 1 : center + spread)
    }
}
