extension GitRepository {
    /// A tree, found well-formed.
    ///
    /// Throws `missingObject`, `wrongKind`, or `corruptObject` for a tree git would not have written.
    package func tree(_ id: ObjectID) throws(GitError) -> Tree {
        if let tree = knownTrees.tree(id) { return tree }
        let tree = try Tree(read(id, as: .tree), of: id)
        knownTrees.insert(tree, of: id)
        return tree
    }

    /// Two trees that are expected to differ little: whichever is known helps to read the other.
    func alike(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> (one: Tree, other: Tree) {
        if let known = knownTrees.tree(one) { return (known, try tree(other, like: known)) }
        let known = try tree(other)
        return (try tree(one, like: known), known)
    }

    private func tree(_ id: ObjectID, like other: Tree) throws(GitError) -> Tree {
        if let tree = knownTrees.tree(id) { return tree }
        let bytes = try read(id, as: .tree)
        let tree: Tree
        if let alike = Tree(bytes, like: other) {
            tree = alike
        } else {
            tree = try Tree(bytes, of: id)
        }
        knownTrees.insert(tree, of: id)
        return tree
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
        let path = Array(path.utf8)
        var directory = tree
        var start = 0
        while true {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            let tree = try self.tree(directory)
            let entry = path.withUnsafeBytes {
                tree.named(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
            }
            guard let entry, end < path.count else { return entry }
            guard entry.mode.isDirectory else { return nil }
            directory = entry.id
            start = end + 1
        }
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
        for entry in try self.tree(tree).entries {
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
