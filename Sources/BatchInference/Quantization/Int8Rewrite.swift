/// Rewrites the MatMul and Gemm nodes of an ONNX graph to compute in 8-bit integers.
///
/// Weights that are constant matrices are rounded once, with one scale per output channel.
/// Activations are measured and rounded while the model runs. `Y = A·B + C` becomes
///
///     Aq, a, z = DynamicQuantizeLinear(A)
///     Y        = Cast(MatMulInteger(Aq, Bq, z, 128)) · (a · b) + C
///
/// after https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html. Nodes without a constant
/// matrix, and everything inside subgraphs, stay as they are. The weights are stored from 1 to 255
/// about 128, and not as signed integers: of those ONNX Runtime saturates the sums on processors
/// without VNNI, so that the same model would answer otherwise there
/// (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
struct Int8Rewrite {
    /// The first operator set that has DynamicQuantizeLinear.
    private static let firstOperatorSet: Int64 = 11
    /// The longest sum of products of 8 bits that surely fits 32 bits.
    private static let longestSum = 65_536

    private var model: Onnx_ModelProto
    private let constants: [String: Onnx_TensorProto]
    private var names: Set<String>
    private var nodes: [Onnx_NodeProto] = []
    private var made: [Onnx_TensorProto] = []
    private var replaced: Set<String> = []
    private var activations: [String: Activation] = [:]
    private var weights: [Weight.Key: Weight] = [:]
    private var transposes: [String: String] = [:]
    /// The name of the integer that stands for a weight of zero.
    private var weightZero: String?

    /// The names of an activation's integers, scale and zero point.
    private struct Activation {
        let integers: String
        let scale: String
        let zeroPoint: String
    }

    /// The names of a weight's integers and scales.
    private struct Weight {
        struct Key: Hashable {
            let name: String
            let transposed: Bool
            let alpha: Float
        }
        let integers: String
        let scales: String
    }

    init(model: Onnx_ModelProto) {
        self.model = model
        constants = model.graph.constants
        names = Set(model.graph.names)
    }

    /// Returns the rewritten model; throws when there is nothing to quantize.
    mutating func perform() throws(InferenceError) -> Onnx_ModelProto {
        for node in model.graph.node {
            guard try !rewrite(node) else { continue }
            nodes.append(node)
        }
        guard !replaced.isEmpty else {
            throw .nothingToQuantize(hint: "set quantization: none")
        }
        try checkOperatorSet()
        model.graph.node = nodes
        dropUnusedWeights()
        model.graph.initializer += made
        return model
    }

    private func checkOperatorSet() throws(InferenceError) {
        let standard = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }
        let version = standard?.version ?? 1
        guard version >= Self.firstOperatorSet else {
            throw .malformedModel(
                why:
                    "int8 needs operator set \(Self.firstOperatorSet) or later, and it has \(version)"
            )
        }
    }

    private mutating func rewrite(_ node: Onnx_NodeProto) throws(InferenceError) -> Bool {
        if node.isStandard("MatMul") { return try rewriteMatMul(node) }
        if node.isStandard("Gemm") { return try rewriteGemm(node) }
        return false
    }

    private mutating func rewriteMatMul(_ node: Onnx_NodeProto) throws(InferenceError) -> Bool {
        guard node.input.count == 2, node.output.count == 1,
            let weight = try weight(node.input[1], transposed: false, alpha: 1)
        else { return false }
        multiply(node.input[0], weight, into: node.output[0])
        return true
    }

    private mutating func rewriteGemm(_ node: Onnx_NodeProto) throws(InferenceError) -> Bool {
        let alpha = node.attribute("alpha")?.f ?? 1
        let transposed = node.attribute("transB")?.i ?? 0 != 0
        guard node.input.count >= 2, node.output.count == 1, alpha.isFinite,
            let weight = try weight(node.input[1], transposed: transposed, alpha: alpha)
        else { return false }

        var input = node.input[0]
        if node.attribute("transA")?.i ?? 0 != 0 { input = transpose(input) }
        let output = node.output[0]
        guard node.input.count > 2, !node.input[2].isEmpty else {
            multiply(input, weight, into: output)
            return true
        }
        let product = fresh(output, "product")
        multiply(input, weight, into: product)
        let bias = scaled(node.input[2], by: node.attribute("beta")?.f ?? 1, for: output)
        append("Add", [product, bias], [output])
        return true
    }

    /// Appends the nodes of one multiplication.
    private mutating func multiply(_ input: String, _ weight: Weight, into output: String) {
        let activation = activation(input)
        let sums = fresh(output, "sums")
        let floats = fresh(output, "floats")
        let scale = fresh(output, "scale")
        append(
            "MatMulInteger",
            [activation.integers, weight.integers, activation.zeroPoint, zeroOfWeights()], [sums])
        append("Cast", [sums], [floats]) { cast in
            cast.attribute = [.int("to", Int64(TensorDataType.float))]
        }
        append("Mul", [activation.scale, weight.scales], [scale])
        append("Mul", [floats, scale], [output])
    }

    private mutating func zeroOfWeights() -> String {
        if let weightZero { return weightZero }
        let name = fresh("weights", "zero")
        made.append(.init(name: name, dims: [], uint8s: [QuantizedMatrix.zero]))
        weightZero = name
        return name
    }

    private mutating func activation(_ name: String) -> Activation {
        if let known = activations[name] { return known }
        let activation = Activation(
            integers: fresh(name, "integers"), scale: fresh(name, "scale"),
            zeroPoint: fresh(name, "zero"))
        append(
            "DynamicQuantizeLinear", [name],
            [activation.integers, activation.scale, activation.zeroPoint])
        activations[name] = activation
        return activation
    }

    private mutating func transpose(_ name: String) -> String {
        if let known = transposes[name] { return known }
        let transposed = fresh(name, "transposed")
        append("Transpose", [name], [transposed]) { transpose in
            transpose.attribute = [.ints("perm", [1, 0])]
        }
        transposes[name] = transposed
        return transposed
    }

    /// Rounds a constant matrix, once for all nodes that use it; nil for any other value.
    private mutating func weight(
        _ name: String, transposed: Bool, alpha: Float
    ) throws(InferenceError) -> Weight? {
        let key = Weight.Key(name: name, transposed: transposed, alpha: alpha)
        if let known = weights[key] { return known }
        guard let tensor = constants[name], tensor.dataType == TensorDataType.float,
            tensor.dims.count == 2, tensor.dims.allSatisfy({ $0 > 0 })
        else { return nil }
        let values = try tensor.floats()
        let (first, second) = (Int(tensor.dims[0]), Int(tensor.dims[1]))
        let (rows, columns) = transposed ? (second, first) : (first, second)
        guard rows <= Self.longestSum else { return nil }
        guard
            let matrix = QuantizedMatrix(
                values, rows: rows, columns: columns, transposed: transposed)
        else {
            throw .malformedModel(why: "weight '\(name)' holds a value that is not finite")
        }
        let weight = Weight(integers: fresh(name, "uint8"), scales: fresh(name, "scales"))
        made.append(.init(name: weight.integers, dims: [rows, columns], uint8s: matrix.integers))
        made.append(
            .init(name: weight.scales, dims: [columns], floats: matrix.scales.map { $0 * alpha }))
        weights[key] = weight
        replaced.insert(name)
        return weight
    }

    private mutating func scaled(_ bias: String, by beta: Float, for output: String) -> String {
        guard beta != 1 else { return bias }
        let factor = fresh(output, "beta")
        let product = fresh(output, "bias")
        made.append(.init(name: factor, dims: [], floats: [beta]))
        append("Mul", [bias, factor], [product])
        return product
    }

    /// Drops the float weights that nothing reads any more.
    private mutating func dropUnusedWeights() {
        let unused = replaced.subtracting(model.graph.valuesRead)
        model.graph.initializer.removeAll { unused.contains($0.name) }
        model.graph.valueInfo.removeAll { unused.contains($0.name) }
        model.graph.node.removeAll { node in
            node.isStandard("Constant") && node.output.count == 1 && unused.contains(node.output[0])
        }
    }

    private mutating func append(
        _ operation: String, _ inputs: [String], _ outputs: [String],
        configure: (inout Onnx_NodeProto) -> Void = { _ in }
    ) {
        var node = Onnx_NodeProto(
            operation, name: fresh(outputs[0], operation), inputs: inputs, outputs: outputs)
        configure(&node)
        nodes.append(node)
    }

    /// A name that nothing in the model has yet.
    private mutating func fresh(_ base: String, _ role: String) -> String {
        var name = "\(base)_\(role)"
        var number = 2
        while !names.insert(name).inserted {
            name = "\(base)_\(role)_\(number)"
            number += 1
        }
        return name
    }
}
