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
        let (before, after) = try trees(old, and: new)
        for pair in before.differences(from: after) {
            guard let name = (pair.old ?? pair.new)?.name else { continue }
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

    private func trees(
        _ old: ObjectID?, and new: ObjectID?
    ) throws(GitError) -> (Tree, Tree) {
        switch (old, new) {
        case (let old?, let new?): try alike(old, new)
        case (let old?, nil): (try tree(old), .empty)
        case (nil, let new?): (.empty, try tree(new))
        case (nil, nil): (.empty, .empty)
        }
    }
}

extension Tree {
    /// The entries that differ, in order: from both sides when both have the name, as files or as
    /// directories.
    fileprivate func differences(
        from new: Tree
    ) -> [(old: TreeEntry?, new: TreeEntry?)] {
        withBytes { olds in
            new.withBytes { news in
                var found: [(old: TreeEntry?, new: TreeEntry?)] = []
                var (position, newPosition) = (0, 0)
                while position < olds.count || newPosition < news.count {
                    let old = position < olds.count ? TreeLine(trusting: olds, at: position) : nil
                    let new =
                        newPosition < news.count
                        ? TreeLine(trusting: news, at: newPosition) : nil
                    let order = Self.order(old, olds, new, news)
                    let isFromOld = order <= 0
                    let isFromNew = order >= 0
                    if isFromOld, let old { position = old.end }
                    if isFromNew, let new { newPosition = new.end }
                    if isFromOld, isFromNew, let old, let new,
                        olds[old.start..<old.end].elementsEqual(news[new.start..<new.end])
                    {
                        continue
                    }
                    found.append(
                        (
                            isFromOld ? old?.entry(in: olds) : nil,
                            isFromNew ? new?.entry(in: news) : nil
                        ))
                }
                return found
            }
        }
    }

    /// Less than 0 when the old entry comes first, more when the new one does, 0 for one place.
    private static func order(
        _ old: TreeLine?, _ olds: UnsafeRawBufferPointer, _ new: TreeLine?,
        _ news: UnsafeRawBufferPointer
    ) -> Int {
        guard let old else { return 1 }
        guard let new else { return -1 }
        let (name, newName) = (old.nameBytes(in: olds), new.nameBytes(in: news))
        if TreeEntry.precedes(name, old.isDirectory, newName, new.isDirectory) { return -1 }
        return TreeEntry.precedes(newName, new.isDirectory, name, old.isDirectory) ? 1 : 0
    }
}
