import Foundation
import ModelRegistry
import Testing

@Suite struct DocumentValueTests {
    private static let awkward = [
        "", " ", "plain text", "null", "Null", "true", "YES", "no", "y", "7", "0.5", "1e3", "~",
        "-",
        "- a", "a: b", "a:", "a #b", "#a", "s3://bucket/x.csv", "/data/x.csv", "../x", "a,b", "[a]",
        "{a}", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "'a'", "\"a\"", "a\nb", "a\tb", "a ",
        " a", "é", "😀", "2026-01-31", "e3b0c442", "\u{85}", "\u{2028}", "a\\b", "<<",
        "=", "?", "? a", "...", "---", "*a &b", "x-& y-*z", "\"&\" *",
    ]

    @Test func everyTextSurvivesYAML() throws {
        for text in Self.awkward {
            let value = DocumentValue.mapping([
                "block": .string(text), "flow": .list([.string(text)]),
                "item": .list([.mapping(["a": .string(text)])]), text + "k": .null,
            ])
            let yaml = value.yaml()
            let read = try DocumentNode(yaml: yaml.bytes, file: "a.yaml").value()
            #expect(read == value, "\(yaml)")
        }
    }

    @Test func everyTextSurvivesJSON() throws {
        let value = DocumentValue.list(Self.awkward.map { .string($0) })
        #expect(try DocumentNode(json: value.json.bytes, file: "a.json").value() == value)
        let second = try JSONDecoder().decode([String].self, from: Data(value.json.utf8))
        #expect(second == Self.awkward)
    }

    @Test(arguments: [
        0.1, 1, -0.0, 1e-7, 1.5e300, 2.3e-308, 123_456_789.123, 1e16, 0.30000000000000004,
    ])
    func everyNumberSurvives(number: Double) throws {
        let value = DocumentValue.mapping(["a": .number(number)])
        #expect(try DocumentNode(yaml: value.yaml().bytes, file: "a").value() == value)
        #expect(try DocumentNode(json: value.json.bytes, file: "a").value() == value)
    }

    @Test func numbersWithAnExponentHaveAPoint() {
        #expect(DocumentValue.number(1e-7).flowYAML == "1.0e-07")
        #expect(DocumentValue.number(.nan).json == "null\n")
        #expect(DocumentValue.number(.infinity).flowYAML == "null")
    }

    @Test func yamlIsWrittenInBlocks() {
        let value = DocumentValue.mapping([
            "z": .integer(1), "kind": .string("Model"), "empty": .mapping([:]),
            "shape": .list([.null, .integer(30)]),
            "ports": .list([
                .mapping(["name": .string("x"), "shape": .list([.list([.integer(1)])])]),
                .list([.string(String(repeating: "a", count: 80))]),
            ]),
        ])
        #expect(
            value.yaml(order: ["kind", "name"]) == """
                kind: Model
                empty: {}
                ports:
                  - name: x
                    shape: [[1]]
                  - - \(String(repeating: "a", count: 80))
                shape: [null, 30]
                z: 1

                """)
    }

    @Test func jsonIsSortedByBytes() {
        let value = DocumentValue.mapping([
            "b": .list([.integer(1), .mapping(["x": .bool(true)])]), "B": .null, "é": .list([]),
            "a": .mapping([:]),
        ])
        #expect(
            value.json == """
                {
                  "B": null,
                  "a": {},
                  "b": [
                    1,
                    {
                      "x": true
                    }
                  ],
                  "é": []
                }

                """)
    }
}
