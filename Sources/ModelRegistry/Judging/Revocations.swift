import GitStore
import Signatures

/// The revoked keys as one commit of `refs/signet/revocations` lists them.
package final class RevocationReader {
    package static let reference = "refs/signet/revocations"
    /// The most revocations that are read.
    static let limit = 10_000

    /// A revocation with the commit that brought it.
    package struct Item: Sendable {
        package let revocation: Revocation
        package let commit: ObjectID
    }

    private let repository: GitRepository
    private let commits: CommitReader
    private var known: (tip: ObjectID, items: [Item])?

    package init(_ repository: GitRepository, _ commits: CommitReader) {
        self.repository = repository
        self.commits = commits
    }

    /// The revocations up to `tip`, the oldest first; `founding` is below the first.
    package func items(upTo tip: ObjectID?, founding: ObjectID) throws -> [Item] {
        guard let tip, tip != founding else { return [] }
        if let known, known.tip == tip { return known.items }
        var chain: [Commit] = []
        var next = tip
        while next != founding {
            let commit = try commits.commit(next)
            guard commit.parents.count == 1, chain.count < Self.limit else {
                throw RegistryError.damaged(
                    what: Self.reference, why: "\(next.short) is no revocation")
            }
            chain.append(commit)
            next = commit.parents[0]
        }
        let items = try chain.reversed().enumerated().map { index, commit in
            Item(revocation: try revocation(index + 1, in: commit), commit: commit.id)
        }
        known = (tip, items)
        return items
    }

    static func file(_ number: Int) -> String { "\(number).yaml" }

    /// The revocation number `number`, which `commit` brought.
    func revocation(_ number: Int, in commit: Commit) throws -> Revocation {
        let file = Self.file(number)
        guard let bytes = try repository.blob(at: file, in: commit.tree) else {
            throw DocumentError(file: file, problem: "is missing in \(commit.id.short)")
        }
        return try Revocation.parse(bytes, file: "\(Self.reference):\(file)")
    }
}
