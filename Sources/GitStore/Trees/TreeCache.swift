/// The trees parsed lately, bounded by the number of entries they hold.
///
/// Two generations: when the young one is full it becomes the old one, and what was old is let go.
struct TreeCache {
    private static let entriesPerGeneration = 1 << 16

    private var young: [ObjectID: [TreeEntry]] = [:]
    private var old: [ObjectID: [TreeEntry]] = [:]
    private var entriesInYoung = 0

    /// The entries of a tree parsed lately.
    mutating func entries(of id: ObjectID) -> [TreeEntry]? {
        if let entries = young[id] { return entries }
        guard let entries = old[id] else { return nil }
        insert(entries, of: id)
        return entries
    }

    /// Keeps the entries of a tree.
    mutating func insert(_ entries: [TreeEntry], of id: ObjectID) {
        if entriesInYoung + entries.count > Self.entriesPerGeneration {
            old = young
            young = [:]
            entriesInYoung = 0
        }
        if young.updateValue(entries, forKey: id) == nil {
            // An empty tree costs its place too.
            entriesInYoung += entries.count + 1
        }
    }
}
