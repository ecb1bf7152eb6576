import GitStore

@testable import ModelRegistry

/// Trees that nobody may bring in.
extension SoundnessRig {
    /// The trees with something added, dropped or changed: content, mode, configuration, hidden files.
    func edited(_ trees: [ObjectID]) throws -> [ObjectID] {
        let repository = trial.repository
        let blob = try repository.write(.blob, "evil: true\n".bytes)
        let executable = GitStore.FileMode.executable
        var edits: [(path: String, entry: TreeEntry?)] = [
            ("models/.gitattributes", TreeEntry(name: "", mode: .file, id: blob)),
            ("models/churn/x", TreeEntry(name: "", mode: .file, id: blob)),
            ("models/churn", nil), ("models/seed", nil), ("parameters/seed.yaml", nil),
            ("parameters/evil.yaml", TreeEntry(name: "", mode: .file, id: blob)),
            ("evidence/churn/dev.json", TreeEntry(name: "", mode: .file, id: blob)),
            (".signet/policy.yaml", nil), (".signet/environment", nil), (".gitattributes", nil),
            (".signet/allowed_signers", TreeEntry(name: "", mode: .file, id: blob)),
            ("templates", TreeEntry(name: "", mode: .file, id: blob)),
            ("other", TreeEntry(name: "", mode: .file, id: blob)),
            ("run.json", TreeEntry(name: "", mode: .file, id: blob)),
        ]
        edits += try ["models/churn/model.yaml", "parameters/churn.yaml", ".signet/rules.yaml"]
            .flatMap { path in
                try trees.compactMap { try repository.entry(at: path, in: $0) }.prefix(1).map {
                    (path, TreeEntry(name: "", mode: executable, id: $0.id))
                }
            }
        var result: [ObjectID] = []
        for (number, tree) in trees.enumerated() {
            for (path, entry) in [edits[number % edits.count], edits[(number + 5) % edits.count]] {
                let entry = entry.map {
                    TreeEntry(
                        name: String(path.split(separator: "/").last ?? ""), mode: $0.mode,
                        id: $0.id)
                }
                let edited = try repository.composed([(path, entry)], over: tree, writing: true)
                if !trees.contains(edited) { result.append(edited) }
            }
        }
        try repository.flush()
        return result
    }
}
