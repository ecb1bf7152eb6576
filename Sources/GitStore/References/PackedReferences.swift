import Glibc
import SystemPackage

/// The refs git keeps together in one file, `packed-refs`. A loose ref of the same name wins.
///
/// Git writes the file sorted by name and says so in its first line, so a ref is found by halving. As
/// git does, this reads no more of the file than it needs, and complains of what it reads. Git replaces
/// the file and never writes into it: it stays the one that was opened.
final class PackedReferences {
    /// One ref with the bytes of its lines, the second of which tells what a tag leads to.
    struct Record {
        var name: String
        var target: ObjectID
        var lines: Range<Int>
    }

    private let path: FilePath
    private let file: FileDescriptor?
    private let opened: stat
    /// Where the first ref is, after the line about the file.
    private var start = 0
    private var isSorted = false

    private var size: Int { Int(opened.st_size) }

    /// Opens the file; there are no packed refs when it isn't there.
    init(at path: FilePath) throws(GitError) {
        self.path = path
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 || errno == ENOENT else {
            throw RepositoryFile.failed("read", path, Errno(rawValue: errno))
        }
        file = descriptor < 0 ? nil : FileDescriptor(rawValue: descriptor)
        var status = stat()
        if descriptor >= 0, fstat(descriptor, &status) != 0 {
            opened = stat()
            throw RepositoryFile.failed("read", path, Errno(rawValue: errno))
        }
        opened = status
        guard descriptor < 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw .corruptReference("packed-refs", why: LooseReferences.isNoPlainFile)
        }
        guard size > 0 else { return }
        guard try bytes(at: size - 1, atMost: 1) == [newline] else { throw Self.corrupt }
        var window = Window()
        let header = try line(at: 0, in: &window, reading: 512)
        guard header.first == UInt8(ascii: "#") else { return }
        // Git reads no file whose first line says something else.
        guard header.starts(with: "# pack-refs with:".utf8) else { throw Self.corrupt }
        start = header.count + 1
        isSorted = String(decoding: header, as: UTF8.self).split(separator: " ").contains("sorted")
    }

    deinit {
        if let file { close(file.rawValue) }
    }

    /// Whether the file of that path is still this one, as it was.
    var isCurrent: Bool {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return file == nil }
        return file != nil && status.st_dev == opened.st_dev && status.st_ino == opened.st_ino
            && status.st_size == opened.st_size && status.modified == opened.modified
    }

    /// The ref of this name.
    func record(named name: String) throws(GitError) -> Record? {
        guard isSorted else {
            return try records(prefix: name).first { $0.name.utf8.elementsEqual(name.utf8) }
        }
        var window = Window()
        let position = try firstEntry(notBefore: name, in: &window)
        guard position < size else { return nil }
        let entry = try entry(at: position, in: &window, reading: 512)
        return entry.name.elementsEqual(name.utf8) ? try entry.record() : nil
    }

    /// The refs whose names begin with this, sorted by name.
    func records(prefix: String) throws(GitError) -> [Record] {
        var records: [Record] = []
        var window = Window()
        var position = isSorted ? try firstEntry(notBefore: prefix, in: &window) : start
        while position < size {
            let entry = try entry(at: position, in: &window, reading: 1 << 16)
            position = entry.lines.upperBound
            if entry.name.starts(with: prefix.utf8) {
                records.append(try entry.record())
            } else if isSorted {
                break
            }
        }
        if !isSorted {
            records.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        // Git writes each name once, and in order.
        for (record, next) in zip(records, records.dropFirst())
        where !record.name.utf8.lexicographicallyPrecedes(next.name.utf8) {
            throw Self.outOfOrder(next.name)
        }
        return records
    }

    /// Reads the whole file, which must be sorted where it says so: who looks for one name reads a part.
    ///
    /// - Parameter visit: is given each ref, and what its second line says that a tag leads to.
    func check(
        _ visit: (Record, _ peeled: ArraySlice<UInt8>?) -> Void
    ) throws(GitError) {
        var window = Window()
        var position = start
        var last: [UInt8] = []
        while position < size {
            let entry = try entry(at: position, in: &window, reading: 1 << 16)
            position = entry.lines.upperBound
            visit(try entry.record(), entry.peeled)
            guard !isSorted || last.lexicographicallyPrecedes(entry.name) else {
                throw Self.outOfOrder(String(decoding: entry.name, as: UTF8.self))
            }
            last = Array(entry.name)
        }
        if !isSorted { _ = try records(prefix: "") }
    }

    /// The file's bytes without one ref; nil when it isn't packed.
    func removing(_ name: String) throws(GitError) -> [UInt8]? {
        guard let lines = try record(named: name)?.lines else { return nil }
        let before = try bytes(at: 0, atMost: lines.lowerBound)
        return try before + bytes(at: lines.upperBound, atMost: size - lines.upperBound)
    }

    private static func outOfOrder(_ name: String) -> GitError {
        .corruptReference("packed-refs", why: "'\(name)' stands twice or out of order")
    }

    private static var corrupt: GitError {
        .corruptReference("packed-refs", why: "the file has a line that isn't an id and a name")
    }
}

/// Reading the lines of the file, wherever they are.
extension PackedReferences {
    /// The lines of one ref.
    private struct Entry {
        let id: ArraySlice<UInt8>
        let name: ArraySlice<UInt8>
        /// What the second line says after its mark; nil without one.
        let peeled: ArraySlice<UInt8>?
        let lines: Range<Int>

        func record() throws(GitError) -> Record {
            guard let target = ObjectID(hexadecimal: id),
                let name = String(validating: name, as: UTF8.self)
            else { throw PackedReferences.corrupt }
            return Record(name: name, target: target, lines: lines)
        }
    }

    /// A stretch of the file, as it was read last.
    private struct Window {
        var start = 0
        var bytes: [UInt8] = []

        /// What it has from a place in the file on.
        func from(_ position: Int) -> ArraySlice<UInt8> {
            let offset = position - start
            return offset >= 0 && offset < bytes.count ? bytes[offset...] : []
        }
    }

    /// Where the refs begin that sort like this name or after it.
    private func firstEntry(
        notBefore name: String, in window: inout Window
    ) throws(GitError) -> Int {
        var (low, high, found) = (start, size, size)
        while low < high {
            var position = low
            // The last few are read one after the other.
            if high - low > 1024 {
                let middle = low + (high - low) / 2
                position = try nextEntry(after: middle, in: &window)
                guard position < high else {
                    high = middle + 1
                    continue
                }
            }
            let entry = try entry(at: position, in: &window, reading: 512)
            if entry.name.lexicographicallyPrecedes(name.utf8) {
                low = entry.lines.upperBound
            } else {
                (found, high) = (position, position)
            }
        }
        return found
    }

    /// Where the first entry begins that doesn't begin before the byte after this one.
    private func nextEntry(after position: Int, in window: inout Window) throws(GitError) -> Int {
        var next = position
        repeat {
            next += try line(at: next, in: &window, reading: 512).count + 1
            guard next < size else { return size }
        } while try line(at: next, in: &window, reading: 512).first == UInt8(ascii: "^")
        return next
    }

    private func entry(
        at position: Int, in window: inout Window, reading length: Int
    ) throws(GitError) -> Entry {
        let line = try line(at: position, in: &window, reading: length)
        // An id of 40 digits, a space, a name.
        guard line.count > 41, line[line.startIndex + 40] == UInt8(ascii: " ") else {
            throw Self.corrupt
        }
        var end = position + line.count + 1
        var peeled: ArraySlice<UInt8>?
        if end < size {
            let next = try self.line(at: end, in: &window, reading: length)
            if next.first == UInt8(ascii: "^") {
                end += next.count + 1
                peeled = next.dropFirst()
            }
        }
        return Entry(
            id: line.prefix(40), name: line.dropFirst(41), peeled: peeled, lines: position..<end)
    }

    /// The rest of the line at a place in the file; its end isn't in it.
    private func line(
        at position: Int, in window: inout Window, reading length: Int
    ) throws(GitError) -> ArraySlice<UInt8> {
        var length = length
        while true {
            let rest = window.from(position)
            if let end = rest.firstIndex(of: newline) { return rest[..<end] }
            guard length <= 1 << 17, rest.count < size - position else { throw Self.corrupt }
            window = Window(start: position, bytes: try bytes(at: position, atMost: length))
            length *= 2
        }
    }

    private func bytes(at position: Int, atMost count: Int) throws(GitError) -> [UInt8] {
        guard let file, count > 0 else { return [] }
        do {
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
                while read < count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[read...])
                    let more = try file.read(fromAbsoluteOffset: Int64(position + read), into: rest)
                    guard more > 0 else { return }
                    read += more
                }
            }
        } catch {
            throw RepositoryFile.failed("read", path, error)
        }
    }

    private var newline: UInt8 { UInt8(ascii: "\n") }
}
