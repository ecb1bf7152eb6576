/// The trees read lately, bounded by the bytes they have.
///
/// Two generations: when the young one is full it becomes the old one, and what was old is let go.
struct TreeCache {
    private static let bytesPerGeneration = 1 << 22
    /// What keeping a tree costs besides its bytes.
    private static let cost = 128

    private var young: [ObjectID: Tree] = [:]
    private var old: [ObjectID: Tree] = [:]
    private var bytesInYoung = 0

    /// A tree read lately.
    mutating func tree(_ id: ObjectID) -> Tree? {
        if let tree = young[id] { return tree }
        guard let tree = old[id] else { return nil }
        insert(tree, of: id)
        return tree
    }

    /// Keeps a tree.
    mutating func insert(_ tree: Tree, of id: ObjectID) {
        let size = tree.bytes.count + Self.cost
        if bytesInYoung + size > Self.bytesPerGeneration {
            old = young
            young = [:]
            bytesInYoung = 0
        }
        if young.updateValue(tree, forKey: id) == nil { bytesInYoung += size }
    }
}
