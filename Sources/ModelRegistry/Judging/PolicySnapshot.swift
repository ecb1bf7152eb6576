import GitStore
import Signatures

/// The policy and the keys of one tree.
package struct PolicySnapshot: Sendable {
    package let tree: ObjectID
    package let policy: Policy
    package let signers: AllowedSigners
}

/// Loads snapshots; equal files are parsed once.
package final class PolicyReader {
    package static let policyPath = ".signet/policy.yaml"
    package static let signersPath = ".signet/allowed_signers"
    package static let environmentPath = ".signet/environment"

    private struct Files: Hashable {
        let policy: ObjectID
        let signers: ObjectID
    }

    private let repository: GitRepository
    private var known: [Files: PolicySnapshot] = [:]
    private static let capacity = 256

    package init(_ repository: GitRepository) { self.repository = repository }

    /// The policy in force where `tree` is the tip.
    ///
    /// - Throws: `DocumentError` or `AllowedSignersFault` naming file and line; a missing file is an
    ///   error too, so that nothing passes without a policy.
    package func snapshot(of tree: ObjectID) throws -> PolicySnapshot {
        guard let policyEntry = try repository.entry(at: Self.policyPath, in: tree),
            let signersEntry = try repository.entry(at: Self.signersPath, in: tree)
        else {
            throw DocumentError(
                file: Self.policyPath,
                problem: "or \(Self.signersPath) is missing in tree \(tree.short)",
                hint: "nothing is accepted without a policy; restore it from the branch's history")
        }
        let files = Files(policy: policyEntry.id, signers: signersEntry.id)
        if let snapshot = known[files] { return snapshot }
        let policy = try Policy.parse(try bytes(policyEntry.id), file: Self.policyPath)
        let signers = try AllowedSigners.parse(
            try bytes(signersEntry.id), file: Self.signersPath)
        let snapshot = PolicySnapshot(tree: tree, policy: policy, signers: signers)
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[files] = snapshot
        return snapshot
    }

    /// The name in `.signet/environment`, nil on trees of other branches.
    package func environment(of tree: ObjectID) throws -> Environment? {
        guard let bytes = try repository.blob(at: Self.environmentPath, in: tree) else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return try Environment(String(text.prefix { $0 != "\n" }))
    }

    private func bytes(_ id: ObjectID) throws -> [UInt8] {
        guard let header = try repository.header(id), header.kind == .blob else {
            throw GitError.missingObject(id)
        }
        guard header.size <= DocumentNode.sizeLimit else {
            throw DocumentError(
                file: Self.policyPath, problem: "or its keys have \(header.size) bytes; too large")
        }
        guard let object = try repository.read(id) else { throw GitError.missingObject(id) }
        return object.bytes
    }
}
