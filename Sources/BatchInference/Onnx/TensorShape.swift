import COnnxRuntime

/// A tensor's element type and dimensions.
struct TensorShape {
    let element: ElementType
    let dimensions: [Int64]

    /// Reads a description that the library lends; nil for an element type Signet doesn't know.
    init?(_ info: OpaquePointer, runtime: OnnxRuntime) throws(InferenceError) {
        var type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED
        try runtime.check(runtime.api.pointee.GetTensorElementType(info, &type))
        guard let element = ElementType(type) else { return nil }
        var rank = 0
        try runtime.check(runtime.api.pointee.GetDimensionsCount(info, &rank))
        var dimensions = [Int64](repeating: 0, count: rank)
        try runtime.check(runtime.api.pointee.GetDimensions(info, &dimensions, rank))
        self.element = element
        self.dimensions = dimensions
    }

    /// Reads the type and the dimensions of a tensor.
    init?(of value: OpaquePointer, runtime: OnnxRuntime) throws(InferenceError) {
        let info = try runtime.create { runtime.api.pointee.GetTensorTypeAndShape(value, &$0) }
        defer { runtime.api.pointee.ReleaseTensorTypeAndShapeInfo(info) }
        try self.init(info, runtime: runtime)
    }

    /// The number of elements; nil when it overflows.
    var count: Int? {
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
            guard !overflow, dimension >= 0 else { return nil }
            count = product
        }
        return count
    }
}
