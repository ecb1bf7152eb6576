import GitStore
import Signatures

/// An update that the judge accepts, and what must be true of any other that it accepts in its place.
struct SignedUpdate {
    /// One signed commit of it, and what a commit in its place has to be.
    struct Level {
        let id: ObjectID
        let bytes: [UInt8]
        let signer: any CommitSigner
        /// Who may sign it.
        let signers: Set<String>
        /// Its trees that are right; each the answer of stock git where git has one.
        let trees: Set<String>
        /// Where any change is right below this folder, if it isn't one of `trees`.
        var folder: String?
        /// What the message must say.
        var says: String?
    }

    let name: String
    let reference: String
    let old: ObjectID?
    /// The outermost commit first, each merging the next as its second parent.
    let levels: [Level]
    /// What must hold of the principals that signed, outermost first; says what doesn't.
    let agree: @Sendable ([String]) -> String?

    /// Whether a commit is what all of the update is about: it merges nothing more, or the same.
    func isInnermost(_ commit: CommitText) -> Bool {
        let original = CommitText(levels[levels.count - 1].bytes)
        return commit.values("parent").dropFirst() == original.values("parent").dropFirst()
    }
}

extension SignedUpdate.Level {
    /// What is wrong with a commit in this one's place.
    ///
    /// - Parameter changes: the paths that differ between two trees.
    func faults(
        of commit: CommitText, changes: (String, String) throws -> [String]
    ) rethrows -> [String] {
        var faults: [String] = []
        let original = CommitText(bytes)
        let (parents, wanted) = (commit.values("parent"), original.values("parent"))
        // The second one is the next level, which has its own faults.
        if parents.count != wanted.count || parents.first != wanted.first {
            faults.append("other parents")
        }
        let tree = commit.values("tree").first ?? ""
        let same = original.values("tree").first ?? ""
        if !trees.contains(tree) {
            let changed = try folder.map { _ in try changes(same, tree) }
            let isWithin = changed?.allSatisfy { $0.hasPrefix(folder ?? "") } ?? false
            if !isWithin { faults.append("tree \(tree)") }
        }
        let message = String(decoding: commit.message, as: UTF8.self)
        if let says, !message.lowercased().contains(says) {
            faults.append("does not say '\(says)'")
        }
        return faults
    }
}
