import GitStore

/// The part of a tree that belongs to one model: what a proposal replaces and nothing else.
package struct Scope: Hashable, Sendable {
    package let model: ModelName
    package var files: TreeEntry?
    package var parameters: TreeEntry?
    package var evidence: TreeEntry?

    /// The scope of `model` in `tree`.
    package init(_ model: ModelName, in tree: ObjectID, of repository: GitRepository) throws {
        self.model = model
        files = try repository.entry(at: model.modelPath, in: tree)
        parameters = try repository.entry(at: model.parametersPath, in: tree)
        evidence = try repository.entry(at: model.evidencePath, in: tree)
    }

    /// An empty scope: what a withdrawal proposes.
    package init(empty model: ModelName) { self.model = model }

    package var isEmpty: Bool { files == nil && parameters == nil && evidence == nil }

    /// The changes that put this scope into a tree.
    package var changes: [(path: String, entry: TreeEntry?)] {
        [
            (model.modelPath, files), (model.parametersPath, parameters),
            (model.evidencePath, evidence),
        ]
    }
}

extension GitRepository {
    /// `compose(tree, P)`: `tree` with the scope replaced; the id alone unless `writing`.
    package func compose(_ scope: Scope, over tree: ObjectID, writing: Bool) throws -> ObjectID {
        try composed(scope.changes, over: tree, writing: writing)
    }

    /// Whether a tree is `base` with the scope replaced.
    package func isComposed(
        _ tree: ObjectID, of scope: Scope, over base: ObjectID
    ) throws -> Bool {
        try isComposed(tree, of: scope.changes, over: base)
    }
}
