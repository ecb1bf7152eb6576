import GitStore

/// A proposal with the signed merges made over it, each merging the one before.
package struct MergeChain: Sendable {
    /// The proposal that all of it is about.
    package let proposal: Commit
    /// The partial approvals over it, the first one first.
    package let partials: [Commit]

    /// The most merges that are followed.
    static let longest = 64
}

extension CommitReader {
    /// Unwraps the merges around a proposal.
    ///
    /// A proposal's second parent is a registration, which has one parent; a partial approval's is
    /// the proposal or another partial approval, which have two. Whether they are well-formed is
    /// judged elsewhere.
    package func mergeChain(from outermost: Commit) throws -> MergeChain {
        let (inner, merges) = try chain(from: outermost) { try $1().parents.count == 2 }
        return MergeChain(proposal: inner, partials: merges)
    }

    /// Follows second parents as long as `isMerge`, asked with the commit and its second parent.
    func chain(
        from outermost: Commit,
        while isMerge: (_ commit: Commit, _ second: () throws -> Commit) throws -> Bool
    ) throws -> (inner: Commit, merges: [Commit]) {
        var merges: [Commit] = []
        var next = outermost
        while next.parents.count == 2, merges.count < MergeChain.longest {
            let second = next.parents[1]
            guard try isMerge(next, { try commit(second) }) else { break }
            merges.append(next)
            next = try commit(second)
        }
        return (next, merges.reversed())
    }

    /// The proposal that a branch of proposals, open or closed, is about.
    func proposal(decidedBy tip: Commit) throws -> Commit {
        let isRejection = tip.parents.count == 1
        return try mergeChain(from: isRejection ? commit(tip.parents[0]) : tip).proposal
    }
}
