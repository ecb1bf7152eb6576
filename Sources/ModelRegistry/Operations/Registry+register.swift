import GitStore
import Signatures
import SystemPackage

/// What a data scientist hands in to register a version.
package struct RegistrationRequest {
    package var model: ModelName
    package var artifacts: [FilePath]
    package var metrics: [UInt8]
    package var card: [UInt8]
    package var baseline: [UInt8]?
    package var modelSignature: ModelSignature?
    package var task: String?
    /// Guessed from the first artifact when nil.
    package var format: ModelDescription.Format?
    package var lineage: ModelDescription.Lineage?

    package init(
        model: ModelName, artifacts: [FilePath], metrics: [UInt8], card: [UInt8],
        baseline: [UInt8]? = nil, task: String? = nil, format: ModelDescription.Format? = nil,
        lineage: ModelDescription.Lineage? = nil, modelSignature: ModelSignature? = nil
    ) {
        self.model = model
        self.artifacts = artifacts
        self.metrics = metrics
        self.card = card
        self.baseline = baseline
        self.task = task
        self.format = format
        self.lineage = lineage
        self.modelSignature = modelSignature
    }
}

extension Registry {
    /// Registers the next version: one signed commit on the model's branch, and its tag.
    package func register(_ request: RegistrationRequest, by author: Author) throws -> ModelVersion
    {
        try register(request, unlessThere: false, by: author).version
    }

    /// Registers the next version, unless the newest is this very one, file by file, registered by
    /// the same principal: so that a registration that was interrupted can be given again.
    package func registerOnce(
        _ request: RegistrationRequest, by author: Author
    ) throws -> (version: ModelVersion, isNew: Bool) {
        try register(request, unlessThere: true, by: author)
    }

    private func register(
        _ request: RegistrationRequest, unlessThere: Bool, by author: Author
    ) throws -> (version: ModelVersion, isNew: Bool) {
        _ = try Metrics.parse(request.metrics, file: "metrics.json")
        let (artifacts, copies) = try receive(request.artifacts)
        try request.modelSignature?.demandCovers(artifacts)
        defer {
            // What isn't in place by then is not to come there by the next move.
            repository.discardStagedFiles()
            for copy in copies where !copy.isPlaced { judge.ingested.remove(copy.stored) }
        }
        return try whileOthersAreFirst {
            if unlessThere, let same = try newest(like: request, artifacts, by: author) {
                // The store may have lost what the version needs.
                for copy in copies { try self.artifacts.put(copy) }
                try awaitTag(of: same)
                return (same, false)
            }
            for copy in copies where !copy.isPlaced { repository.stage(copy.file) }
            return (try register(request, artifacts, by: author), true)
        }
    }

    /// Waits for a version that somebody else registers at this moment: its branch moves before its tag.
    private func awaitTag(of version: ModelVersion) throws {
        guard try onceSettled({ try reference(version.tagReference) }) == nil else { return }
        throw RegistryError.invalid(
            "\(version) is on \(ReferenceTarget.short(version.model.branch)), but has no tag yet",
            hint: "try again; if it stays so, `signet repair` in the registry says why")
    }

    /// The newest version, if registering the request now would only repeat it.
    private func newest(
        like request: RegistrationRequest, _ artifacts: [ModelDescription.Artifact],
        by author: Author
    ) throws -> ModelVersion? {
        guard let newest = try reference(request.model.branch) else { return nil }
        let facts = try judge.registration(of: newest)
        let signer = try judge.signatures.signer(
            of: facts.commit, under: judge.mainSnapshot(), received: now)
        guard case .success(let signer) = signer, signer.principal == author.principal.id else {
            return nil
        }
        let files = try files(of: description(facts.version, artifacts, request), request)
        let tree = try repository.composed(files, over: facts.commit.tree, writing: true)
        return tree == facts.commit.tree ? facts.version : nil
    }

    private func description(
        _ version: ModelVersion, _ artifacts: [ModelDescription.Artifact],
        _ request: RegistrationRequest
    ) throws -> ModelDescription {
        ModelDescription(
            model: request.model, version: version.number, task: request.task,
            format: try request.format ?? Self.guessFormat(request.artifacts), artifacts: artifacts,
            lineage: request.lineage)
    }

    private func register(
        _ request: RegistrationRequest, _ artifacts: [ModelDescription.Artifact], by author: Author
    ) throws -> ModelVersion {
        let parent = try reference(request.model.branch)
        let previous = try parent.map { try judge.registration(of: $0).version.number } ?? 0
        let version = try ModelVersion(model: request.model, number: previous + 1)
        let description = try description(version, artifacts, request)
        let base = try judge.commits.commit(parent ?? founding)
        let tree = try repository.composed(
            try files(of: description, request), over: base.tree, writing: true)
        let commit = try commit(
            tree: tree, parents: [base.id], title: "Register \(version)",
            trailers: [("Model", request.model.text), ("Version", "\(version.number)")], by: author)
        try submit(
            ReferenceUpdate(name: request.model.branch, old: parent, new: commit),
            log: "register \(version)")
        return version
    }

    /// Copies the artifacts into the store, or beside their places there: the second answer is what is to
    /// go there with the commit, so that one wait for the disk does for all.
    ///
    /// Others wait for the registration's locks, and so what takes long is written before they are taken.
    private func receive(
        _ files: [FilePath]
    ) throws -> (artifacts: [ModelDescription.Artifact], copies: [ArtifactStore.Copy]) {
        var artifacts: [ModelDescription.Artifact] = []
        var copies: [ArtifactStore.Copy] = []
        for file in files {
            guard let name = file.lastComponent?.string,
                !artifacts.contains(where: { $0.name == name })
            else {
                throw RegistryError.invalid(
                    "two artifacts are called '\(file.lastComponent?.string ?? "")'",
                    hint: "rename one: artifacts lie in one folder")
            }
            let (stored, copy) = try self.artifacts.receive(file)
            if let copy {
                let isQuick = stored.size <= 4 << 20 && copies.count < 16
                if access == .local, isQuick, repository.canStage(copy.file) {
                    copies.append(copy)
                } else {
                    try self.artifacts.put(copy)
                }
            }
            judge.ingested.insert(stored)
            artifacts.append(.init(name: name, sha256: stored.sha256, size: stored.size))
        }
        guard !artifacts.isEmpty else {
            throw RegistryError.invalid(
                "a version needs an artifact", hint: "name it with --artifact FILE")
        }
        return (artifacts, copies)
    }

    private func files(
        of description: ModelDescription, _ request: RegistrationRequest
    ) throws -> [(path: String, entry: TreeEntry?)] {
        let folder = request.model.modelPath
        var contents: [(String, [UInt8])] = [
            ("model.yaml", description.serialise()), ("metrics.json", request.metrics),
            ("CARD.md", request.card),
        ]
        if let baseline = request.baseline { contents.append(("baseline.json", baseline)) }
        if let signature = request.modelSignature {
            contents.append((ModelSignature.name, signature.bytes))
        }
        for artifact in description.artifacts {
            let pointer = try LFSPointer(sha256: artifact.sha256, size: artifact.size)
            contents.append(("artifacts/\(artifact.name)", pointer.serialise()))
        }
        // The whole folder is this version's: what the previous one had and this has not goes.
        let none: (path: String, entry: TreeEntry?) = (folder, nil)
        return try [none]
            + contents.map { name, bytes in
                let id = try repository.write(.blob, bytes)
                return ("\(folder)/\(name)", TreeEntry(name: name, mode: .file, id: id))
            }
    }

    /// Guesses a model's format from its name, else from its first bytes.
    static func guessFormat(_ artifacts: [FilePath]) throws -> ModelDescription.Format {
        guard let file = artifacts.first else { return .other }
        if file.extension == "onnx" { return .onnx }
        if file.extension == "gguf" { return .gguf }
        var start = [UInt8](repeating: 0, count: 4)
        let descriptor = try FileDescriptor.open(file, .readOnly)
        try descriptor.closeAfter {
            _ = try start.withUnsafeMutableBytes { try descriptor.read(into: $0) }
        }
        return start == Array("GGUF".utf8) ? .gguf : .other
    }
}
