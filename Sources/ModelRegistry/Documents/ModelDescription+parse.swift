extension ModelDescription {
    /// The keys of the document, in the order they are written.
    static let keys = [
        "apiVersion", "kind", "model", "version", "task", "format", "inputs", "outputs",
        "features", "label", "positiveClass", "artifacts", "base", "lineage", "labels",
    ]

    /// Reads a description strictly.
    package static func parse(
        _ bytes: [UInt8], file: String
    ) throws(DocumentError) -> ModelDescription {
        let root = try DocumentNode(yaml: bytes, file: file)
        try root.expect(kind: "Model")
        let members = try root.members(Set(keys))
        return ModelDescription(
            model: try root.required("model").name(),
            version: try root.required("version").integer(in: 1...ModelVersion.largest),
            task: try members["task"]?.singleLine(limit: 64),
            format: try root.required("format").choice(),
            inputs: try members["inputs"].map(ports) ?? [],
            outputs: try members["outputs"].map(ports) ?? [],
            features: try members["features"]?.lines(),
            label: try members["label"]?.singleLine(),
            positiveClass: try members["positiveClass"]?.singleLine(),
            artifacts: try artifacts(try root.required("artifacts")),
            base: try members["base"]?.singleLine(),
            lineage: try members["lineage"].map { node throws(DocumentError) in try Lineage(node) },
            labels: try members["labels"].map(labels) ?? [:])
    }

    private static func ports(_ node: DocumentNode) throws(DocumentError) -> [Port] {
        var ports: [Port] = []
        for item in try node.items() {
            _ = try item.members(["name", "type", "shape"])
            let name = try item.required("name")
            let port = Port(
                name: try name.singleLine(), type: try item.required("type").singleLine(limit: 64),
                shape: try shape(try item.required("shape")))
            guard !ports.contains(where: { $0.name == port.name }) else {
                throw name.error("names '\(port.name)' twice")
            }
            ports.append(port)
        }
        return ports
    }

    private static func shape(_ node: DocumentNode) throws(DocumentError) -> [Dimension] {
        var shape: [Dimension] = []
        for item in try node.items() {
            switch item.value() {
            case .null: shape.append(.free(nil))
            case .integer: shape.append(.fixed(try item.integer(in: 0...Int.max)))
            case .string: shape.append(.free(try item.singleLine(limit: 64)))
            case .bool, .number, .list, .mapping:
                throw item.error("must be an extent, a name, or null for any extent")
            }
        }
        return shape
    }

    private static func artifacts(_ node: DocumentNode) throws(DocumentError) -> [Artifact] {
        var artifacts: [Artifact] = []
        for item in try node.items() {
            _ = try item.members(["name", "sha256", "size"])
            let name = try item.required("name")
            let artifact = Artifact(
                name: try name.text(), sha256: try item.required("sha256").sha256(),
                size: try item.required("size").integer(in: 0...Int.max))
            do {
                try Artifact.check(name: artifact.name)
            } catch {
                throw name.error(error.problem, hint: error.hint)
            }
            let twin = artifact.name.lowercased()
            guard !artifacts.contains(where: { $0.name.lowercased() == twin }) else {
                throw name.error("is '\(artifact.name)', which another artifact is called already")
            }
            artifacts.append(artifact)
        }
        guard !artifacts.isEmpty else { throw node.error("must not be empty") }
        return artifacts
    }

    private static func labels(_ node: DocumentNode) throws(DocumentError) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, member) in try node.pairs() {
            guard (1...128).contains(key.utf8.count), !key.contains("\n") else {
                throw member.error("is not a label's name", hint: "1 to 128 bytes on one line")
            }
            labels[key] = try member.singleLine(limit: 1024)
        }
        return labels
    }
}

extension ModelDescription.Lineage {
    init(_ node: DocumentNode) throws(DocumentError) {
        let members = try node.members(["source", "commit", "dataset", "run"])
        source = try members["source"]?.singleLine(limit: 1024)
        commit = try members["commit"]?.singleLine()
        dataset = try members["dataset"]?.singleLine(limit: 1024)
        run = try members["run"]?.singleLine(limit: 1024)
    }
}

extension ModelDescription.Artifact {
    /// Refuses a name that could not be a plain file in the artifacts' folder on every system.
    package static func check(name: String) throws(DocumentError) {
        let isAllowed = name.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "._-".unicodeScalars.contains($0)
        }
        guard isAllowed, (1...128).contains(name.utf8.count), let first = name.first,
            !".-".contains(first), name.last != "."
        else {
            throw DocumentError(
                file: "", problem: "is '\(name)', which can't be an artifact's name",
                hint: "1 to 128 of A-Z a-z 0-9 . _ - that begins with none of . - and doesn't end "
                    + "with a dot")
        }
    }
}
