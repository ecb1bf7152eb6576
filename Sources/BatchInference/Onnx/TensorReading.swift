import COnnxRuntime

/// A tensor that the library holds, lent for reading while `Predictor` decodes it.
struct TensorReading {
    let rows: Int
    /// Elements per row.
    let width: Int
    let element: ElementType
    private let value: OpaquePointer
    private let runtime: OnnxRuntime

    /// Looks at a value; throws unless it is a tensor of that many rows.
    init(
        _ value: OpaquePointer?, rows: Int, of port: String, runtime: OnnxRuntime
    ) throws(InferenceError) {
        let what = "model output '\(port)'"
        guard let value, let shape = try TensorShape(of: value, runtime: runtime) else {
            throw .doesNotFit(
                what: what, wanted: "a tensor of numbers or strings", found: "another")
        }
        guard let count = shape.count, shape.dimensions.first == Int64(rows), rows > 0 else {
            throw .doesNotFit(
                what: what, wanted: "\(rows) rows",
                found: "\(OnnxSession.Kind.tensor(shape.element, shape: shape.dimensions))")
        }
        self.rows = rows
        self.width = count / rows
        self.element = shape.element
        self.value = value
        self.runtime = runtime
    }

    /// Copies the numbers out; throws when they are strings.
    func numbers(into numbers: inout [Double], of port: String) throws(InferenceError) {
        switch element {
        case .float: try copy(Float.self, into: &numbers) { Double($0) }
        case .double: try copy(Double.self, into: &numbers) { $0 }
        case .int32: try copy(Int32.self, into: &numbers) { Double($0) }
        case .int64: try copy(Int64.self, into: &numbers) { Double($0) }
        case .string:
            throw .doesNotFit(what: "model output '\(port)'", wanted: "numbers", found: "strings")
        }
    }

    /// Turns labels into positions in a class table; throws unless there is one per row.
    func classes(
        into classes: inout [Int], table: inout ClassTable, of port: String
    ) throws(InferenceError) {
        guard width == 1 else {
            throw .doesNotFit(
                what: "model output '\(port)'", wanted: "one label per row", found: "\(width)")
        }
        switch element {
        case .float: try copy(Float.self, into: &classes) { table.position(of: Double($0)) }
        case .double: try copy(Double.self, into: &classes) { table.position(of: $0) }
        case .int32: try copy(Int32.self, into: &classes) { table.position(of: Int64($0)) }
        case .int64: try copy(Int64.self, into: &classes) { table.position(of: $0) }
        case .string:
            classes.removeAll(keepingCapacity: true)
            for text in try strings() { classes.append(table.position(of: text)) }
        }
    }

    private func copy<Element: BitwiseCopyable, Result>(
        _: Element.Type, into results: inout [Result], _ convert: (Element) -> Result
    ) throws(InferenceError) {
        var data: UnsafeMutableRawPointer?
        try runtime.check(runtime.api.pointee.GetTensorMutableData(value, &data))
        results.removeAll(keepingCapacity: true)
        guard let data else { return }
        for index in 0..<rows * width {
            let offset = index * MemoryLayout<Element>.stride
            results.append(convert(data.load(fromByteOffset: offset, as: Element.self)))
        }
    }

    private func strings() throws(InferenceError) -> [String] {
        let count = rows * width
        var length = 0
        try runtime.check(runtime.api.pointee.GetStringTensorDataLength(value, &length))
        var bytes = [UInt8](repeating: 0, count: length)
        var offsets = [Int](repeating: 0, count: count)
        try runtime.check(
            runtime.api.pointee.GetStringTensorContent(value, &bytes, length, &offsets, count))
        return offsets.indices.map { index in
            let end = index + 1 < count ? offsets[index + 1] : length
            return String(decoding: bytes[offsets[index]..<end], as: UTF8.self)
        }
    }
}
