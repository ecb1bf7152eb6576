extension RunRecord {
    /// The canonical JSON text: keys sorted, absent fields left out.
    package func serialise() -> [UInt8] { Array(documentValue.json.utf8) }

    /// The record as a value.
    package var documentValue: DocumentValue {
        var members: [String: DocumentValue] = [
            "apiVersion": .string("signet/v1"), "kind": .string("RunRecord"),
            "environment": .string(environment.name),
            "environmentCommit": .string(environmentCommit),
            "model": .string(version.model.text), "version": .integer(version.number),
            "modelSha256": .string(modelSHA256), "parameters": parameters,
            "quantization": .string(quantization.rawValue),
            "metrics": .mapping(metrics.mapValues(\.documentValue)),
            "gates": .list(gates.map(\.documentValue)), "status": .string(status.rawValue),
            "started": .string(started), "ended": .string(ended),
        ]
        members["derivedSha256"] = derivedSHA256.map { .string($0) }
        members["input"] = input.map {
            ["uri": .string($0.uri), "sha256": .string($0.sha256), "rows": .integer($0.rows)]
        }.map { .mapping($0) }
        members["output"] = output.map {
            ["path": .string($0.path), "sha256": .string($0.sha256), "rows": .integer($0.rows)]
        }.map { .mapping($0) }
        members["engine"] = engine.map {
            .mapping(["name": .string($0.name), "version": .string($0.version)])
        }
        members["reason"] = reason.map { .string($0) }
        return .mapping(members)
    }
}

extension GateResult {
    fileprivate var documentValue: DocumentValue {
        .mapping([
            "metric": .string(metric), "value": value.map { .number($0) } ?? .null,
            "limit": limit.value, "result": .string(result.rawValue),
        ])
    }
}

extension RunRecord: Codable {
    package init(from decoder: any Decoder) throws {
        let value = try DocumentValue(from: decoder)
        self = try Self.parse(Array(value.json.utf8), file: "run record")
    }

    package func encode(to encoder: any Encoder) throws {
        try documentValue.encode(to: encoder)
    }
}
