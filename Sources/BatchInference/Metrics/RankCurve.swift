/// The area under the ROC curve: the chance that a positive row scores above a negative one, ties
/// counting one half (the Mann–Whitney statistic over the number of pairs).
///
/// J. A. Hanley and B. J. McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143
/// (1982). Keeps 8 bytes per row.
struct RankCurve: Sendable {
    private var positive: [Double] = []
    private var negative: [Double] = []

    var count: Int { positive.count + negative.count }

    mutating func add(score: Double, isPositive: Bool) {
        if isPositive { positive.append(score) } else { negative.append(score) }
    }

    /// Nil when there is but one class, or a score that is NaN, which has no rank.
    var area: Double? {
        guard !positive.isEmpty, !negative.isEmpty,
            !positive.contains(where: \.isNaN), !negative.contains(where: \.isNaN)
        else { return nil }
        let (above, others) = (positive.sorted(), negative.sorted())
        var (below, notAbove) = (0, 0)
        var wins = 0.0
        for score in above {
            while below < others.count, others[below] < score { below += 1 }
            while notAbove < others.count, others[notAbove] <= score { notAbove += 1 }
            wins += Double(below) + Double(notAbove - below) / 2
        }
        return wins / (Double(above.count) * Double(others.count))
    }
}
