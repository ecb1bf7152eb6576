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

/// What a graph holds, for those who rewrite it.
extension Onnx_GraphProto {
    /// The tensors that can't change: initializers that aren't inputs, and Constant nodes.
    var constants: [String: Onnx_TensorProto] {
        let inputs = Set(input.map(\.name))
        var constants: [String: Onnx_TensorProto] = [:]
        for tensor in initializer where !inputs.contains(tensor.name) {
            constants[tensor.name] = tensor
        }
        for node in node where node.isStandard("Constant") {
            guard let name = node.output.first, let value = node.attribute("value"), value.hasT
            else { continue }
            constants[name] = value.t
        }
        return constants
    }

    /// Every name that the graph and the graphs inside of it use for a value or a node.
    var names: [String] {
        let values = input.map(\.name) + output.map(\.name) + initializer.map(\.name)
        return values
            + node.flatMap { $0.input + $0.output + [$0.name] + $0.subgraphs.flatMap(\.names) }
    }

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

extension Onnx_AttributeProto {
    /// An attribute that holds an integer.
    static func int(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.type = 2
        attribute.i = value
        return attribute
    }

    /// An attribute that holds a list of integers.
    static func ints(_ name: String, _ values: [Int64]) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.type = 7
        attribute.ints = values
        return attribute
    }
}
