import GitStore
import Signatures

/// What a registration commit registers.
package struct RegistrationFacts: Sendable {
    package let version: ModelVersion
    package let commit: Commit
    package let description: ModelDescription
    /// The entry of `models/<model>` in the commit's tree.
    package let files: TreeEntry
    package let modelSignature: ModelSignature?
}

extension Judge {
    static let registrationFiles: Set<String> = [
        "model.yaml", "CARD.md", "metrics.json", "baseline.json", ModelSignature.name,
    ]

    /// Judges one commit of `models/<model>`.
    func registration(
        _ step: Commit, onto tip: Commit, model: ModelName, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(ReferenceUpdate(name: model.branch, old: tip.id, new: step.id))
        verdict.kind = .registration
        verdict.model = model
        let snapshot = try mainSnapshot()
        guard step.parents == [tip.id] else {
            verdict.refuse(
                .parents,
                "a registration has one parent, the previous version; this has \(step.parents.count)",
                hint: "register with `signet register`, which continues models/\(model)")
            return verdict
        }
        let previous = tip.id == founding ? 0 : try registration(of: tip.id).version.number
        let facts: RegistrationFacts
        do {
            facts = try registration(of: step.id)
        } catch let error as DocumentError {
            verdict.refuse(
                .registration, error.firstLine, hint: error.hint)
            return verdict
        }
        verdict.version = facts.version.number
        guard facts.version.model == model, facts.version.number == previous + 1 else {
            verdict.refuse(
                .registration,
                "the commit registers \(facts.version), but models/\(model) is at version \(previous)",
                hint: "the next version is \(model)@\(previous + 1); `signet register` numbers it")
            return verdict
        }
        if let other = try prefixConflict(model) {
            verdict.refuse(
                .registration,
                "'\(model)' and the model '\(other)' exclude each other: one is the other's prefix",
                hint: "choose a name that is no path prefix of another")
            return verdict
        }
        let expected = try repository.composed(
            [(model.modelPath, facts.files)], over: tip.tree, writing: false)
        verdict.answer(
            .tree, expected == step.tree,
            expected == step.tree
                ? "changes \(model.modelPath) alone" : "changes more than \(model.modelPath)",
            hint: "a registration changes its own folder and nothing else")
        try demandArtifacts(facts, into: &verdict)
        demandModelSignature(facts, under: snapshot.policy, into: &verdict)
        if let signer = try resolveSigner(of: step, under: snapshot, received, into: &verdict) {
            demandRole([.registrar], of: signer, in: nil, under: snapshot, into: &verdict)
        }
        try demandDates(step, received, into: &verdict)
        if verdict.isAccepted { verdict.answer(.registration, true, "registers \(facts.version)") }
        return verdict
    }

    /// Reads what a commit of a model's branch registers, checking the form of its folder.
    func registration(of id: ObjectID) throws -> RegistrationFacts {
        if let facts = registrations[id] { return facts }
        let commit = try commits.commit(id)
        guard let parent = commit.parents.first else {
            throw DocumentError(file: id.short, problem: "is no registration: it has no parent")
        }
        let changed = try repository.changes(from: commits.commit(parent).tree, to: commit.tree)
        guard
            let path = changed.map(\.path).first(where: {
                $0.hasSuffix("/model.yaml") && !$0.contains("/artifacts/")
            }),
            let description = try descriptions.description(at: path, in: commit.tree)
        else {
            throw DocumentError(
                file: id.short,
                problem: "is no registration: it changes no models/<model>/model.yaml")
        }
        let version = try ModelVersion(model: description.model, number: description.version)
        guard path == version.model.modelPath + "/model.yaml",
            let files = try repository.entry(at: version.model.modelPath, in: commit.tree)
        else {
            throw DocumentError(
                file: path, field: "model",
                problem: "is '\(version.model)', which is another folder")
        }
        try checkFolder(files, of: description, at: version.model.modelPath)
        let facts = RegistrationFacts(
            version: version, commit: commit, description: description, files: files,
            modelSignature: try modelSignature(in: files, of: description))
        if registrations.count >= Self.registrationCapacity {
            registrations.removeAll(keepingCapacity: true)
        }
        registrations[id] = facts
        return facts
    }

    /// The listed files and no others, plain files all of them, artifacts as canonical pointers.
    private func checkFolder(
        _ folder: TreeEntry, of description: ModelDescription, at path: String
    ) throws {
        var pointers: [String: LFSPointer] = [:]
        for (name, entry) in try repository.files(in: folder.id) {
            let file = "\(path)/\(name)"
            guard entry.mode == .file else {
                throw DocumentError(
                    file: file,
                    problem: "has mode \(String(entry.mode.rawValue, radix: 8)); plain files only")
            }
            if Self.registrationFiles.contains(name) {
                // The others are read for what they say; this one must be there too.
                if name == "baseline.json" { _ = try repository.read(entry.id, as: .blob) }
                continue
            }
            guard name.hasPrefix("artifacts/"), !name.dropFirst(10).contains("/"),
                !name.dropFirst(10).hasPrefix("."),
                let bytes = try repository.blob(at: name, in: folder.id), bytes.count < 1024
            else {
                throw DocumentError(
                    file: file, problem: "is not a file of a registration",
                    hint:
                        "kept are model.yaml, CARD.md, metrics.json, baseline.json, signature.json and pointers in artifacts/"
                )
            }
            pointers[String(name.dropFirst(10))] = try LFSPointer.parse(bytes, file: file)
        }
        guard Set(pointers.keys) == Set(description.artifacts.map(\.name)) else {
            throw DocumentError(
                file: "\(path)/model.yaml", field: "artifacts",
                problem:
                    "and the files in artifacts/ differ: \(pointers.keys.sorted().joined(separator: ", "))"
            )
        }
        for artifact in description.artifacts {
            guard let pointer = pointers[artifact.name], pointer.sha256 == artifact.sha256,
                pointer.size == artifact.size
            else {
                throw DocumentError(
                    file: "\(path)/artifacts/\(artifact.name)",
                    problem: "has another digest or size than model.yaml says")
            }
        }
        for required in ["metrics.json", "CARD.md"] {
            guard let bytes = try repository.blob(at: required, in: folder.id) else {
                throw DocumentError(file: "\(path)/\(required)", problem: "is missing")
            }
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw DocumentError(
                    file: "\(path)/\(required)", problem: "is not UTF-8 text",
                    hint: "write it as UTF-8: iconv -t UTF-8 FILE")
            }
            if required == "metrics.json" {
                _ = try Metrics.parse(bytes, file: "\(path)/\(required)")
            }
        }
    }

    private func demandArtifacts(_ facts: RegistrationFacts, into verdict: inout Verdict) throws {
        guard let artifacts else { return verdict.skip(.artifacts, "the contents are not here") }
        for artifact in facts.description.artifacts {
            let content = ArtifactStore.Stored(sha256: artifact.sha256, size: artifact.size)
            if ingested.contains(content) { continue }
            guard try artifacts.holds(artifact.sha256, size: artifact.size) else {
                verdict.refuse(
                    .artifacts,
                    "the content of '\(artifact.name)' (sha256 \(artifact.sha256)) is not in the store, or differs",
                    hint: "register with `signet register --artifact FILE`, which stores it first "
                        + "(in a clone: --store PATH)")
                return
            }
        }
        verdict.answer(
            .artifacts, true, "\(facts.description.artifacts.count) stored with their digests")
    }

    /// A model whose name is a path prefix of `model`, or the other way round.
    private func prefixConflict(_ model: ModelName) throws -> String? {
        var parts = model.text.split(separator: "/").map(String.init)
        while parts.count > 1 {
            parts.removeLast()
            let shorter = parts.joined(separator: "/")
            if try reference("refs/heads/models/\(shorter)") != nil { return shorter }
        }
        let longer = try repository.references(prefix: "\(model.branch)/").first?.name
        return longer.map { String($0.dropFirst("refs/heads/models/".count)) }
    }
}
