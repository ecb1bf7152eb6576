import GitStore

/// Trees, which are read alone, beside one that is known, and compared without reading all of them.
extension ParserTarget {
    /// The first byte says how much of the rest is the tree that is known; the remainder is the other.
    static func tree(_ bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let split = 1 + Int(first) * (bytes.count - 1) / 255
        let (before, after) = ([UInt8](bytes[1..<split]), [UInt8](bytes[split...]))
        return sound(before) ?? sound(after) ?? compared(before, after)
            // The same names with other objects, as most steps have them.
            ?? compared(before, renumbered(before, by: after))
    }

    /// Wide from the first byte on, and never.
    private static let widths = [0, Int.max]

    private static func parse(_ bytes: [UInt8], wide: Int) -> Tree? {
        read { try Tree(bytes, of: .zero, wide: wide) }
    }

    /// An accepted tree's entries give back its bytes, and each is found by its name.
    private static func sound(_ bytes: [UInt8]) -> String? {
        for wide in widths {
            guard let tree = parse(bytes, wide: wide) else { continue }
            let entries = tree.entries
            guard entries.flatMap(written) == bytes else {
                return "its entries don't give its bytes back"
            }
            for entry in entries {
                guard tree.named(entry.name) == entry else { return "'\(entry.name)' isn't found" }
                for other in [entry.name + "!", String(entry.name.dropLast()), "~" + entry.name]
                where !entries.contains(where: { $0.name.utf8.elementsEqual(other.utf8) }) {
                    guard tree.named(other) == nil else { return "'\(other)' is found" }
                }
            }
            guard (tree.only == nil) == (entries.count != 1) else { return "it isn't one entry" }
        }
        return nil
    }

    /// Beside a known tree another is read as it is alone, if it has the same names and kinds.
    private static func compared(_ bytes: [UInt8], _ others: [UInt8]) -> String? {
        for wide in widths {
            guard let known = parse(bytes, wide: wide) else { continue }
            let alone = parse(others, wide: wide)
            let beside = Tree(others, like: known)
            let isAlike = alone.map { $0.entries.map(place) == known.entries.map(place) } ?? false
            guard (beside != nil) == isAlike else { return "beside another it is read differently" }
            if let beside, let alone {
                guard beside.entries == alone.entries else { return "beside another it has others" }
                for entry in alone.entries where beside.named(entry.name) != entry {
                    return "beside another '\(entry.name)' isn't found"
                }
            }
        }
        return nil
    }

    private static func place(_ entry: TreeEntry) -> [UInt8] {
        Array("\(entry.mode) \(entry.name)".utf8)
    }

    private static func written(_ entry: TreeEntry) -> [UInt8] {
        Array("\(String(entry.mode.rawValue, radix: 8)) \(entry.name)\0".utf8) + entry.id.bytes
    }

    /// A tree's bytes with some of its ids' replaced.
    private static func renumbered(_ bytes: [UInt8], by others: [UInt8]) -> [UInt8] {
        guard let entries = parse(bytes, wide: .max)?.entries, !others.isEmpty else { return [] }
        return entries.enumerated().flatMap { index, entry in
            let id = Array(repeating: others[index % others.count], count: 20)
            return index.isMultiple(of: 3)
                ? written(entry) : Array(written(entry).dropLast(20)) + id
        }
    }
}
