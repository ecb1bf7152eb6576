import Yams

extension DocumentNode {
    /// Refuses a document in which some word begins like an anchor and another one like an alias.
    ///
    /// Aliases are expanded while a document is composed, so that a few lines may stand for
    /// billions of nodes: it has to be refused before. A document with anchors alone is harmless,
    /// and is refused later, exactly.
    static func refuseAliases(in bytes: [UInt8], file: String) throws(DocumentError) {
        guard bytes.contains(UInt8(ascii: "&")), bytes.contains(UInt8(ascii: "*")) else { return }
        var (line, aliasLine, hasAnchor) = (1, Int?.none, false)
        var previous = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\n")
            if " \t\r\n[]{},:?-\"'".utf8.contains(previous), !" \t\r\n".utf8.contains(next) {
                if byte == UInt8(ascii: "&") { hasAnchor = true }
                if byte == UInt8(ascii: "*"), aliasLine == nil { aliasLine = line }
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            previous = byte
        }
        guard hasAnchor, let aliasLine else { return }
        throw DocumentError(
            file: file, line: aliasLine, problem: "has anchors and aliases, which are not allowed",
            hint: "write the value out; in text, let no word begin with '&' or '*'")
    }

    static func translate(_ error: YamlError, file: String) -> DocumentError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return DocumentError(
                file: file, line: mark.line, problem: "is not valid YAML: \(problem)",
                hint: "correct that line, or the one before")
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.utf8.prefix(max(offset ?? 0, 0))
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            return DocumentError(
                file: file, line: offset == nil ? nil : line,
                problem: "is not valid YAML: \(problem)",
                hint: "correct that line, or the one before")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return DocumentError(
                file: file, line: context.mark.line, problem: "names the same key twice: \(keys)")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return DocumentError(file: file, problem: "can't be read: \(error)")
        }
    }
}
