import Foundation
import Testing

extension Fixture {
    /// Every reference, the ledger's moves, and what waits in the inbox: what must stay when something
    /// is refused. That it was refused is an entry that moves nothing.
    func state() throws -> String {
        let listed = try git("for-each-ref", "--format=%(refname) %(objectname)")
        try #require(listed.status == 0, "\(listed)")
        let references = listed.output.split(separator: "\n")
            .filter { !$0.hasPrefix("refs/signet/ledger ") }
        let moves = try git("log", "--format=%s", "refs/signet/ledger").output
            .split(separator: "\n").filter { !$0.contains(": refused ") }
        let inbox = registry.appending(path: "signet/inbox")
        let waiting =
            FileManager.default.fileExists(atPath: inbox.path)
            ? try FileManager.default.contentsOfDirectory(atPath: inbox.path).sorted() : []
        return (references + moves + waiting.map { $0[...] }).joined(separator: "\n")
    }

    /// The commit a reference of the registry is at.
    func commit(_ reference: String) throws -> String {
        let found = try git("rev-parse", "--verify", reference)
        try #require(found.status == 0, "\(found)")
        return found.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Writes a file in the fixture's folder and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    /// The text with what differs from run to run put as `<id>`, `<short>`, `<time>` and so on.
    func scrubbed(_ text: String) -> String {
        text.replacing(folder.path, with: "<folder>").replacing(Self.root.path, with: "<root>")
            .replacing(/SHA256:[A-Za-z0-9+\/]{43}/, with: "<fingerprint>")
            .replacing(/\b[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}\b/, with: "<object>")
            .replacing(/\b[0-9a-f]{64}\b/, with: "<sha256>")
            .replacing(/\b[0-9a-f]{40}\b/, with: "<id>")
            .replacing(/\b[0-9a-f]{10}\b/, with: "<short>")
            .replacing(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "<time>")
    }

    /// Expects a complete answer: exit code 0, this text, and nothing said besides.
    func expect(
        _ outcome: Outcome, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        #expect(outcome.errors == "", sourceLocation: sourceLocation)
        #expect(scrubbed(outcome.output) == text + "\n", sourceLocation: sourceLocation)
    }

    /// Expects a complete complaint and no data.
    func expect(
        _ outcome: Outcome, complaint: String, status: Int32 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
        #expect(scrubbed(outcome.errors) == complaint + "\n", sourceLocation: sourceLocation)
    }

    /// The answer as JSON.
    func json(
        _ arguments: String..., as person: Person? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let outcome = try signet(arguments + ["--format", "json"], as: person)
        try #require(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return try JSON(outcome.output)
    }
}

/// A JSON value, looked into by keys and positions.
struct JSON: Equatable, CustomStringConvertible {
    private let value: NSObject

    init(_ text: String) throws {
        let parsed = try JSONSerialization.jsonObject(
            with: Data(text.utf8), options: .fragmentsAllowed)
        value = try #require(parsed as? NSObject)
    }

    private init(_ value: NSObject) { self.value = value }

    subscript(_ key: String) -> JSON? {
        ((value as? NSDictionary)?[key] as? NSObject).map(JSON.init)
    }

    subscript(_ position: Int) -> JSON? {
        guard let list = value as? NSArray, list.count > position else { return nil }
        return (list[position] as? NSObject).map(JSON.init)
    }

    var count: Int? { (value as? NSArray)?.count }
    var keys: [String]? { (value as? NSDictionary)?.allKeys.compactMap { $0 as? String }.sorted() }
    var text: String? { value as? String }
    var number: Int? { (value as? NSNumber)?.intValue }
    var bool: Bool? { (value as? NSNumber)?.boolValue }
    var description: String { "\(value)" }
}
