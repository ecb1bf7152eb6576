import Foundation
import SwiftProtobuf

/// A model in one file, read as the protocol buffer that it is.
struct OnnxModel {
    let file: ModelFile
    /// The model's content; unknown fields are kept, so that writing it again loses nothing.
    let content: Onnx_ModelProto

    /// Parses a model; throws when it isn't one, or keeps weights in other files.
    init(_ file: ModelFile) throws(InferenceError) {
        do {
            content = try Onnx_ModelProto(serializedBytes: file.bytes)
        } catch {
            throw .malformedModel(why: "it is not an ONNX protocol buffer (\(error))")
        }
        guard content.hasGraph, !content.graph.node.isEmpty else {
            throw .malformedModel(why: "it holds no graph")
        }
        let outside = content.graph.tensors + content.functions.flatMap { $0.node.flatMap(\.tensors) }
        if let tensor = outside.first(where: { $0.dataLocation != 0 }) {
            throw .malformedModel(why: "weight '\(tensor.name)' is kept in another file")
        }
        self.file = file
    }

    /// Writes a model: the same bytes for the same content, on every machine.
    init(writing content: Onnx_ModelProto) throws(InferenceError) {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        do {
            file = ModelFile(bytes: try content.serializedBytes(options: options))
        } catch {
            throw .malformedModel(why: "it can't be written again (\(error))")
        }
        self.content = content
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

    /// The graphs inside of this node: the branches of an If, the body of a Loop.
    var subgraphs: [Onnx_GraphProto] {
        attribute.flatMap { ($0.hasG ? [$0.g] : []) + $0.graphs }
    }

    /// Every value this node reads, those read inside its subgraphs included.
    var valuesRead: [String] {
        input + subgraphs.flatMap(\.valuesRead)
    }

    /// Every tensor among this node's attributes and inside its subgraphs.
    var tensors: [Onnx_TensorProto] {
        attribute.flatMap { attribute in
            (attribute.hasT ? [attribute.t] : []) + attribute.tensors
                + ((attribute.hasSparseTensor ? [attribute.sparseTensor] : [])
                    + attribute.sparseTensors).flatMap { [$0.values, $0.indices] }
        } + subgraphs.flatMap(\.tensors)
    }
}

extension Onnx_GraphProto {
    /// Every value the graph's nodes and outputs read.
    var valuesRead: [String] {
        node.flatMap(\.valuesRead) + output.map(\.name)
    }

    /// Every tensor the graph holds.
    var tensors: [Onnx_TensorProto] {
        initializer + sparseInitializer.flatMap { [$0.values, $0.indices] }
            + node.flatMap(\.tensors)
    }
}
