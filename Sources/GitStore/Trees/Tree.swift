import Glibc

/// A tree in git's own form, found well-formed.
///
/// Most entries of a wide tree are never asked for: they are looked for in its bytes, and made when
/// they are.
package struct Tree: Sendable {
    let bytes: [UInt8]
    /// Where the entries of a wide tree begin; trees that are alike share it. Empty for others.
    private let starts: [UInt32]

    /// The largest tree that is read, in bytes.
    private static let largest = 1 << 30
    /// From how many bytes on it pays to know where the entries are.
    package static let wide = 2048
    /// How many entries of a wide tree are compared at once.
    private static let block = 16

    /// - Throws: `corruptObject` for bytes that git would not have written.
    package init(
        _ bytes: [UInt8], of id: ObjectID, wide: Int = Self.wide
    ) throws(GitError) {
        guard bytes.count <= Self.largest else {
            throw .limitExceeded("tree \(id) has \(bytes.count) bytes")
        }
        do throws(TreeCoding.BrokenRule) {
            try TreeCoding.check(bytes)
        } catch {
            throw .corruptObject(id, why: error.description)
        }
        self.bytes = bytes
        starts =
            bytes.count < wide
            ? [] : Self.lines(in: bytes).map { UInt32(truncatingIfNeeded: $0.start) }
    }

    /// A tree that has the names and kinds of another, and other objects; nil if these bytes have not.
    /// Such a tree is well-formed because the other is.
    package init?(_ bytes: [UInt8], like other: Tree) {
        guard bytes.count == other.bytes.count else { return nil }
        let isAlike = bytes.withUnsafeBytes { bytes in
            other.withBytes { known in
                guard let one = bytes.baseAddress, let two = known.baseAddress else { return true }
                return other.stretches.allSatisfy { stretch in
                    let count = stretch.count
                    return memcmp(one + stretch.lowerBound, two + stretch.lowerBound, count) == 0
                        || Self.isAlike(bytes, known, stretch)
                }
            }
        }
        guard isAlike else { return nil }
        self.bytes = bytes
        starts = other.starts
    }

    /// Whether two trees have the same names and kinds between two places of well-formed `known`.
    private static func isAlike(
        _ bytes: UnsafeRawBufferPointer, _ known: UnsafeRawBufferPointer, _ stretch: Range<Int>
    ) -> Bool {
        guard let one = bytes.baseAddress, let two = known.baseAddress else { return true }
        var position = stretch.lowerBound
        while position < stretch.upperBound {
            let line = TreeLine(trusting: known, at: position)
            guard memcmp(one + position, two + position, line.id - position) == 0,
                !ObjectID(unalignedIn: bytes, at: line.id).isZero
            else { return false }
            position = line.end
        }
        return true
    }

    /// The tree in pieces that begin and end with entries.
    private var stretches: [Range<Int>] {
        let first = stride(from: 0, to: starts.count, by: Self.block).map { Int(starts[$0]) }
        let bounds = (first.isEmpty ? [0] : first) + [bytes.count]
        return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }

    static let empty = Tree()

    private init() { (bytes, starts) = ([], []) }

    package var isEmpty: Bool { bytes.isEmpty }

    /// All entries, in git's order.
    package var entries: [TreeEntry] {
        withBytes { bytes in Self.lines(in: self.bytes).map { $0.entry(in: bytes) } }
    }

    /// The only entry, of a tree that has one.
    package var only: TreeEntry? {
        guard !isEmpty else { return nil }
        return withBytes { bytes in
            let line = TreeLine(trusting: bytes, at: 0)
            return line.end == bytes.count ? line.entry(in: bytes) : nil
        }
    }

    /// The entry of this name.
    package func named(_ name: some StringProtocol) -> TreeEntry? {
        var name = String(name)
        return name.withUTF8 { named(UnsafeRawBufferPointer($0)) }
    }

    func named(_ name: UnsafeRawBufferPointer) -> TreeEntry? {
        line(named: name).map { line in withBytes { line.entry(in: $0) } }
    }

    /// Where the entry of this name stands.
    func line(named name: UnsafeRawBufferPointer) -> TreeLine? {
        withBytes { bytes in
            guard starts.isEmpty else {
                // A directory and a file of one name would stand at different places.
                return line(named: name, isDirectory: true, in: bytes)
                    ?? line(named: name, isDirectory: false, in: bytes)
            }
            var position = 0
            while position < bytes.count {
                let line = TreeLine(trusting: bytes, at: position)
                if line.isNamed(name, in: bytes) { return line }
                position = line.end
            }
            return nil
        }
    }

    private func line(
        named name: UnsafeRawBufferPointer, isDirectory: Bool, in bytes: UnsafeRawBufferPointer
    ) -> TreeLine? {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            let line = TreeLine(trusting: bytes, at: Int(starts[middle]))
            if line.isNamed(name, in: bytes) { return line }
            if TreeEntry.precedes(
                line.nameBytes(in: bytes), line.isDirectory, name, isDirectory)
            {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return nil
    }

    private static func lines(in bytes: [UInt8]) -> [TreeLine] {
        bytes.withUnsafeBytes { bytes in
            var lines: [TreeLine] = []
            lines.reserveCapacity(bytes.count / 32)
            var position = 0
            while position < bytes.count {
                let line = TreeLine(trusting: bytes, at: position)
                lines.append(line)
                position = line.end
            }
            return lines
        }
    }

    /// Whether two trees have the same entries, those at these places left out.
    ///
    /// - Parameter lines: places in this tree, in order.
    /// - Parameter otherLines: places in the other, in order.
    func isEqual(
        without lines: [TreeLine], to other: Tree, without otherLines: [TreeLine]
    ) -> Bool {
        // No entry's bytes begin another's: the same bytes are the same entries.
        var rest = stretches(without: lines)[...]
        var otherRest = other.stretches(without: otherLines)[...]
        return withBytes { bytes in
            other.withBytes { others in
                var (one, two) = (0..<0, 0..<0)
                while true {
                    while one.isEmpty, let next = rest.popFirst() { one = next }
                    while two.isEmpty, let next = otherRest.popFirst() { two = next }
                    let count = min(one.count, two.count)
                    guard count > 0 else { return one.isEmpty && two.isEmpty }
                    guard
                        memcmp(
                            bytes.baseAddress! + one.lowerBound,
                            others.baseAddress! + two.lowerBound, count) == 0
                    else { return false }
                    one = one.dropFirst(count)
                    two = two.dropFirst(count)
                }
            }
        }
    }

    private func stretches(without lines: [TreeLine]) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        var start = 0
        for line in lines {
            stretches.append(start..<line.start)
            start = line.end
        }
        stretches.append(start..<bytes.count)
        return stretches
    }

    func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) rethrows -> Answer {
        try bytes.withUnsafeBytes(body)
    }
}
