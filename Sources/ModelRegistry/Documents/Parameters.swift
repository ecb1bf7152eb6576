/// How a model is run in one environment, and what its metrics must reach: `parameters/<model>.yaml`.
package struct Parameters: Hashable, Sendable {
    /// The parameters as they were written, and nothing else.
    package let value: DocumentValue
    /// What stands below `inference`.
    package let inference: Inference
    /// The thresholds below `gates`.
    package let gates: [String: Gate]

    /// No parameters at all.
    package static let none = Parameters(
        value: .mapping([:]), inference: Inference(), gates: [:])

    private init(value: DocumentValue, inference: Inference, gates: [String: Gate]) {
        self.value = value
        self.inference = inference
        self.gates = gates
    }

    /// Reads parameters strictly.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Parameters {
        let root = try DocumentNode(yaml: bytes, file: file)
        let members = try root.members(["inference", "gates"])
        return Parameters(
            value: root.value(),
            inference: try members["inference"].map { node throws(DocumentError) in
                try Inference(node)
            } ?? Inference(),
            gates: try members["gates"].map { node throws(DocumentError) in
                try Gate.gates(node)
            } ?? [:])
    }

    /// Reads parameters from a value, such as the one in a run record.
    package init(_ value: DocumentValue, file: String = "") throws(DocumentError) {
        self = try Self.parse(Array(value.yaml(order: Inference.keys).utf8), file: file)
    }

    /// The canonical YAML text, its keys in the documented order.
    package func serialise() -> [UInt8] {
        Array(value.yaml(order: ["inference", "gates"] + Inference.keys + ["min", "max"]).utf8)
    }
}
