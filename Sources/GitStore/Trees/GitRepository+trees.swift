extension GitRepository {
    /// The entries of a tree, in git's order.
    ///
    /// Throws `missingObject`, `wrongKind`, or `corruptObject` for a tree git would not have written.
    package func tree(_ id: ObjectID) throws(GitError) -> [TreeEntry] {
        if let entries = parsedTrees.entries(of: id) { return entries }
        let entries = try TreeCoding.decode(read(id, as: .tree), of: id)
        parsedTrees.insert(entries, of: id)
        return entries
    }

    /// The entries of two trees that are expected to differ little: whichever is known helps to read
    /// the other.
    func alike(
        _ one: ObjectID, _ other: ObjectID
    ) throws(GitError) -> (one: [TreeEntry], other: [TreeEntry]) {
        if let entries = parsedTrees.entries(of: one) {
            return (entries, try tree(other, like: entries))
        }
        let entries = try tree(other)
        return (try tree(one, like: entries), entries)
    }

    private func tree(_ id: ObjectID, like other: [TreeEntry]) throws(GitError) -> [TreeEntry] {
        if let entries = parsedTrees.entries(of: id) { return entries }
        let bytes = try read(id, as: .tree)
        let entries: [TreeEntry]
        if let replaced = TreeCoding.replacing(other, by: bytes) {
            entries = replaced
        } else {
            entries = try TreeCoding.decode(bytes, of: id)
        }
        parsedTrees.insert(entries, of: id)
        return entries
    }

    /// Stores a tree of these entries, in whatever order they come.
    @discardableResult
    package func writeTree(_ entries: [TreeEntry]) throws -> ObjectID {
        try write(.tree, TreeCoding.encode(entries))
    }

    /// The id the tree of these entries has; nothing is written.
    package func treeID(_ entries: [TreeEntry]) throws(GitError) -> ObjectID {
        ObjectID.hash(.tree, try TreeCoding.encode(entries))
    }

    /// The entry at a path; nil when there is none.
    package func entry(at path: String, in tree: ObjectID) throws(GitError) -> TreeEntry? {
        try entry(at: path, from: tree) { name, directory throws(GitError) in
            try self.tree(directory).named(name)
        }
    }

    /// The entry at a path of a tree that was read strictly before, as all accepted ones were.
    ///
    /// It is found without reading the other entries, of which an environment has one for each model.
    package func entry(at path: String, inAccepted tree: ObjectID) throws(GitError) -> TreeEntry? {
        try entry(at: path, from: tree) { name, directory throws(GitError) in
            if let entries = parsedTrees.entries(of: directory) { return entries.named(name) }
            return try TreeCoding.find(name, in: read(directory, as: .tree), of: directory)
        }
    }

    private func entry(
        at path: String, from tree: ObjectID,
        find: (_ name: Substring, _ directory: ObjectID) throws(GitError) -> TreeEntry?
    ) throws(GitError) -> TreeEntry? {
        var directory = tree
        var names = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        while let name = names.popFirst() {
            guard let entry = try find(name, directory) else { return nil }
            if names.isEmpty { return entry }
            guard entry.mode.isDirectory else { return nil }
            directory = entry.id
        }
        return nil
    }

    /// The bytes of the file at a path; nil when there is none, or something else.
    package func blob(at path: String, in tree: ObjectID) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(at: path, in: tree), entry.mode.isBlob else { return nil }
        return try read(entry.id, as: .blob)
    }

    /// All files of a tree and of the trees in it, sorted by path.
    ///
    /// Throws `limitExceeded` when there are more than `limit`, or trees nested deeper than 32.
    package func files(
        in tree: ObjectID, limit: Int = 100_000
    ) throws(GitError) -> [(path: String, entry: TreeEntry)] {
        var found: [(path: String, entry: TreeEntry)] = []
        try collect(tree, at: "", depth: 1, limit: limit, into: &found)
        return found
    }

    private func collect(
        _ tree: ObjectID, at prefix: String, depth: Int, limit: Int,
        into found: inout [(path: String, entry: TreeEntry)]
    ) throws(GitError) {
        try Self.requireDepth(depth, at: prefix)
        for entry in try self.tree(tree) {
            let path = prefix + entry.name
            if entry.mode.isDirectory {
                try collect(
                    entry.id, at: path + "/", depth: depth + 1, limit: limit, into: &found)
            } else {
                guard found.count < limit else {
                    throw .limitExceeded("tree \(tree) makes more than \(limit) files")
                }
                found.append((path, entry))
            }
        }
    }

    static func requireDepth(_ depth: Int, at path: String) throws(GitError) {
        guard depth <= TreePath.deepest else {
            throw .limitExceeded("'\(path)' is nested more than \(TreePath.deepest) trees deep")
        }
    }
}
