/// A commit's text taken apart as git does it, written a second time so that tests don't trust the
/// first: headers up to the first empty line, lines that begin with a blank continue the one before.
struct CommitText: Hashable {
    struct Field: Hashable {
        var name: [UInt8]
        /// With line feeds and blanks of continued lines in it, as they stand.
        var value: [UInt8]

        var line: [UInt8] { name + " ".bytes + value + "\n".bytes }
    }

    var fields: [Field]
    var message: [UInt8]

    init(_ bytes: [UInt8]) {
        fields = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 10 }
            rest = rest.dropFirst(line.count + 1)
            if line.isEmpty { break }
            if line.first == 32, !fields.isEmpty {
                fields[fields.count - 1].value += [10] + line
            } else {
                let name = line.prefix { $0 != 32 }
                fields.append(
                    Field(name: [UInt8](name), value: [UInt8](line.dropFirst(name.count + 1))))
            }
        }
        message = [UInt8](rest)
    }

    var bytes: [UInt8] { fields.flatMap(\.line) + [10] + message }

    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name.bytes }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    mutating func set(_ name: String, to values: [String]) {
        let place = fields.firstIndex { $0.name == name.bytes } ?? min(1, fields.count)
        fields.removeAll { $0.name == name.bytes }
        let new = values.map { Field(name: name.bytes, value: $0.bytes) }
        fields.insert(contentsOf: new, at: min(place, fields.count))
    }

    /// What a signature is over.
    var payload: [UInt8] {
        var text = self
        text.fields.removeAll { $0.name == "gpgsig".bytes }
        return text.bytes
    }

    /// The armored signature as a file would hold it.
    var armor: String? {
        get { values("gpgsig").first.map { $0.replacing("\n ", with: "\n") + "\n" } }
        set {
            fields.removeAll { $0.name == "gpgsig".bytes }
            guard let newValue else { return }
            let value = newValue.split(separator: "\n").joined(separator: "\n ")
            fields.append(Field(name: "gpgsig".bytes, value: value.bytes))
        }
    }

    /// Seconds since 1970 of the committer line, nil where there is none.
    var committed: Int64? {
        values("committer").first.flatMap { line in
            line.split(separator: " ").dropLast().last.flatMap { Int64($0) }
        }
    }
}
