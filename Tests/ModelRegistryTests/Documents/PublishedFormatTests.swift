import Foundation
import ModelRegistry
import Testing

/// `docs/formats.md` and `docs/schemas` say what the program does.
@Suite struct PublishedFormatTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs")

    /// The first fenced block below a heading of the page.
    private func example(_ heading: String) throws -> [UInt8] {
        let url = Self.docs.appending(path: "formats.md")
        let page = try String(contentsOf: url, encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## \(heading)\n").last)
        let fenced = section.components(separatedBy: "\n```")
        try #require(fenced.count > 2)
        return Array((fenced[1].drop { $0 != "\n" }.dropFirst() + "\n").utf8)
    }

    private func schema(_ name: String) throws -> DocumentNode {
        let url = Self.docs.appending(path: "schemas/\(name).json")
        return try DocumentNode(json: Array(try Data(contentsOf: url)), file: "\(name).json")
    }

    @Test func canonicalExamplesAreWhatIsWritten() throws {
        let registry = try example("`.signet/registry.yaml`")
        #expect(try RegistryDescription.parse(registry, file: "").serialise() == registry)
        let model = try example("`models/<model>/model.yaml`")
        #expect(try ModelDescription.parse(model, file: "").serialise() == model)
        let metrics = try example("`models/<model>/metrics.json`")
        #expect(try Metrics.parse(metrics, file: "").serialise() == metrics)
        let pointer = try example("`models/<model>/artifacts/<file>`")
        #expect(try LFSPointer.parse(pointer, file: "").serialise() == pointer)
        let parameters = try example("`parameters/<model>.yaml`")
        #expect(try Parameters.parse(parameters, file: "").serialise() == parameters)
        let record = try example("`evidence/<model>/<environment>.json`")
        #expect(try RunRecord.parse(record, file: "").serialise() == record)
    }

    @Test func theExampleOfAPolicyCanBeSatisfied() throws {
        let policy = try Policy.parse(try example("`.signet/policy.yaml`"), file: "formats.md")
        try policy.check(signers: policy.principals.map(\.id))
        #expect(policy.serial == 3)
    }

    /// A document with one unknown key at some place, and where the schema describes that place.
    static let places: [(schema: String, path: [String], document: String)] = [
        ("policy", [], "apiVersion: signet/v1\nkind: Policy\nx!: 1"),
        (
            "policy", ["$defs", "rule"],
            "\(policyHead)environments: [{x!: 1}]"
        ),
        (
            "policy", ["$defs", "rule", "properties", "requires"],
            "\(policyHead)environments: [{name: a, approvals: {b: 1}, requires: {x!: 1}}]"
        ),
        (
            "policy", ["$defs", "freezeWindow"],
            "\(policyHead)environments: [{name: a, approvals: {b: 1}, freeze: [{x!: 1}]}]"
        ),
        (
            "policy", ["$defs", "breakGlass"],
            "\(policyHead)environments: [{name: a, approvals: {b: 1}, breakGlass: {x!: 1}}]"
        ),
        (
            "policy", ["properties", "principals", "items"],
            "apiVersion: signet/v1\nkind: Policy\nprincipals: [{x!: 1}]\nenvironments: []"
        ),
        ("policy", ["properties", "securityKeys"], "\(policyText)securityKeys: {x!: 1}"),
        (
            "policy", ["properties", "securityKeys", "properties", "webauthn"],
            "\(policyText)securityKeys: {webauthn: {x!: 1}}"
        ),
        ("model", [], "apiVersion: signet/v1\nkind: Model\nx!: 1"),
        ("parameters", [], "x!: 1"),
        ("parameters", ["properties", "inference"], "inference: {x!: 1}"),
        ("parameters", ["$defs", "gate"], "gates: {a: {x!: 1}}"),
        ("registry", [], "formatVersion: 1\nx!: 1"),
        ("run-record", [], #"{"apiVersion": "signet/v1", "kind": "RunRecord", "x!": 1}"#),
        ("metrics", ["$defs", "metric"], #"{"a": {"x!": 1}}"#),
    ]

    private static let policyHead = """
        apiVersion: signet/v1
        kind: Policy
        principals: [{id: a, name: b, email: c@d}]

        """

    private static let policyText = """
        \(policyHead)serial: 1
        environments: [{name: dev, approvals: {b: 1}}]
        roles: {}
        policyChange: {b: 1}

        """

    @Test(arguments: places)
    func aSchemaKnowsTheKeysThatAreRead(schema: String, path: [String], document: String) throws {
        var node = try self.schema(schema)
        for key in path { node = try node.required(key) }
        let published = try node.required("properties").anyMembers().keys.sorted()
        let refusal = refusal { () throws(DocumentError) in try read(document, as: schema) }
        let known = try #require(refusal?.components(separatedBy: "hint: known here: ").last)
        #expect(known == published.joined(separator: ", "))
    }

    private func read(_ document: String, as schema: String) throws(DocumentError) {
        switch schema {
        case "policy": _ = try Policy.parse(document.bytes, file: "")
        case "model": _ = try ModelDescription.parse(document.bytes, file: "")
        case "parameters": _ = try Parameters.parse(document.bytes, file: "")
        case "registry": _ = try RegistryDescription.parse(document.bytes, file: "")
        case "run-record": _ = try RunRecord.parse(document.bytes, file: "")
        default: _ = try Metrics.parse(document.bytes, file: "")
        }
    }
}
