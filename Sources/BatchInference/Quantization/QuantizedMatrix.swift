/// A matrix of 8-bit integers with one scale per column, symmetric about zero:
/// value = (integer - 128) × scale.
struct QuantizedMatrix {
    /// The integer that stands for zero.
    static let zero: UInt8 = 128

    let rows: Int
    let columns: Int
    let integers: [UInt8]
    let scales: [Float]

    /// Rounds a row-major matrix; `transposed` says that it is stored by columns.
    ///
    /// A column's largest magnitude becomes 128 ± 127, so 0 is never used. Returns nil when a value
    /// isn't finite.
    init?(_ values: [Float], rows: Int, columns: Int, transposed: Bool) {
        precondition(values.count == rows * columns)
        guard values.allSatisfy(\.isFinite) else { return nil }
        let (rowStep, columnStep) = transposed ? (1, rows) : (columns, 1)

        var largest = [Float](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let magnitude = abs(values[row * rowStep + column * columnStep])
                if magnitude > largest[column] { largest[column] = magnitude }
            }
        }
        let scales = largest.map { Self.scale(forLargest: $0) }

        integers = [UInt8](unsafeUninitializedCapacity: values.count) { buffer, count in
            var next = 0
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = values[row * rowStep + column * columnStep] / scales[column]
                    let rounded = max(-127, min(127, value.rounded(.toNearestOrEven)))
                    buffer[next] = UInt8(Float(Self.zero) + rounded)
                    next += 1
                }
            }
            count = next
        }
        self.rows = rows
        self.columns = columns
        self.scales = scales
    }

    /// A column of zeros, or of values too small to divide by 127, keeps scale 1 and becomes zeros.
    private static func scale(forLargest largest: Float) -> Float {
        let scale = largest / 127
        return scale.isNormal ? scale : 1
    }
}
