/// Compares two models' predictions for the same rows, quantized and full precision for instance.
package struct AgreementMetrics: Sendable {
    private var classes = 0
    private var equal = 0
    private var numbers = 0
    private var sum = 0.0
    private var largest = 0.0

    /// Makes metrics of no rows.
    package init() {}

    /// Adds a row's two classes.
    package mutating func add(_ first: String, _ second: String) {
        classes += 1
        if first == second { equal += 1 }
    }

    /// Adds a row's two numbers; both NaN, or equal infinities, differ by 0.
    package mutating func add(_ first: Double, _ second: Double) {
        numbers += 1
        let isSame = first == second || (first.isNaN && second.isNaN)
        let difference = isSame ? 0 : abs(first - second)
        sum += difference
        // `max` would lose a NaN that comes first.
        if difference > largest || difference.isNaN { largest = difference }
    }

    /// `agreement`, the share of equal classes with its interval; `agreement_max_difference` and
    /// `agreement_mean_difference` of numbers, absolute; what was not added is left out.
    package var values: [String: MetricValue] {
        var values: [String: MetricValue] = [:]
        if classes > 0 { values["agreement"] = Proportion(hits: equal, n: classes).metric }
        if numbers > 0 {
            values["agreement_max_difference"] = MetricValue(value: largest, n: numbers)
            values["agreement_mean_difference"] = MetricValue(
                value: sum / Double(numbers), n: numbers)
        }
        return values
    }
}
