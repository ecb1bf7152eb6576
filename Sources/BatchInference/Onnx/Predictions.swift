/// What a model answered for one batch, in room that is used again for the next.
struct Predictions {
    var rows = 0
    /// Classification: each row's class, as a position in the class table.
    var classes: [Int] = []
    /// Classification: `rows × scoreWidth` probabilities, row by row; empty when the model has none.
    var scores: [Double] = []
    var scoreWidth = 0
    /// Whether the model answered in 32-bit floats.
    var isSinglePrecision = false
    /// Regression: each row's number.
    var numbers: [Double] = []

    /// The score of one row in one column.
    func score(row: Int, column: Int) -> Double { scores[row * scoreWidth + column] }
}
