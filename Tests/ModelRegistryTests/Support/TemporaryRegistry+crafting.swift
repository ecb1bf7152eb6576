import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// Commits as an attacker would make them: any tree, any parents, any signer.
extension TemporaryRegistry {
    func commit(_ id: ObjectID) throws -> Commit { try judge.commits.commit(id) }

    func tree(of commit: ObjectID) throws -> ObjectID { try self.commit(commit).tree }

    /// The tree with these files replaced; nil removes one.
    func tree(
        _ base: ObjectID, with files: [String: String?], mode: GitStore.FileMode = .file
    ) throws -> ObjectID {
        let changes = try files.map { path, text in
            let entry = try text.map {
                TreeEntry(name: path, mode: mode, id: try repository.write(.blob, $0.bytes))
            }
            return (path: path, entry: entry)
        }
        return try repository.composed(changes, over: base, writing: true)
    }

    /// A commit signed by `signer`, or by nobody.
    func craft(
        tree: ObjectID, parents: [ObjectID], by signer: (any CommitSigner)?,
        message: String = "Crafted\n", at time: Timestamp? = nil
    ) throws -> ObjectID {
        let identity = try Identity(
            name: "Anybody", email: "anybody@example.com", seconds: (time ?? clock.now).seconds)
        let draft = try CommitDraft(
            tree: tree.hex, parents: parents.map(\.hex), author: identity, committer: identity,
            message: message)
        let bytes = try signer.map { try draft.signed(by: $0) } ?? draft.payload()
        let commit = try repository.write(.commit, bytes)
        // As pushed objects are: there for every process before anybody judges them.
        try repository.flush()
        return commit
    }

    /// A merge of `proposal` onto the environment's tip, right unless something is changed.
    func merge(
        _ proposal: ObjectID, into environment: Environment = dev, by person: Person = .jane,
        tree: ObjectID? = nil, parents: [ObjectID]? = nil, message: String = "Merge\n",
        at time: Timestamp? = nil
    ) throws -> ObjectID {
        let tip = try tip(environment)
        return try craft(
            tree: tree ?? composed(proposal, over: tip), parents: parents ?? [tip, proposal],
            by: person.key, message: message, at: time)
    }

    /// The tree that a merge of the proposal must have.
    func composed(_ proposal: ObjectID, over tip: ObjectID) throws -> ObjectID {
        let version = try judge.registration(of: commit(proposal).parents[1]).version
        let scope = try Scope(version.model, in: tree(of: proposal), of: repository)
        return try repository.compose(scope, over: tree(of: tip), writing: true)
    }

    /// A commit that proposes `version` as `propose` would, with these files of its tree changed.
    func proposal(
        of version: ModelVersion, to environment: Environment = dev,
        by signer: (any CommitSigner)? = Person.ravi.key,
        files: [String: String?] = [:], message: String = "Propose\n", at time: Timestamp? = nil
    ) throws -> ObjectID {
        let tip = try tip(environment)
        let facts = try registry.registration(of: version)
        let folder = try repository.composed(
            [(version.model.modelPath, facts.files)], over: tree(of: tip), writing: true)
        var all: [String: String?] = [version.model.parametersPath: "{}\n"]
        all.merge(files) { $1 }
        return try craft(
            tree: tree(folder, with: all), parents: [tip, facts.commit.id], by: signer,
            message: message, at: time)
    }

    /// The first version of a model with these files of its folder changed, on `parent`, made by hand.
    func registration(
        of model: String = "churn", files: [String: String?] = [:], mode: GitStore.FileMode = .file,
        on parent: ObjectID? = nil, by person: Person? = .ravi, at time: Timestamp? = nil
    ) throws -> ObjectID {
        let artifact = self.folder.appending("weights.bin")
        try DurableFile.write("weights".bytes, to: artifact)
        let stored = try registry.artifacts.ingest(artifact)
        let pointer = try LFSPointer(sha256: stored.sha256, size: stored.size).serialise()
        let description = ModelDescription(
            model: try ModelName(model), version: 1, format: .other,
            artifacts: [.init(name: "weights.bin", sha256: stored.sha256, size: stored.size)])
        let parent = parent ?? registry.founding
        let folder = try tree(
            self.tree(of: parent),
            with: [
                "models/\(model)/model.yaml": String(
                    decoding: description.serialise(), as: UTF8.self),
                "models/\(model)/metrics.json": "{\"accuracy\": 0.9}\n",
                "models/\(model)/CARD.md": "# Churn\n",
                "models/\(model)/artifacts/weights.bin": String(decoding: pointer, as: UTF8.self),
            ])
        return try craft(
            tree: self.tree(folder, with: files, mode: mode), parents: [parent], by: person?.key,
            at: time)
    }

    /// The tree of a right roll-out of `commit`, main's tip when nil.
    func rollOutTree(to environment: Environment, of commit: ObjectID? = nil) throws -> ObjectID {
        let source = try #require(try commit ?? registry.reference("refs/heads/main"))
        let tip = try tree(of: tip(environment))
        let own = try Judge.environmentsOwn.map { path in
            (path: path, entry: try repository.entry(at: path, in: tip))
        }
        return try repository.composed(own, over: tree(of: source), writing: true)
    }

    /// The text of a file in a commit's tree.
    func file(_ path: String, of commit: ObjectID) throws -> String {
        let bytes = try repository.blob(at: path, in: tree(of: commit))
        return String(decoding: try #require(bytes), as: UTF8.self)
    }

    /// Moves a reference as somebody with a shell and no regard for hooks would.
    func moveAround(_ reference: String, to target: ObjectID?) throws {
        let path = path.appending(reference)
        if let target {
            try DurableFile.write("\(target.hex)\n".bytes, to: path)
        } else {
            try DurableFile.remove(path)
        }
    }

    /// Makes an accepted move that the ledger doesn't have yet, as another process is seen in the middle.
    func admit(_ update: ReferenceUpdate) throws {
        let verdicts = registry.judge.judge(update, received: clock.now)
        #expect(verdicts.flatMap(\.denials).isEmpty)
        try registry.admit(update, verdicts, clock.now)
        try moveAround(update.name, to: update.new)
    }

    func update(_ name: String, to new: ObjectID?) throws -> ReferenceUpdate {
        ReferenceUpdate(name: name, old: try registry.reference(name), new: new)
    }

    @discardableResult
    func submit(_ name: String, _ new: ObjectID?) throws -> [Verdict] {
        try registry.submit(update(name, to: new), log: "by hand")
    }

    /// The references but for the ledger, which also says what was refused.
    func references() throws -> [String] {
        try repository.references(prefix: "refs/").filter { $0.name != Ledger.reference }
            .map { "\($0.name) \($0.target)" }
    }

    /// Demands that an update is refused by exactly these rules and leaves no trace but an entry of
    /// the ledger that says so.
    @discardableResult
    func expectRefused(
        _ name: String, _ new: ObjectID?, by rules: Rule...,
        at location: SourceLocation = #_sourceLocation
    ) throws -> Verdict {
        let update = try update(name, to: new)
        let ledger = try registry.ledger.tip()
        let before = try references()
        let verdict = try #require(
            judge.judge(update, received: clock.now).last, sourceLocation: location)
        #expect(
            verdict.denials.map(\.rule) == rules, "\(verdict.refusal)", sourceLocation: location)
        #expect(sourceLocation: location) {
            try registry.submit(update, log: "attack")
        } throws: { error in
            guard case RegistryError.refused = error else { return false }
            return true
        }
        #expect(try references() == before, sourceLocation: location)
        let entered = try registry.ledger.entries(after: ledger)
        #expect(entered.allSatisfy { $0.entry.moved == nil }, sourceLocation: location)
        #expect(try registry.inbox.stored().isEmpty, sourceLocation: location)
        return verdict
    }
}
