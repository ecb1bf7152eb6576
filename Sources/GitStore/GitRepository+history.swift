import CLibgit2

extension GitRepository {
    /// Visits a commit, its first parent, that one's first parent, and so on to the root.
    ///
    /// Stops early when `visit` says false. Throws `shallow` where history is cut off.
    package func walkFirstParents(
        from tip: ObjectID, visit: (ObjectID, RawObject) throws -> Bool
    ) throws {
        try requireWholeHistory()
        var next: ObjectID? = tip
        while let id = next {
            let commit = RawObject(kind: .commit, bytes: try read(id, as: .commit))
            guard try visit(id, commit) else { return }
            next = try CommitLinks.decode(commit.bytes, of: id).parents.first
        }
    }

    /// The commits from the tip along first parents, newest first, up to and without `until`.
    ///
    /// All of the chain when `until` is nil or isn't on it.
    package func firstParents(
        from tip: ObjectID, until: ObjectID? = nil
    ) throws(GitError) -> [ObjectID] {
        try requireWholeHistory()
        var chain: [ObjectID] = []
        var next: ObjectID? = tip
        while let id = next, id != until {
            chain.append(id)
            next = try parents(of: id).first
        }
        return chain
    }

    /// The parents of a commit, in order.
    package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
        if let parents = parentsOfCommits[commit] { return parents }
        let parents = try CommitLinks.decode(read(commit, as: .commit), of: commit).parents
        if parentsOfCommits.count >= 1 << 17 { parentsOfCommits = [:] }
        parentsOfCommits[commit] = parents
        return parents
    }

    /// The tree of a commit.
    package func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID {
        try CommitLinks.decode(read(commit, as: .commit), of: commit).tree
    }

    /// Whether `a` is `b` or can be reached from it.
    package func isAncestor(_ a: ObjectID, of b: ObjectID) throws(GitError) -> Bool {
        try requireWholeHistory()
        // Both must be commits, even where no walk is needed to answer.
        _ = try parents(of: a)
        var seen: Set<ObjectID> = [b]
        var waiting = [b]
        var index = 0
        while index < waiting.count {
            if waiting[index] == a { return true }
            for parent in try parents(of: waiting[index]) where seen.insert(parent).inserted {
                waiting.append(parent)
            }
            index += 1
        }
        return false
    }

    private func requireWholeHistory() throws(GitError) {
        let code = git_repository_is_shallow(handle)
        try Libgit2.check(code, "look for the end of the history")
        guard code == 0 else { throw .shallow(path: gitDirectory) }
    }
}
