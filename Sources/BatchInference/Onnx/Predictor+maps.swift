import COnnxRuntime

/// Probabilities as ZipMap gives them: a map from class to probability for every row.
extension Predictor {
    /// Reads the maps of one batch; all have the keys of the first.
    func readMaps(
        _ sequence: OpaquePointer?, _ port: String, _ rows: Int,
        _ predictions: inout Predictions, _ table: inout ClassTable
    ) throws(InferenceError) {
        let runtime = session.runtime
        var count = 0
        try runtime.check(runtime.api.pointee.GetValueCount(sequence, &count))
        guard count == rows else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "\(rows) maps", found: "\(count)")
        }
        predictions.scores.removeAll(keepingCapacity: true)
        for row in 0..<rows {
            let map = try element(row, of: sequence)
            defer { runtime.api.pointee.ReleaseValue(map) }
            if scoreClasses == nil {
                scoreClasses = try keys(of: map, port, &table)
            }
            let values = try element(1, of: map)
            defer { runtime.api.pointee.ReleaseValue(values) }
            try append(values, port, to: &predictions)
        }
        predictions.scoreWidth = scoreClasses?.count ?? 0
    }

    private func element(
        _ index: Int, of container: OpaquePointer?
    ) throws(InferenceError) -> OpaquePointer {
        let api = session.runtime.api
        var allocator: UnsafeMutablePointer<OrtAllocator>?
        try session.runtime.check(api.pointee.GetAllocatorWithDefaultOptions(&allocator))
        return try session.runtime.create {
            api.pointee.GetValue(container, Int32(index), allocator, &$0)
        }
    }

    private func keys(
        of map: OpaquePointer, _ port: String, _ table: inout ClassTable
    ) throws(InferenceError) -> [Int] {
        let keys = try element(0, of: map)
        defer { session.runtime.api.pointee.ReleaseValue(keys) }
        guard let shape = try TensorShape(of: keys, runtime: session.runtime),
            let count = shape.count, count > 0
        else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "maps from class to probability",
                found: "an empty map")
        }
        var positions: [Int] = []
        try tensor(keys, port, count).classes(into: &positions, table: &table, of: port)
        return positions
    }

    private func append(
        _ values: OpaquePointer, _ port: String, to predictions: inout Predictions
    ) throws(InferenceError) {
        let width = scoreClasses?.count ?? 0
        let probabilities = try tensor(values, port, width)
        var numbers: [Double] = []
        try probabilities.numbers(into: &numbers, of: port)
        predictions.isSinglePrecision = probabilities.element == .float
        guard numbers.count == width else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "\(width) probabilities",
                found: "\(numbers.count)")
        }
        predictions.scores += numbers
    }
}
