import Foundation
import SwiftProtobuf

/// Reading and writing models as ONNX's protocol buffers.
enum OnnxGraph {
    /// Parses a model; unknown fields are kept, so that writing it again loses nothing.
    static func parse(_ model: ModelFile) throws(InferenceError) -> Onnx_ModelProto {
        let parsed: Onnx_ModelProto
        do {
            parsed = try Onnx_ModelProto(serializedBytes: model.bytes)
        } catch {
            throw .malformedModel(why: "it is not an ONNX protocol buffer (\(error))")
        }
        guard parsed.hasGraph, !parsed.graph.node.isEmpty else {
            throw .malformedModel(why: "it holds no graph")
        }
        return parsed
    }

    /// Returns a model's bytes: the same for the same model, on every machine.
    static func serialize(_ model: Onnx_ModelProto) throws(InferenceError) -> Data {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        do {
            return try model.serializedBytes(options: options)
        } catch {
            throw .malformedModel(why: "it can't be written again (\(error))")
        }
    }
}

extension Onnx_NodeProto {
    /// Tells whether this is the named operator of ONNX's own domain.
    func isStandard(_ operation: String) -> Bool {
        opType == operation && (domain.isEmpty || domain == "ai.onnx")
    }

    /// The named attribute, if there.
    func attribute(_ name: String) -> Onnx_AttributeProto? {
        attribute.first { $0.name == name }
    }

    /// Makes a node of ONNX's own domain.
    init(_ operation: String, name: String, inputs: [String], outputs: [String]) {
        self.init()
        opType = operation
        self.name = name
        input = inputs
        output = outputs
    }

    /// Every value this node reads, those read inside its subgraphs included.
    var valuesRead: [String] {
        input + attribute.flatMap { ($0.hasG ? [$0.g] : []) + $0.graphs }.flatMap(\.valuesRead)
    }
}

extension Onnx_GraphProto {
    /// Every value the graph's nodes and outputs read.
    var valuesRead: [String] {
        node.flatMap(\.valuesRead) + output.map(\.name)
    }
}
