import GitStore
import Signatures

/// A commit that the strict grammar accepted.
package struct Commit: Sendable {
    package let id: ObjectID
    package let tree: ObjectID
    package let parents: [ObjectID]
    package let signed: SignedCommit

    package var committed: Timestamp { Timestamp(seconds: signed.committer.seconds) }
    package var payloadSHA256: String { signed.payloadSHA256 }

    /// The value of the last trailer named `key`, letter case ignored.
    package func trailer(_ key: String) -> String? {
        trailers.last { $0.isNamed(key) }?.value
    }

    /// The message's trailers, in order: read each time, since most commits are never asked.
    package var trailers: [TrailerBlock.Trailer] { signed.trailers }
}

/// Reads commits of one repository, each parsed once.
package final class CommitReader {
    package let repository: GitRepository
    private var known: [ObjectID: Commit] = [:]
    /// The largest commit object that is read, in bytes.
    package static let sizeLimit = 1 << 20
    private static let capacity = 4096

    package init(_ repository: GitRepository) { self.repository = repository }

    /// The commit, or why it is none.
    ///
    /// - Throws: `GitError` when the object can't be read, `CommitFaultAnswer` when it is no
    ///   canonical commit.
    package func commit(_ id: ObjectID) throws -> Commit {
        if let commit = known[id] { return commit }
        guard let found = try repository.read(id, largest: Self.sizeLimit) else {
            throw GitError.missingObject(id)
        }
        let object: RawObject
        switch found {
        case .object(let read): object = read
        case .tooLarge(let kind, let size):
            throw NotCanonical(
                id: id,
                why: kind == .commit
                    ? "has \(size) bytes; the limit is \(Self.sizeLimit)" : "is no commit")
        }
        guard object.kind == .commit else { throw NotCanonical(id: id, why: "is no commit") }
        let signed: SignedCommit
        do {
            signed = try SignedCommit.parse(object.bytes)
        } catch {
            throw NotCanonical(id: id, why: "\(error)")
        }
        guard let tree = ObjectID(signed.tree) else {
            throw NotCanonical(id: id, why: "names no tree")
        }
        let commit = Commit(
            id: id, tree: tree, parents: signed.parents.compactMap { ObjectID($0) }, signed: signed)
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[id] = commit
        return commit
    }
}

/// A commit object that the strict grammar refuses.
package struct NotCanonical: Error, CustomStringConvertible {
    package let id: ObjectID
    package let why: String
    package var description: String { "commit \(id.short) \(why)" }
}
