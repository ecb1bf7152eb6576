import COnnxRuntime

/// The element types of tensors that data sets are turned into and predictions are read from.
enum ElementType: String {
    case float, double, int32, int64, string

    init?(_ type: ONNXTensorElementDataType) {
        switch type {
        case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT: self = .float
        case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE: self = .double
        case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32: self = .int32
        case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64: self = .int64
        case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING: self = .string
        default: return nil
        }
    }

    var onnx: ONNXTensorElementDataType {
        switch self {
        case .float: ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
        case .double: ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE
        case .int32: ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32
        case .int64: ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64
        case .string: ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING
        }
    }

    /// Bytes of one element; nil where elements vary in size.
    var size: Int? {
        switch self {
        case .float, .int32: 4
        case .double, .int64: 8
        case .string: nil
        }
    }
}
