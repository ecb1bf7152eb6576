extension GitRepository {
    /// The files that differ between two trees, sorted by path; nil stands for the empty tree.
    ///
    /// A file that becomes a directory is a removal and additions. Equal subtrees are not read.
    /// Throws `limitExceeded` when there are more than `limit`, or trees nested deeper than 32.
    package func changes(
        from old: ObjectID?, to new: ObjectID?, limit: Int = 100_000
    ) throws(GitError) -> [TreeChange] {
        var changes: [TreeChange] = []
        try compare(old, new, at: "", depth: 1, limit: limit, into: &changes)
        return changes
    }

    private func compare(
        _ old: ObjectID?, _ new: ObjectID?, at prefix: String, depth: Int, limit: Int,
        into changes: inout [TreeChange]
    ) throws(GitError) {
        guard old != new else { return }
        try Self.requireDepth(depth, at: prefix)
        // Directories sort as "name/", so the order of entries is the order of the paths below.
        var (olds, news) = try entries(of: old, and: new)
        while let pair = Self.takeNext(from: &olds, and: &news) {
            guard pair.old != pair.new, let name = (pair.old ?? pair.new)?.name else { continue }
            let path = prefix + name
            if (pair.old ?? pair.new)?.mode.isDirectory == true {
                try compare(
                    pair.old?.id, pair.new?.id, at: path + "/", depth: depth + 1, limit: limit,
                    into: &changes)
                continue
            }
            guard changes.count < limit else {
                throw .limitExceeded("more than \(limit) files differ")
            }
            changes.append(TreeChange(path: path, old: pair.old, new: pair.new))
        }
    }

    private func entries(
        of old: ObjectID?, and new: ObjectID?
    ) throws(GitError) -> (olds: ArraySlice<TreeEntry>, news: ArraySlice<TreeEntry>) {
        switch (old, new) {
        case (let old?, let new?):
            let (olds, news) = try alike(old, new)
            return (olds[...], news[...])
        case (let old?, nil): return (try tree(old)[...], [])
        case (nil, let new?): return ([], try tree(new)[...])
        case (nil, nil): return ([], [])
        }
    }

    /// The next entry in order, from both sides when both have it, as files or as directories.
    private static func takeNext(
        from olds: inout ArraySlice<TreeEntry>, and news: inout ArraySlice<TreeEntry>
    ) -> (old: TreeEntry?, new: TreeEntry?)? {
        switch (olds.first, news.first) {
        case (nil, nil): return nil
        case (_?, nil): return (olds.popFirst(), nil)
        case (nil, _?): return (nil, news.popFirst())
        case (let old?, let new?):
            if TreeEntry.precedes(old, new) { return (olds.popFirst(), nil) }
            if TreeEntry.precedes(new, old) { return (nil, news.popFirst()) }
            return (olds.popFirst(), news.popFirst())
        }
    }
}
