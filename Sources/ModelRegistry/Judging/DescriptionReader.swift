import GitStore

/// Reads models' descriptions and parameters; equal files are parsed once.
final class DescriptionReader {
    private let repository: GitRepository
    private var known: [ObjectID: ModelDescription] = [:]
    private var knownParameters: [ObjectID: Parameters] = [:]
    private static let capacity = 1024
    /// The largest file that is kept as read, in bytes.
    private static let largestKept = 1 << 15

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

    /// The parameters in a file.
    func parameters(_ id: ObjectID, file: String) throws -> Parameters {
        if let parameters = knownParameters[id] { return parameters }
        guard let object = try repository.read(id), object.kind == .blob else {
            throw DocumentError(file: file, problem: "is missing")
        }
        let parameters = try Parameters.parse(object.bytes, file: file)
        guard object.bytes.count <= Self.largestKept else { return parameters }
        if knownParameters.count >= Self.capacity {
            knownParameters.removeAll(keepingCapacity: true)
        }
        knownParameters[id] = parameters
        return parameters
    }

    private func description(_ id: ObjectID, file: String) throws -> ModelDescription {
        if let description = known[id] { return description }
        let bytes = try repository.read(id, as: .blob)
        let description = try ModelDescription.parse(bytes, file: file)
        guard bytes.count <= Self.largestKept else { return description }
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[id] = description
        return description
    }
}
