import SystemPackage

/// The refs git keeps together in one file, `packed-refs`. A loose ref of the same name wins.
struct PackedReferences {
    /// One ref with the bytes of its lines, the second of which tells what a tag leads to.
    struct Record {
        var name: String
        var target: ObjectID
        var lines: Range<Int>
    }

    private let bytes: [UInt8]

    /// Reads the file; there are no packed refs when it isn't there.
    init(at path: FilePath) throws(GitError) {
        bytes = try RepositoryFile.contents(of: path) ?? []
    }

    /// The refs whose names begin with this.
    func records(prefix: String) throws(GitError) -> [Record] {
        var records: [Record] = []
        var position = 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[position..<end]
            let next = min(end + 1, bytes.count)
            defer { position = next }
            switch line.first {
            case UInt8(ascii: "#"):
                continue
            case UInt8(ascii: "^"):
                guard let last = records.indices.last, records[last].lines.upperBound == position
                else { continue }
                records[last].lines = records[last].lines.lowerBound..<next
            default:
                guard line.count > 41, line.dropFirst(41).starts(with: prefix.utf8) else {
                    guard line.count > 41 else { throw Self.corrupt }
                    continue
                }
                guard line[line.startIndex + 40] == UInt8(ascii: " "),
                    let target = ObjectID(String(decoding: line.prefix(40), as: UTF8.self)),
                    let name = String(validating: line.dropFirst(41), as: UTF8.self)
                else { throw Self.corrupt }
                records.append(Record(name: name, target: target, lines: position..<next))
            }
        }
        return records
    }

    /// The file's bytes without one ref; nil when it isn't packed.
    func removing(_ name: String) throws(GitError) -> [UInt8]? {
        let record = try records(prefix: name).first { $0.name.utf8.elementsEqual(name.utf8) }
        guard let record else { return nil }
        return Array(bytes[..<record.lines.lowerBound] + bytes[record.lines.upperBound...])
    }

    private static var corrupt: GitError {
        .corruptReference("packed-refs", why: "the file has a line that isn't an id and a name")
    }
}
