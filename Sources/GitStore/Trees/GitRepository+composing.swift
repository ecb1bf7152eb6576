extension GitRepository {
    /// The tree with another entry at a path, written with every tree above it.
    ///
    /// Nil removes what is there; directories left empty go too. The entry's name is the path's.
    package func replacing(
        _ path: String, in tree: ObjectID, with entry: TreeEntry?
    ) throws -> ObjectID {
        try composed([(path, entry)], over: tree, writing: true)
    }

    /// The id of the tree with other entries at these paths, and with `writing` the tree itself.
    ///
    /// The changes apply in order: a later one wins, and may add to a directory an earlier one put
    /// in place. Without `writing` the repository stays untouched, and no tree made on the way
    /// needs to be in it.
    package func composed(
        _ changes: [(path: String, entry: TreeEntry?)], over tree: ObjectID, writing: Bool
    ) throws -> ObjectID {
        let root = PlannedTree()
        for change in changes {
            let path = try TreePath(change.path)
            root.plan(change.entry, at: path.names[...])
        }
        let entries = try composed(root, over: self.tree(tree).entries, writing: writing)
        return writing ? try writeTree(entries) : try treeID(entries)
    }

    /// Whether a tree is the one that `composed` makes: mostly told without making it.
    ///
    /// Throws when it is that one, and it or a tree in it that `base` hasn't is missing.
    package func isComposed(
        _ tree: ObjectID, of changes: [(path: String, entry: TreeEntry?)], over base: ObjectID
    ) throws -> Bool {
        let root = PlannedTree()
        for change in changes {
            let path = try TreePath(change.path)
            root.plan(change.entry, at: path.names[...])
        }
        // A tree has one form, so one with the entries that `composed` gives is that one.
        let (found, before) = try alike(tree, base)
        if try differs(found, from: before, as: root) { return true }
        guard try composed(changes, over: base, writing: false) == tree else { return false }
        // Its id is right; that it is there is told by reading what it has of its own.
        _ = try self.changes(from: base, to: tree)
        return true
    }

    /// Whether a tree that isn't empty plainly differs from another as planned, and in nothing else;
    /// false also where that is not plain, because a directory comes or goes.
    private func differs(_ tree: Tree, from base: Tree, as plan: PlannedTree) throws -> Bool {
        guard !tree.isEmpty,
            tree.isEqual(
                without: plan.lines(in: tree), to: base, without: plan.lines(in: base))
        else { return false }
        for below in plan.below.values {
            let (now, before) = (tree.named(below.name), base.named(below.name))
            switch below.own {
            case .replaced(let entry):
                guard below.below.isEmpty, now == entry else { return false }
            case .kept:
                if now == nil, before == nil, below.onlyRemoves { continue }
                guard let now, let before, now.mode == .directory, before.mode == .directory
                else { return false }
                let (tree, base) = try alike(now.id, before.id)
                guard try differs(tree, from: base, as: below) else { return false }
            }
        }
        return true
    }

    private func composed(
        _ plan: PlannedTree, over entries: [TreeEntry], writing: Bool
    ) throws -> [TreeEntry] {
        var kept = entries.filter { plan.below[Array($0.name.utf8)] == nil }
        for (bytes, planned) in plan.below {
            let present = entries.first { $0.name.utf8.elementsEqual(bytes) }
            guard let entry = try composed(planned, over: present, writing: writing) else {
                continue
            }
            kept.append(entry)
        }
        return kept
    }

    /// What stands at one name in the end.
    private func composed(
        _ plan: PlannedTree, over present: TreeEntry?, writing: Bool
    ) throws -> TreeEntry? {
        let base: TreeEntry?
        switch plan.own {
        case .kept: base = present
        case .replaced(let entry): base = entry
        }
        guard !plan.below.isEmpty else { return base }
        let entries: [TreeEntry]
        if let base, base.mode.isDirectory {
            entries = try tree(base.id).entries
        } else {
            entries = []
        }
        let result = try composed(plan, over: entries, writing: writing)
        guard !result.isEmpty else {
            // Removing what isn't there, below a file, leaves the file.
            return base?.mode.isDirectory == true ? nil : base
        }
        let id = writing ? try writeTree(result) : try treeID(result)
        return TreeEntry(name: plan.name, mode: .directory, id: id)
    }
}

/// The changes planned at a name and below it.
private final class PlannedTree {
    enum Own {
        case kept
        case replaced(TreeEntry?)
    }

    let name: String
    var own = Own.kept
    // Keyed by bytes: as strings, names encoded differently would be one.
    var below: [[UInt8]: PlannedTree] = [:]

    init(name: String = "") {
        self.name = name
    }

    /// Where the entries of the planned names stand, in order.
    func lines(in tree: Tree) -> [TreeLine] {
        below.keys.compactMap { name in name.withUnsafeBytes { tree.line(named: $0) } }
            .sorted { $0.start < $1.start }
    }

    /// Whether all that is planned is that nothing be there.
    var onlyRemoves: Bool {
        switch own {
        case .kept: below.values.allSatisfy(\.onlyRemoves)
        case .replaced(let entry): entry == nil && below.isEmpty
        }
    }

    func plan(_ entry: TreeEntry?, at names: ArraySlice<Substring>) {
        guard let first = names.first else {
            own = .replaced(entry.map { TreeEntry(name: name, mode: $0.mode, id: $0.id) })
            below = [:]
            return
        }
        let key = Array(first.utf8)
        let next = below[key] ?? PlannedTree(name: String(first))
        below[key] = next
        next.plan(entry, at: names.dropFirst())
    }
}
