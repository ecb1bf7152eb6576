import GitStore
import Signatures

/// What a move changes besides the version.
extension Auditor {
    /// How a model's parameters differ between two trees.
    func parameters(
        of model: ModelName, from old: ObjectID, to new: ObjectID
    ) throws -> [ParameterChange] {
        try (document(model.parametersPath, in: new) ?? .mapping([:]))
            .differences(from: document(model.parametersPath, in: old))
    }

    /// A YAML document of a tree, nil when it isn't there.
    func document(_ path: String, in tree: ObjectID) throws -> DocumentValue? {
        try repository.blob(at: path, in: tree).map {
            try DocumentNode(yaml: $0, file: path).value()
        }
    }

    /// How the configuration differs between two trees: the policy by what it names, keys, files.
    func policyStep(from old: ObjectID, to new: ObjectID) throws -> AuditPolicyStep {
        let (before, after) = (
            try judge.policies.snapshot(of: old), try judge.policies.snapshot(of: new)
        )
        let policy = try (document(PolicyReader.policyPath, in: new)?.byName ?? .mapping([:]))
            .differences(from: document(PolicyReader.policyPath, in: old)?.byName)
            .filter { $0.path != "serial" }
        let keys = DocumentValue.mapping(Self.keys(after.signers))
            .differences(from: .mapping(Self.keys(before.signers)))
            .map { ParameterChange(path: "keys.\($0.path)", old: $0.old, new: $0.new) }
        let files = try repository.changes(from: old, to: new).filter {
            Judge.isToldAsAWhole($0.path)
        }.map {
            ParameterChange(
                path: "files.\($0.path)", old: $0.old?.id.short, new: $0.new?.id.short)
        }
        return AuditPolicyStep(
            serialBefore: before.policy.serial, serialAfter: after.policy.serial,
            changes: policy + keys + files)
    }

    private static func keys(_ signers: AllowedSigners) -> [String: DocumentValue] {
        signers.entries.reduce(into: [:]) { keys, entry in
            let window = [
                entry.validAfter.map { "from \(Timestamp(seconds: $0))" },
                entry.validBefore.map { "until \(Timestamp(seconds: $0))" },
            ].compactMap { $0 }.joined(separator: " ")
            keys[entry.key.fingerprint] = .string(
                window.isEmpty ? entry.principal : "\(entry.principal) \(window)")
        }
    }
}

extension DocumentValue {
    /// The document with its lists of things that have an `id` or a `name` as mappings by these.
    fileprivate var byName: DocumentValue {
        switch self {
        case .mapping(let members): return .mapping(members.mapValues(\.byName))
        case .list(let items):
            let names = items.map { ($0["id"] ?? $0["name"])?.stringValue }
            guard !items.isEmpty, names.allSatisfy({ $0 != nil }),
                Set(names).count == names.count
            else { return self }
            let pairs = zip(names, items).map { name, item in (name ?? "", item.byName) }
            return .mapping(Dictionary(pairs) { first, _ in first })
        case .null, .bool, .integer, .number, .string: return self
        }
    }
}
