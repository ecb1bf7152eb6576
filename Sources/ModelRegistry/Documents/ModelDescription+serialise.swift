extension ModelDescription {
    /// The canonical YAML text, its keys in the documented order.
    package func serialise() -> [UInt8] {
        let order =
            Self.keys + ["name", "type", "shape", "sha256", "size"]
            + ["source", "commit", "dataset", "run"]
        return Array(documentValue.yaml(order: order).utf8)
    }

    /// The description as a value, absent fields left out.
    package var documentValue: DocumentValue {
        var members: [String: DocumentValue] = [
            "apiVersion": .string("signet/v1"), "kind": .string("Model"),
            "model": .string(model.text), "version": .integer(version),
            "format": .string(format.rawValue),
            "artifacts": .list(artifacts.map(\.documentValue)),
        ]
        members["task"] = task.map { .string($0) }
        members["inputs"] = inputs.isEmpty ? nil : .list(inputs.map(\.documentValue))
        members["outputs"] = outputs.isEmpty ? nil : .list(outputs.map(\.documentValue))
        members["features"] = features.map { .list($0.map { .string($0) }) }
        members["label"] = label.map { .string($0) }
        members["positiveClass"] = positiveClass.map { .string($0) }
        members["base"] = base.map { .string($0) }
        members["lineage"] = lineage?.documentValue
        members["labels"] = labels.isEmpty ? nil : .mapping(labels.mapValues { .string($0) })
        return .mapping(members)
    }
}

extension ModelDescription.Port {
    fileprivate var documentValue: DocumentValue {
        let shape = shape.map { dimension -> DocumentValue in
            switch dimension {
            case .fixed(let extent): .integer(extent)
            case .free(let name): name.map { .string($0) } ?? .null
            }
        }
        return .mapping(["name": .string(name), "type": .string(type), "shape": .list(shape)])
    }
}

extension ModelDescription.Artifact {
    fileprivate var documentValue: DocumentValue {
        .mapping(["name": .string(name), "sha256": .string(sha256), "size": .integer(size)])
    }
}

extension ModelDescription.Lineage {
    fileprivate var documentValue: DocumentValue {
        var members: [String: DocumentValue] = [:]
        members["source"] = source.map { .string($0) }
        members["commit"] = commit.map { .string($0) }
        members["dataset"] = dataset.map { .string($0) }
        members["run"] = run.map { .string($0) }
        return .mapping(members)
    }
}
