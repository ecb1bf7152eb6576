import Foundation

/// The element types of ONNX's `TensorProto.DataType` that are read or written.
enum TensorDataType {
    static let float: Int32 = 1
    static let uint8: Int32 = 2
    static let int32: Int32 = 6
    static let int64: Int32 = 7
    static let string: Int32 = 8
}

extension Onnx_TensorProto {
    /// Makes a tensor of floats.
    init(name: String, dims: [Int], floats: [Float]) {
        self.init()
        self.name = name
        self.dims = dims.map(Int64.init)
        dataType = TensorDataType.float
        rawData = floats.reduce(into: Data(capacity: floats.count * 4)) { data, value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    /// Makes a tensor of 8-bit integers from 0.
    init(name: String, dims: [Int], uint8s: [UInt8]) {
        self.init()
        self.name = name
        self.dims = dims.map(Int64.init)
        dataType = TensorDataType.uint8
        rawData = Data(uint8s)
    }

    /// The floats of a tensor; throws when they don't fill its dimensions.
    func floats() throws(InferenceError) -> [Float] {
        var count = 1
        for dimension in dims {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
            guard !overflow, dimension >= 0 else {
                throw .malformedModel(why: "weight '\(name)' has impossible dimensions")
            }
            count = product
        }
        guard hasRawData else {
            guard floatData.count == count else { throw wrongSize }
            return floatData
        }
        guard rawData.count % 4 == 0, rawData.count / 4 == count else { throw wrongSize }
        return rawData.withUnsafeBytes { bytes in
            (0..<count).map { index in
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: index * 4, as: UInt32.self)))
            }
        }
    }

    private var wrongSize: InferenceError {
        .malformedModel(why: "the data of weight '\(name)' don't fill its dimensions")
    }
}
