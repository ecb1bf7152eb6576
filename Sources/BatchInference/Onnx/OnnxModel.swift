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
        let outside =
            content.graph.tensors + content.functions.flatMap { $0.node.flatMap(\.tensors) }
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
