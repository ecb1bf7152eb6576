import Glibc
import SystemPackage

/// The refs git keeps together in one file, `packed-refs`. A loose ref of the same name wins.
///
/// Git writes the file sorted by name and says so in its first line, so a ref is found by halving. As
/// git does, this reads no more of the file than it needs, and complains of what it reads.
struct PackedReferences {
    /// One ref with the bytes of its lines, the second of which tells what a tag leads to.
    struct Record {
        var name: String
        var target: ObjectID
        var lines: Range<Int>
    }

    private let file: MappedFile?
    private let bytes: UnsafeRawBufferPointer
    /// Where the first ref is, after the line about the file.
    private let start: Int
    private let isSorted: Bool

    /// Opens the file; there are no packed refs when it isn't there.
    init(at path: FilePath) throws(GitError) {
        file = try MappedFile(path)
        bytes = file?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else { throw Self.corrupt }
        guard bytes.first == UInt8(ascii: "#") else {
            (start, isSorted) = (0, false)
            return
        }
        let end = Self.endOfLine(in: bytes, at: 0)
        start = end + 1
        isSorted = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
            .contains("sorted")
    }

    /// The ref of this name.
    func record(named name: String) throws(GitError) -> Record? {
        try records(prefix: name).first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The refs whose names begin with this.
    func records(prefix: String) throws(GitError) -> [Record] {
        var records: [Record] = []
        var position = isSorted ? try firstLine(notBefore: prefix) : start
        while position < bytes.count {
            let lines = try lines(at: position)
            position = lines.upperBound
            if name(in: lines).starts(with: prefix.utf8) {
                records.append(try record(in: lines))
            } else if isSorted {
                break
            }
        }
        return records
    }

    /// The file's bytes without one ref; nil when it isn't packed.
    func removing(_ name: String) throws(GitError) -> [UInt8]? {
        guard let record = try record(named: name) else { return nil }
        return Array(bytes[..<record.lines.lowerBound]) + bytes[record.lines.upperBound...]
    }

    /// Where the refs begin that sort like this name or after it.
    private func firstLine(notBefore name: String) throws(GitError) -> Int {
        var (low, high) = (start, bytes.count)
        while low < high {
            let middle = record(around: low + (high - low) / 2, from: low)
            let lines = try lines(at: middle)
            if self.name(in: lines).lexicographicallyPrecedes(name.utf8) {
                low = lines.upperBound
            } else {
                high = middle
            }
        }
        return low
    }

    /// Where the record begins that has this byte, `from` being the beginning of one.
    private func record(around position: Int, from: Int) -> Int {
        var position = position
        repeat {
            position = Self.startOfLine(in: bytes, around: position, from: from)
            guard position > from, bytes[position] == UInt8(ascii: "^") else { return position }
            position -= 1
        } while true
    }

    /// The line of a ref that begins here, and the one after it that tells what a tag leads to.
    private func lines(at position: Int) throws(GitError) -> Range<Int> {
        let end = Self.endOfLine(in: bytes, at: position)
        // An id of 40 digits, a space, a name.
        guard end - position > 41, bytes[position + 40] == UInt8(ascii: " ") else {
            throw Self.corrupt
        }
        guard end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "^") else {
            return position..<end + 1
        }
        return position..<Self.endOfLine(in: bytes, at: end + 1) + 1
    }

    private func name(in lines: Range<Int>) -> Slice<UnsafeRawBufferPointer> {
        let first = lines.lowerBound + 41
        return bytes[first..<Self.endOfLine(in: bytes, at: first)]
    }

    private func record(in lines: Range<Int>) throws(GitError) -> Record {
        let id = bytes[lines.lowerBound..<lines.lowerBound + 40]
        guard let target = ObjectID(String(decoding: id, as: UTF8.self)),
            let name = String(validating: name(in: lines), as: UTF8.self)
        else { throw Self.corrupt }
        return Record(name: name, target: target, lines: lines)
    }

    /// Where the newline is; the file ends with one.
    private static func endOfLine(in bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private static func startOfLine(
        in bytes: UnsafeRawBufferPointer, around position: Int, from: Int
    ) -> Int {
        bytes[from..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? from
    }

    private static var corrupt: GitError {
        .corruptReference("packed-refs", why: "the file has a line that isn't an id and a name")
    }
}
