import Foundation

/// Finds the names of a classifier's classes in its graph, in the order of its probabilities.
enum ModelClasses {
    /// Looks where scikit-learn's and other exporters put them: the attributes of `ai.onnx.ml`
    /// classifiers and ZipMap, or the constant that an ArrayFeatureExtractor picks labels from.
    ///
    /// Returns nil when the graph names no list of that many classes.
    static func find(in model: Onnx_ModelProto, count: Int) -> [String]? {
        let constants = Dictionary(
            model.graph.initializer.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for node in model.graph.node.reversed() {
            let found = attributes(of: node) ?? extracted(by: node, from: constants)
            if let found, found.count == count { return found }
        }
        return nil
    }

    private static func attributes(of node: Onnx_NodeProto) -> [String]? {
        guard node.domain == "ai.onnx.ml" else { return nil }
        for attribute in node.attribute where attribute.name.hasPrefix("classlabels_") {
            if !attribute.strings.isEmpty {
                return attribute.strings.map { String(decoding: $0, as: UTF8.self) }
            }
            if !attribute.ints.isEmpty { return attribute.ints.map { String($0) } }
        }
        return nil
    }

    private static func extracted(
        by node: Onnx_NodeProto, from constants: [String: Onnx_TensorProto]
    ) -> [String]? {
        guard node.opType == "ArrayFeatureExtractor", let source = node.input.first,
            let tensor = constants[source]
        else { return nil }
        switch tensor.dataType {
        case TensorDataType.string:
            return tensor.stringData.map { String(decoding: $0, as: UTF8.self) }
        case TensorDataType.int64 where tensor.hasRawData:
            return integers(Int64.self, in: tensor.rawData).map { String($0) }
        case TensorDataType.int64:
            return tensor.int64Data.map { String($0) }
        case TensorDataType.int32 where tensor.hasRawData:
            return integers(Int32.self, in: tensor.rawData).map { String($0) }
        case TensorDataType.int32:
            return tensor.int32Data.map { String($0) }
        default:
            return nil
        }
    }

    private static func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
        _: Integer.Type, in data: Data
    ) -> [Integer] {
        data.withUnsafeBytes { bytes in
            stride(
                from: 0, to: bytes.count - MemoryLayout<Integer>.size + 1,
                by: MemoryLayout<Integer>.size
            ).map { offset in
                Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
            }
        }
    }
}
