import SystemPackage

/// Which columns of a data set go into one input of a model, and as what.
struct InputPlan {
    let type: ElementType
    /// Positions in the data set's header.
    let columns: [Int]
    /// Whether the tensor is `[rows]` instead of `[rows, columns]`.
    let isFlat: Bool

    /// Fits features to a model's inputs.
    ///
    /// A model takes either one tensor `[rows, features]`, columns in the order of the features, or
    /// one tensor `[rows, 1]` or `[rows]` per feature, found by its name. Throws when they don't fit.
    static func fit(
        _ features: [String], of file: FilePath, header: [String], to inputs: [OnnxSession.Port],
        batchSize: Int
    ) throws(InferenceError) -> [InputPlan] {
        var columns: [String: Int] = [:]
        for feature in features {
            guard let column = header.firstIndex(of: feature) else {
                throw .missingColumn(file: file, name: feature, found: header)
            }
            guard columns.updateValue(column, forKey: feature) == nil else {
                throw .doesNotFit(
                    what: "features", wanted: "each named once", found: "'\(feature)' twice")
            }
        }
        if inputs.count == 1 {
            let all = features.compactMap { columns[$0] }
            return [try fit(inputs[0], columns: all, of: file, batchSize: batchSize)]
        }
        return try fitByName(inputs, columns: columns, of: file, batchSize: batchSize)
    }

    private static func fitByName(
        _ inputs: [OnnxSession.Port], columns: [String: Int], of file: FilePath, batchSize: Int
    ) throws(InferenceError) -> [InputPlan] {
        var plan: [InputPlan] = []
        for input in inputs {
            guard let column = columns[input.name] else {
                throw .doesNotFit(
                    what: "model input '\(input.name)'", wanted: "a feature of that name",
                    found: columns.keys.sorted().joined(separator: ", "))
            }
            plan.append(try fit(input, columns: [column], of: file, batchSize: batchSize))
        }
        guard plan.count == columns.count else {
            let names = Set(inputs.map(\.name))
            throw .doesNotFit(
                what: "features", wanted: inputs.map(\.name).joined(separator: ", "),
                found: "also "
                    + columns.keys.filter { !names.contains($0) }.sorted()
                    .joined(separator: ", "))
        }
        return plan
    }

    private static func fit(
        _ input: OnnxSession.Port, columns: [Int], of file: FilePath, batchSize: Int
    ) throws(InferenceError) -> InputPlan {
        let what = "model input '\(input.name)'"
        guard case .tensor(let type, let shape) = input.kind, (1...2).contains(shape.count) else {
            throw .doesNotFit(
                what: what, wanted: "a tensor of one or two dimensions for a table",
                found: input.kind.description)
        }
        let width = shape.count == 2 ? shape[1] : 1
        guard width == -1 || width == Int64(columns.count) else {
            throw .doesNotFit(
                what: what, wanted: "\(width) feature\(width == 1 ? "" : "s")",
                found: "\(columns.count) in \(file.lastComponent?.string ?? file.string)")
        }
        guard shape[0] == -1 || (shape[0] == 1 && batchSize == 1) else {
            throw .doesNotFit(
                what: "\(what), made for \(shape[0]) row\(shape[0] == 1 ? "" : "s") at a time",
                wanted: shape[0] == 1
                    ? "batchSize 1, or a model exported with a free first dimension"
                    : "a model exported with a free first dimension",
                found: "batchSize \(batchSize)")
        }
        return InputPlan(type: type, columns: columns, isFlat: shape.count == 1)
    }
}

extension OnnxSession.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .tensor(let type, let shape):
            "\(type.rawValue) tensor [\(shape.map { $0 < 0 ? "any" : "\($0)" }.joined(separator: ", "))]"
        case .sequence: "a sequence"
        case .unsupported: "a type without support"
        }
    }
}
