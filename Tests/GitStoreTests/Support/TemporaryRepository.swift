import Foundation
import GitStore
import SystemPackage

/// A bare repository in a directory of its own, gone when the closure returns.
struct TemporaryRepository {
    let repository: GitRepository
    let directory: FilePath
    var path: FilePath { directory.appending("registry.git") }
    var git: Git { Git(home: directory, repository: path) }

    @discardableResult
    static func with<Result>(
        config: [(String, String)] = [], _ body: (TemporaryRepository) throws -> Result
    ) throws -> Result {
        try withDirectory { directory in
            let repository = try GitRepository.create(
                at: directory.appending("registry.git"), config: config)
            return try body(TemporaryRepository(repository: repository, directory: directory))
        }
    }

    static func withDirectory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "gitstore-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }  // What stays is only litter.
        return try body(FilePath(url.path(percentEncoded: false)))
    }

    /// A second handle, as another process or thread would have.
    func reopened() throws -> GitRepository {
        try GitRepository.open(at: path)
    }

    /// Stores text as a blob, and gives the entry that would hold it.
    func file(_ text: String, mode: GitStore.FileMode = .file) throws -> TreeEntry {
        TreeEntry(name: "", mode: mode, id: try repository.write(.blob, Array(text.utf8)))
    }

    /// Stores a tree of files.
    func tree(_ files: [String: String]) throws -> ObjectID {
        try repository.composed(
            files.map { ($0.key, try file($0.value)) }, over: repository.writeTree([]),
            writing: true)
    }

    /// Stores a commit, different for each message.
    func commit(
        _ message: String, tree: ObjectID? = nil, parents: [ObjectID] = []
    ) throws -> ObjectID {
        let tree = try tree ?? repository.writeTree([])
        let parents = parents.map { "parent \($0)\n" }.joined()
        let person = "A U Thor <author@example.com> 1700000000 +0000"
        let text = "tree \(tree)\n\(parents)author \(person)\ncommitter \(person)\n\n\(message)\n"
        return try repository.write(.commit, Array(text.utf8))
    }
}
