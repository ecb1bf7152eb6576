import GitStore
import Signatures

/// The policy and the keys of one tree.
package struct PolicySnapshot: Sendable {
    package let tree: ObjectID
    package let policy: Policy
    package let signers: AllowedSigners
}

/// Loads snapshots; equal folders are read once.
package final class PolicyReader {
    private static let folder = ".signet"
    package static let policyPath = ".signet/policy.yaml"
    package static let signersPath = ".signet/allowed_signers"
    package static let environmentPath = ".signet/environment"

    private struct Files: Hashable {
        let policy: ObjectID
        let signers: ObjectID
    }

    private let repository: GitRepository
    private var known: [Files: PolicySnapshot] = [:]
    private var knownFolders: [ObjectID: PolicySnapshot] = [:]
    private var knownEnvironments: [ObjectID: Environment?] = [:]
    private static let capacity = 256

    package init(_ repository: GitRepository) { self.repository = repository }

    /// The policy in force where `tree` is the tip.
    ///
    /// - Throws: `DocumentError` or `AllowedSignersFault` naming file and line; a missing file is an
    ///   error too, so that nothing passes without a policy.
    package func snapshot(of tree: ObjectID) throws -> PolicySnapshot {
        let folder = try folder(of: tree)
        if let folder, let snapshot = knownFolders[folder] { return snapshot }
        let snapshot = try read(tree)
        if let folder {
            if knownFolders.count >= Self.capacity { knownFolders.removeAll(keepingCapacity: true) }
            knownFolders[folder] = snapshot
        }
        return snapshot
    }

    /// The folder's own tree; nil where the name is of something else.
    private func folder(of tree: ObjectID) throws -> ObjectID? {
        guard let entry = try repository.tree(tree).named(Self.folder), entry.mode.isDirectory
        else { return nil }
        return entry.id
    }

    private func read(_ tree: ObjectID) throws -> PolicySnapshot {
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
        guard let folder = try folder(of: tree) else { return nil }
        if let environment = knownEnvironments[folder] { return environment }
        let environment = try repository.blob(at: Self.environmentPath, in: tree).map { bytes in
            try Environment(
                String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        }
        if knownEnvironments.count >= Self.capacity {
            knownEnvironments.removeAll(keepingCapacity: true)
        }
        knownEnvironments[folder] = .some(environment)
        return environment
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
