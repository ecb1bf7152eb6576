/// Measures predicted classes against labels, row by row.
///
/// With a positive class, precision, recall and F1 are about it, and AUC sets it against the rest.
/// Without one they are the plain (macro) averages over the classes among labels and predictions, and
/// there is no AUC. Memory: a few words per class, and 8 bytes per row where scores are added.
package struct ClassificationMetrics: Sendable {
    private let positiveClass: String?
    private var classes: [String: Counts] = [:]
    private var rows = 0
    private var hits = 0
    private var curve = RankCurve()

    /// What was seen of one class.
    private struct Counts {
        var labelled = 0
        var predicted = 0
        var hits = 0

        /// 2TP / (2TP + FP + FN), the harmonic mean of precision and recall.
        var f1: Double { Double(2 * hits) / Double(labelled + predicted) }
    }

    /// Makes metrics of no rows.
    package init(positiveClass: String? = nil) {
        self.positiveClass = positiveClass.map { Self.className($0) }
    }

    /// Adds a row; one without a label is not counted.
    ///
    /// `score` is the positive class's probability, or anything that grows with it.
    package mutating func add(label: String?, prediction: String, score: Double? = nil) {
        guard let label = label.map({ Self.className($0) }), !label.isEmpty else { return }
        let prediction = Self.className(prediction)
        rows += 1
        classes[label, default: Counts()].labelled += 1
        classes[prediction, default: Counts()].predicted += 1
        if label == prediction {
            hits += 1
            classes[label, default: Counts()].hits += 1
        }
        if let score, let positiveClass {
            curve.add(score: score, isPositive: label == positiveClass)
        }
    }

    /// `accuracy` (with its interval), `precision`, `recall`, `f1` and, where scores were added, `auc`.
    package var values: [String: MetricValue] {
        var values = positiveClass.map { ofClass($0) } ?? averages
        values["accuracy"] = Proportion(hits: hits, n: rows).metric
        if curve.count > 0 { values["auc"] = MetricValue(value: curve.area, n: curve.count) }
        return values
    }

    /// The n of precision is the rows predicted as the class, that of recall those labelled as it.
    private func ofClass(_ name: String) -> [String: MetricValue] {
        let counts = classes[name] ?? Counts()
        return [
            "precision": Proportion(hits: counts.hits, n: counts.predicted).metric,
            "recall": Proportion(hits: counts.hits, n: counts.labelled).metric,
            "f1": MetricValue(value: counts.f1, n: rows),
        ]
    }

    /// A class that was never predicted has precision 0, one that never occurred recall 0, as in
    /// scikit-learn.
    private var averages: [String: MetricValue] {
        // Sorted, so that sums don't depend on the order of a dictionary.
        let all = classes.sorted { $0.key < $1.key }.map(\.value)
        func mean(_ term: (Counts) -> Double) -> MetricValue {
            let sum = all.reduce(0) { $0 + term($1) }
            return MetricValue(value: all.isEmpty ? nil : sum / Double(all.count), n: rows)
        }
        return [
            "precision": mean { Double($0.hits) / Double(max($0.predicted, 1)) },
            "recall": mean { Double($0.hits) / Double(max($0.labelled, 1)) },
            "f1": mean(\.f1),
        ]
    }

    /// A whole number's class is the same with and without `.0`, which data frames add to columns
    /// that lack a value somewhere.
    private static func className(_ text: String) -> String {
        guard text.utf8.last == UInt8(ascii: "0"), let point = text.utf8.firstIndex(of: 0x2E),
            text.utf8[text.utf8.index(after: point)...].allSatisfy({ $0 == 0x30 })
        else { return text }
        let whole = text[..<point]
        let digits = whole.utf8.first == UInt8(ascii: "-") ? whole.dropFirst() : whole
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return text
        }
        return String(whole)
    }
}
