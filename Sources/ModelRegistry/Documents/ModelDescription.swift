/// A registered version, as its author describes it: `model.yaml`.
package struct ModelDescription: Hashable, Sendable {
    /// The name of the model.
    package var model: ModelName
    /// The number of the version, from 1.
    package var version: Int
    /// What the model does, such as `classification`.
    package var task: String?
    /// How the artifacts are encoded.
    package var format: Format
    /// What the model takes; empty where it is not known.
    package var inputs: [Port]
    /// What the model gives; empty where it is not known.
    package var outputs: [Port]
    /// The columns that the model reads, in its order.
    package var features: [String]?
    /// The column that holds the truth.
    package var label: String?
    /// The label that counts as positive.
    package var positiveClass: String?
    /// The files, at least one.
    package var artifacts: [Artifact]
    /// What an adapter is an adapter of.
    package var base: String?
    /// Where the version came from.
    package var lineage: Lineage?
    /// The registrar's own keys and values.
    package var labels: [String: String]

    package init(
        model: ModelName, version: Int, task: String? = nil, format: Format, inputs: [Port] = [],
        outputs: [Port] = [], features: [String]? = nil, label: String? = nil,
        positiveClass: String? = nil, artifacts: [Artifact], base: String? = nil,
        lineage: Lineage? = nil, labels: [String: String] = [:]
    ) {
        self.model = model
        self.version = version
        self.task = task
        self.format = format
        self.inputs = inputs
        self.outputs = outputs
        self.features = features
        self.label = label
        self.positiveClass = positiveClass
        self.artifacts = artifacts
        self.base = base
        self.lineage = lineage
        self.labels = labels
    }

    /// How the artifact is encoded, which decides what can run it.
    package enum Format: String, CaseIterable, Codable, Hashable, Sendable {
        case onnx, gguf, other
    }

    /// An input or output of the model.
    package struct Port: Hashable, Sendable {
        package var name: String
        /// The element type, such as `float`.
        package var type: String
        /// The extent of each dimension.
        package var shape: [Dimension]

        package init(name: String, type: String, shape: [Dimension]) {
            self.name = name
            self.type = type
            self.shape = shape
        }
    }

    /// The extent of one dimension of a tensor.
    package enum Dimension: Hashable, Sendable {
        case fixed(Int)
        /// Any extent; the same name means the same extent. Written `null` without a name.
        case free(String?)
    }

    /// A file of the version, kept outside the tree.
    package struct Artifact: Hashable, Codable, Sendable {
        package var name: String
        package var sha256: String
        package var size: Int

        package init(name: String, sha256: String, size: Int) {
            self.name = name
            self.sha256 = sha256
            self.size = size
        }
    }

    /// Where the version came from.
    package struct Lineage: Hashable, Sendable {
        package var source: String?
        package var commit: String?
        package var dataset: String?
        package var run: String?

        package init(
            source: String? = nil, commit: String? = nil, dataset: String? = nil,
            run: String? = nil
        ) {
            self.source = source
            self.commit = commit
            self.dataset = dataset
            self.run = run
        }
    }
}
