extension DocumentNode {
    /// The member `key`, which must be there.
    package func required(_ key: String) throws(DocumentError) -> DocumentNode {
        guard let member = try optional(key) else {
            throw error(field.isEmpty ? "lacks '\(key)'" : "lacks the key '\(key)'")
        }
        return member
    }

    /// The member `key`, nil when it isn't there.
    package func optional(_ key: String) throws(DocumentError) -> DocumentNode? {
        try pairs().first { $0.key == key }?.node
    }

    /// Checks the two keys every document of Signet begins with.
    package func expect(kind: String) throws(DocumentError) {
        let version = try required("apiVersion")
        guard try version.text() == "signet/v1" else {
            throw version.error(
                "is '\(try version.text())', which this version of Signet doesn't read",
                hint: "write 'apiVersion: signet/v1'")
        }
        let written = try required("kind")
        guard try written.text() == kind else {
            throw written.error("is '\(try written.text())'; this must be a '\(kind)'")
        }
    }

    /// One line of text, not empty, of at most `limit` bytes.
    package func singleLine(limit: Int = 256) throws(DocumentError) -> String {
        let text = try text()
        guard !text.isEmpty else { throw error("must not be empty") }
        guard text.utf8.count <= limit else {
            throw error("has \(text.utf8.count) bytes; the limit is \(limit)")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 }) else { throw error("must be one line") }
        return text
    }

    /// A list of different single lines, not empty.
    package func lines() throws(DocumentError) -> [String] {
        var lines: [String] = []
        for item in try items() {
            let line = try item.singleLine()
            guard !lines.contains(line) else { throw item.error("names '\(line)' twice") }
            lines.append(line)
        }
        guard !lines.isEmpty else { throw error("must not be empty") }
        return lines
    }

    /// An integer within `range`.
    package func integer(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
        let integer = try integer()
        guard range.contains(integer) else {
            throw error(
                range.upperBound == .max
                    ? "is \(integer); it must be at least \(range.lowerBound)"
                    : "is \(integer); it must be between \(range.lowerBound) and "
                        + "\(range.upperBound)")
        }
        return integer
    }

    /// A SHA-256 digest: 64 lower-case hexadecimal digits.
    package func sha256() throws(DocumentError) -> String {
        let text = try text()
        guard text.utf8.count == 64, text.isLowercaseHexadecimal else {
            throw error("must be a SHA-256 digest: 64 lower-case hexadecimal digits")
        }
        return text
    }

    /// One of the texts that an enumeration knows.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type = Choice.self
    ) throws(DocumentError) -> Choice {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("is '\(text)'; it must be one of: \(known)")
        }
        return choice
    }

    /// A name that follows the rules of its type.
    package func name<Name: CanonicalName>(
        _ type: Name.Type = Name.self
    ) throws(DocumentError) -> Name {
        try name(from: try text())
    }

    /// The name that `text`, taken from this node or its key, stands for.
    package func name<Name: CanonicalName>(
        _ type: Name.Type = Name.self, from text: String
    ) throws(DocumentError) -> Name {
        do {
            return try Name(text)
        } catch {
            throw self.error(error.problem, hint: error.hint)
        }
    }
}

extension String {
    /// Whether there are only digits and the letters a to f.
    var isLowercaseHexadecimal: Bool {
        utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
