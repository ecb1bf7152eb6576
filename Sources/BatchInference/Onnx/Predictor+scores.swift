import Foundation

/// Models that give scores and no labels, as neural networks exported from PyTorch do.
extension Predictor {
    /// Turns scores into probabilities unless the graph ends in Softmax or Sigmoid; one score per
    /// row becomes the two of classes 0 and 1.
    func activate(predictions: inout Predictions) {
        if predictions.scoreWidth == 1 {
            predictions.scores = predictions.scores.flatMap { score in
                let positive = areProbabilities ? score : 1 / (1 + exp(-score))
                return [1 - positive, positive]
            }
            predictions.scoreWidth = 2
        } else if !areProbabilities {
            softmax(&predictions)
        }
    }

    private func softmax(_ predictions: inout Predictions) {
        let width = predictions.scoreWidth
        for start in stride(from: 0, to: predictions.scores.count, by: width) {
            let row = start..<start + width
            let largest = predictions.scores[row].max() ?? 0
            for index in row {
                predictions.scores[index] = exp(predictions.scores[index] - largest)
            }
            let sum = predictions.scores[row].reduce(0, +)
            for index in row { predictions.scores[index] /= sum }
        }
    }

    /// Chooses the class with the highest score, the first of equals.
    func pickHighest(_ predictions: inout Predictions) {
        let width = predictions.scoreWidth
        let classes = scoreClasses ?? []
        predictions.classes.removeAll(keepingCapacity: true)
        for row in 0..<predictions.rows {
            var best = 0
            for column in 1..<width
            where predictions.score(row: row, column: column)
                > predictions.score(row: row, column: best)
            {
                best = column
            }
            predictions.classes.append(classes[best])
        }
    }
}
