import ModelRegistry
import Testing

/// What both readers refuse, and where they say it is.
@Suite struct DocumentNodeTests {
    private func yaml(_ text: String) throws(DocumentError) -> DocumentNode {
        try DocumentNode(yaml: text.bytes, file: "a.yaml")
    }

    private func json(_ text: String) throws(DocumentError) -> DocumentNode {
        try DocumentNode(json: text.bytes, file: "a.json")
    }

    @Test func scalarsAreTypedStrictly() throws {
        let text =
            "[null, ~, true, false, 7, -7, 0.5, 1.0e-05, 1e3, yes, True, '7', 1.2.3, 0x1F, .inf]"
        #expect(
            try yaml(text).value()
                == .list([
                    .null, .null, .bool(true), .bool(false), .integer(7), .integer(-7),
                    .number(0.5), .number(1e-05), .number(1000), .string("yes"), .string("True"),
                    .string("7"), .string("1.2.3"), .string("0x1F"), .string(".inf"),
                ]))
    }

    @Test(arguments: [
        ("", "a.yaml: is empty"),
        ("a: 1\nb: &x 2", "a.yaml:2: 'b' has an anchor, which is not allowed"),
        ("a: &x 1\nb: *x", "a.yaml:2: has anchors and aliases, which are not allowed"),
        (
            "a: !!int '1'",
            "a.yaml:1: 'a' has the tag 'tag:yaml.org,2002:int', which is not allowed"
        ),
        ("a: !x {b: 1}", "a.yaml:1: 'a' has the tag '!x', which is not allowed"),
        ("a: !x [1]", "a.yaml:1: 'a' has the tag '!x', which is not allowed"),
        ("a: !!str 7", "a.yaml:1: 'a' has the tag 'tag:yaml.org,2002:str', which is not allowed"),
        ("!!int a: 1", "a.yaml:1: 'a' has the tag 'tag:yaml.org,2002:int', which is not allowed"),
        ("a: 1\nb: 2\na: 3", "a.yaml:1: names the same key twice: 'a'"),
        ("[a]: 1", "a.yaml:1: has a key that is not text"),
        ("~: 1", "a.yaml:1: '~' is not allowed as a key"),
        ("a: \"x\\u0007\"", "a.yaml:1: 'a' has a control character, which is not allowed"),
        ("a: 1e999", "a.yaml:1: 'a' is too large a number"),
        ("a: 1\n--- \nb: 1", "a.yaml:2: is not valid YAML: but found another document"),
        ("a:\n  - b\n c", "a.yaml:3: is not valid YAML: did not find expected key"),
        ("a: b\u{7}", "a.yaml:1: is not valid YAML: control characters are not allowed"),
    ])
    func badYAMLIsRefused(text: String, expected: String) {
        #expect(complaint { () throws(DocumentError) in try yaml(text) } == expected)
    }

    @Test(arguments: [
        ("", "a.json: is empty"), ("{", "a.json:1: is not valid JSON: expected a key in quotes"),
        ("{\"a\": 1,\n \"a\": 2}", "a.json:2: 'a' stands here twice"),
        ("[1,]", "a.json:1: is not valid JSON: expected a value"),
        ("[1 2]", "a.json:1: is not valid JSON: expected ',' or ']'"),
        ("{\"a\" 1}", "a.json:1: is not valid JSON: expected ':'"),
        ("{a: 1}", "a.json:1: is not valid JSON: expected a key in quotes"),
        ("[1]\n[2]", "a.json:2: is not valid JSON: expected the end of the document"),
        ("{\"a\": NaN}", "a.json:1: 'a' is NaN, which JSON doesn't have"),
        ("[01]", "a.json:1: '[0]' is '01', which is not JSON"),
        ("[1.]", "a.json:1: '[0]' is '1.', which is not JSON"),
        ("[.5]", "a.json:1: '[0]' is '.5', which is not JSON"),
        ("[+1]", "a.json:1: '[0]' is '+1', which is not JSON"),
        ("[True]", "a.json:1: '[0]' is 'True', which is not JSON"),
        ("[1e999]", "a.json:1: '[0]' is too large a number"),
        ("[\"\\x\"]", "a.json:1: is not valid JSON: expected an escape that JSON knows"),
        ("[\"\\u12g4\"]", "a.json:1: is not valid JSON: expected four hexadecimal digits"),
        ("[\"\\ud800\"]", "a.json:1: is not valid JSON: expected a surrogate pair"),
        ("[\"\\ud800\\u0041\"]", "a.json:1: is not valid JSON: expected a surrogate pair"),
        ("[\"\\udc00\"]", "a.json:1: is not valid JSON: expected a surrogate pair"),
        ("[\"a\nb\"]", "a.json:1: is not valid JSON: expected no control character in text"),
        ("[\"\\u0000\"]", "a.json:1: '[0]' has a control character, which is not allowed"),
    ])
    func badJSONIsRefused(text: String, expected: String) {
        #expect(
            complaint { () throws(DocumentError) in try json(text) }?.hasPrefix(expected) == true,
            "\(complaint { () throws(DocumentError) in try json(text) } ?? "accepted")")
    }

    @Test(arguments: [
        "{\"a\": [", "[\"", "[\"\\", "[\"\\u", "[\"\\u12", "[\"\\ud800\\", "[\"\\ud800\\u", "-",
        "{\"a\"", "{\"a\":", "[1,", "tru",
    ])
    func aTruncatedJSONDocumentIsRefused(text: String) {
        #expect(complaint { () throws(DocumentError) in try json(text) } != nil)
    }

    @Test func jsonTextIsUnescaped() throws {
        #expect(
            try json(#"["\"\\\/\n\t", "é😀", "é😀"]"#).value()
                == .list([.string("\"\\/\n\t"), .string("é😀"), .string("é😀")]))
    }

    @Test func jsonNumbersAreNotText() throws {
        let root = try json("{\"a\": 1}")
        #expect(
            complaint { () throws(DocumentError) in try root.required("a").text() }
                == "a.json:1: 'a' must be text")
    }

    @Test func deepNestingIsRefusedBeforeTheStackIsExhausted() {
        let deep = String(repeating: "[", count: 500_000)
        #expect(
            complaint { () throws(DocumentError) in try json(deep) }
                == "a.json:1: '\(String(repeating: "[0]", count: 32))' is nested too deeply")
        #expect(
            complaint { () throws(DocumentError) in try yaml(deep) }?
                .hasPrefix("a.yaml:1: is not valid YAML: Maximum nesting level") == true,
            "\(complaint { () throws(DocumentError) in try yaml(deep) } ?? "accepted")")
        let items = String(repeating: "- ", count: 900) + "x"
        #expect(
            complaint { () throws(DocumentError) in try yaml(items) }
                == "a.yaml:1: '\(String(repeating: "[0]", count: 32))' is nested too deeply")
    }

    @Test func aliasBombsAreRefusedAtOnce() {
        var bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<20 {
            let items = Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "l\(level): &l\(level) [\(items)]\n"
        }
        bomb += "? *l19\n: 1\n"
        #expect(
            complaint { () throws(DocumentError) in try yaml(bomb) }
                == "a.yaml:2: has anchors and aliases, which are not allowed")
    }

    @Test func textWithAmpersandsOrAsterisksAlonePasses() throws {
        let root = try yaml("a: this & that, R&D and 2 * 3\nb: \"see *bold*\"")
        #expect(try root.required("a").text() == "this & that, R&D and 2 * 3")
    }

    @Test func otherEncodingsAndHugeDocumentsAreRefused() {
        #expect(
            refusal { () throws(DocumentError) in
                try DocumentNode(yaml: [0x61, 0x3A, 0x20, 0xFF], file: "a.yaml")
            } == "a.yaml: is not UTF-8 text")
        let huge = [UInt8](repeating: 0x20, count: DocumentNode.sizeLimit + 1)
        #expect(
            refusal { () throws(DocumentError) in try DocumentNode(yaml: huge, file: "a.yaml") }
                == "a.yaml: has 1048577 bytes; the limit is 1048576")
    }

    @Test func faultsNameLineFieldAndRemedy() throws {
        let root = try yaml("a: 1\nb:\n  - c: x\n    d:\n      e: 2\n")
        let item = try root.required("b").items()[0]
        #expect(
            refusal { () throws(DocumentError) in try item.members(["c"]) }
                == "a.yaml:4: 'b[0].d' is not a known key\nhint: known here: c")
        #expect(
            refusal { () throws(DocumentError) in try item.required("x") }
                == "a.yaml:3: 'b[0]' lacks the key 'x'")
        #expect(
            refusal { () throws(DocumentError) in try item.required("d").text() }
                == "a.yaml:4: 'b[0].d' must be text")
        #expect(
            refusal { () throws(DocumentError) in try root.required("a").items() }
                == "a.yaml:1: 'a' must be a list")
        #expect(
            refusal { () throws(DocumentError) in try root.required("a").bool() }
                == "a.yaml:1: 'a' must be true or false")
    }
}
