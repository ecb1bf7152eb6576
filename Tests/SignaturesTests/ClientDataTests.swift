import Testing

@testable import Signatures

/// A browser's JSON is read strictly.
@Suite struct ClientDataTests {
    @Test func membersAreReadWhateverElseStandsThere() throws {
        let text = #" {"a":true,"b":{"a":[false,[],{}]},"c":-1.5E+3 , "\u0064\n\ud83d\ude00":"x"} "#
        let members = try ClientDataReader.members(of: text.bytes)
        #expect(members == ["a": .bool(true), "b": .other, "c": .other, "d\n😀": .other])
        #expect(try ClientDataReader.members(of: "{}".bytes) == [:])
    }

    @Test(arguments: [
        "", " ", "[]", "1", "{", "}", "{}}", "{}x", "{a:1}", "{'a':1}", #"{"a"}"#, #"{"a":}"#,
        #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, #"{"a":01}"#, #"{"a":+1}"#, #"{"a":1.}"#,
        #"{"a":.5}"#, #"{"a":1e}"#, #"{"a":NaN}"#, #"{"a":True}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#,
        #"{"a":"\u12g4"}"#, #"{"a":"\ud800"}"#, #"{"a":"\ud800A"}"#, #"{"a":"\udc00"}"#,
        #"{"a":"\"#, #"{"a":"b}"#, "{\"a\":\"\u{1}\"}", "{\"a\":\"\n\"}", #"{"a":[1,]}"#,
        #"{"a":[1}"#, "\u{FEFF}{}", #"{"a":1}//"#, #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#,
        #"{"b":{"a":1,"a":2}}"#, "{\"a\":1\0}",
        #"{"a":"# + String(repeating: "[", count: 100_000),
    ])
    func whatIsNotOneStrictObjectIsRefused(_ text: String) {
        #expect {
            try ClientDataReader.members(of: text.bytes)
        } throws: { error in
            guard case SignatureFault.malformedClientData = error else { return false }
            return true
        }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: SignatureFault.malformedClientData("it is not UTF-8")) {
            try ClientDataReader.members(of: "{\"a\":\"".bytes + [0xFF] + "\"}".bytes)
        }
    }

    @Test func challengesAreInTheAlphabetOfURLs() {
        #expect(Base64.urlString([0xFB, 0xFF, 0xFE, 0xFF]) == "-__-_w")
    }
}
