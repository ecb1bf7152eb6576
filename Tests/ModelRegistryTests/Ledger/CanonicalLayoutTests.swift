import Testing

@testable import ModelRegistry

/// The layout check passes what the registry writes, and nothing laid out in another way.
struct CanonicalLayoutTests {
    private struct Sample: Encodable {
        var none: [Int] = []
        var nothing: [String: Int] = [:]
        var numbers = [0, -5, 120]
        var maps = [["b": true, "a10": false, "a9": true, "aB": true]]
        var text = String(
            String.UnicodeScalarView(
                [0x2028, 0xE9, 0x1F600].compactMap(Unicode.Scalar.init)
                    + (UInt8(0)...0x9F).map { Unicode.Scalar($0) }))
        var optional: Int?
    }

    @Test func whatTheRegistryWritesPasses() throws {
        #expect(CanonicalLayout.isKept(by: try CanonicalJSON.encode(Sample())))
        #expect(CanonicalLayout.isKept(by: try CanonicalJSON.encode([[Int]]())))
    }

    @Test(arguments: [
        ("[]\n", "[\n\n]\n"), ("{}\n", "{\n\n}\n"),
        ("[\n1\n]\n", "[\n  1\n]\n"), ("[\n   1\n]\n", "[\n  1\n]\n"),
        ("[\n  1 ,\n  2\n]\n", "[\n  1,\n  2\n]\n"),
        ("[\n  01\n]\n", "[\n  1\n]\n"), ("[\n  -0\n]\n", "[\n  0\n]\n"),
        ("[\n  1.0\n]\n", "[\n  1\n]\n"), ("[\n  1e2\n]\n", "[\n  100\n]\n"),
        ("[\n  null\n]\n", "[\n\n]\n"),
        ("{\n  \"b\" : 1,\n  \"a\" : 2\n}\n", "{\n  \"a\" : 2,\n  \"b\" : 1\n}\n"),
        ("{\n  \"a\" : 1,\n  \"a\" : 1\n}\n", "{\n  \"a\" : 1\n}\n"),
        ("{\n  \"a\": 1\n}\n", "{\n  \"a\" : 1\n}\n"),
        ("\"\\/\"\n", "\"/\"\n"), ("\"\\u0041\"\n", "\"A\"\n"), ("\"\\u001F\"\n", "\"\\u001f\"\n"),
        ("\"\\u000a\"\n", "\"\\n\"\n"), ("1", "1\n"), ("1\n\n", "1\n"), (" 1\n", "1\n"),
    ])
    func anotherLayoutIsFound(_ other: String, _ canonical: String) {
        #expect(!CanonicalLayout.isKept(by: Array(other.utf8)))
        #expect(CanonicalLayout.isKept(by: Array(canonical.utf8)))
    }

    @Test func whatEndsInTheMiddleIsFound() throws {
        let whole = try CanonicalJSON.encode(Sample())
        for count in whole.indices { #expect(!CanonicalLayout.isKept(by: Array(whole[..<count]))) }
    }
}
