extension RunRecord {
    private static let keys: Set<String> = [
        "apiVersion", "kind", "environment", "environmentCommit", "model", "version",
        "modelSha256", "derivedSha256", "input", "output", "parameters", "engine",
        "quantization", "metrics", "gates", "status", "reason", "started", "ended",
    ]

    /// Reads a record strictly; one that contradicts itself is refused.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> RunRecord {
        let root = try DocumentNode(json: bytes, file: file)
        try root.expect(kind: "RunRecord")
        let members = try root.members(keys)
        let number = try root.required("version").integer(in: 1...ModelVersion.largest)
        let record = RunRecord(
            environment: try root.required("environment").name(),
            environmentCommit: try root.required("environmentCommit").objectID(),
            version: try ModelVersion(model: try root.required("model").name(), number: number),
            modelSHA256: try root.required("modelSha256").sha256(),
            derivedSHA256: try members["derivedSha256"]?.sha256(),
            input: try members["input"].map(Input.init(_:)),
            output: try members["output"].map(Output.init(_:)),
            parameters: try parameters(try root.required("parameters")),
            engine: try members["engine"].map(Engine.init(_:)),
            quantization: try root.required("quantization").choice(),
            metrics: try MetricValue.metrics(try root.required("metrics")),
            gates: try gates(try root.required("gates")),
            status: try root.required("status").choice(),
            reason: try members["reason"]?.text(),
            started: try root.required("started").time(),
            ended: try root.required("ended").time())
        try record.checkAgreement(root)
        return record
    }

    private static func parameters(_ node: DocumentNode) throws(DocumentError) -> DocumentValue {
        do {
            return try Parameters(node.value()).value
        } catch {
            let field = error.field.isEmpty ? "" : "'\(error.field)' "
            throw node.error(field + error.problem, hint: error.hint)
        }
    }

    private static func gates(_ node: DocumentNode) throws(DocumentError) -> [GateResult] {
        var gates: [GateResult] = []
        for item in try node.items() {
            _ = try item.members(["metric", "value", "limit", "result"])
            let gate = GateResult(
                metric: try item.required("metric").singleLine(),
                value: try item.required("value").numberOrNull(),
                limit: try Gate(try item.required("limit")))
            let result = try item.required("result")
            guard try result.choice() == gate.result else {
                throw result.error("is '\(try result.text())', but the value says otherwise")
            }
            gates.append(gate)
        }
        return gates
    }

    /// Refuses gates that don't speak of the record's metrics, and a status that belies them.
    private func checkAgreement(_ root: DocumentNode) throws(DocumentError) {
        for (item, gate) in zip(try root.required("gates").items(), gates)
        where metrics[gate.metric]?.value != gate.value {
            throw item.error("has another value than the metric '\(gate.metric)'")
        }
        let isFailed = gates.contains { $0.result == .failed }
        if status == .passed, isFailed {
            throw try root.required("status").error("is 'passed', but a gate failed")
        }
    }
}

extension RunRecord.Input {
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["uri", "sha256", "rows"])
        uri = try node.required("uri").singleLine(limit: 4096)
        sha256 = try node.required("sha256").sha256()
        rows = try node.required("rows").integer(in: 0...Int.max)
    }
}

extension RunRecord.Output {
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["path", "sha256", "rows"])
        path = try node.required("path").singleLine(limit: 4096)
        sha256 = try node.required("sha256").sha256()
        rows = try node.required("rows").integer(in: 0...Int.max)
    }
}

extension RunRecord.Engine {
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["name", "version"])
        name = try node.required("name").singleLine()
        version = try node.required("version").singleLine()
    }
}

extension DocumentNode {
    /// A git object's id: 40 lower-case hexadecimal digits.
    func objectID() throws(DocumentError) -> String {
        let text = try text()
        guard text.utf8.count == 40, text.isLowercaseHexadecimal else {
            throw error("must be a commit's id: 40 lower-case hexadecimal digits")
        }
        return text
    }

    /// A time like `2026-01-31T09:30:00Z`, with or without a fraction of the second.
    func time() throws(DocumentError) -> String {
        let text = try text()
        let pattern = "dddd-dd-ddTdd:dd:dd"
        let matches = zip(text.unicodeScalars, pattern.unicodeScalars).allSatisfy {
            $1 == "d" ? ("0"..."9").contains($0) : $0 == $1
        }
        let rest = text.unicodeScalars.dropFirst(pattern.count)
        let fraction = rest.dropFirst().dropLast()
        let isFraction =
            rest.first == "." && (1...9).contains(fraction.count)
            && fraction.allSatisfy { ("0"..."9").contains($0) }
        guard matches, rest.last == "Z", rest.count == 1 || isFraction else {
            throw error("must be a time in UTC like 2026-01-31T09:30:00Z")
        }
        return text
    }
}
