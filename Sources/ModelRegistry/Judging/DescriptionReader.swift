import GitStore

/// Reads models' descriptions; equal files are parsed once.
final class DescriptionReader {
    private let repository: GitRepository
    private var known: [ObjectID: ModelDescription] = [:]
    private static let capacity = 1024

    init(_ repository: GitRepository) { self.repository = repository }

    /// The description at a path in a tree; nil when there is no such file.
    func description(at path: String, in tree: ObjectID) throws -> ModelDescription? {
        guard let entry = try repository.entry(at: path, in: tree), entry.mode.isBlob else {
            return nil
        }
        return try description(entry.id, file: path)
    }

    /// The description in a model's folder; nil when it has none. `file` is named by errors.
    func description(in folder: TreeEntry, file: String) throws -> ModelDescription? {
        guard let entry = try repository.entry(at: "model.yaml", in: folder.id),
            entry.mode.isBlob
        else { return nil }
        return try description(entry.id, file: file)
    }

    private func description(_ id: ObjectID, file: String) throws -> ModelDescription {
        if let description = known[id] { return description }
        let description = try ModelDescription.parse(repository.read(id, as: .blob), file: file)
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[id] = description
        return description
    }
}
