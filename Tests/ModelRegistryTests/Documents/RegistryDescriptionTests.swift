import ModelRegistry
import Testing

@Suite struct RegistryDescriptionTests {
    private func parse(_ text: String) throws(DocumentError) -> RegistryDescription {
        try RegistryDescription.parse(text.bytes, file: ".signet/registry.yaml")
    }

    @Test func itIsReadAndWritten() throws {
        let description = RegistryDescription(name: "models: all")
        let text = "formatVersion: 1\nname: \"models: all\"\n"
        #expect(String(decoding: description.serialise(), as: UTF8.self) == text)
        #expect(try parse(text) == description)
        #expect(try parse(text).name == "models: all")
        #expect(try parse(text).formatVersion == 1)
    }

    @Test(arguments: [
        (
            "formatVersion: 0\nold: 1",
            "1: 'formatVersion' is 0, an older format than this version of Signet reads (1)"
        ),
        (
            "novel: 1\nformatVersion: 2",
            "2: 'formatVersion' is 2, a newer format than this version of Signet reads (1)"
        ),
        ("name: x", "1: lacks 'formatVersion'"),
        ("formatVersion: 1", "1: lacks 'name'"),
        ("formatVersion: 1\nname: x\nowner: y", "3: 'owner' is not a known key"),
    ])
    func otherFormatsAreRefused(text: String, expected: String) {
        #expect(
            complaint { () throws(DocumentError) in try parse(text) }
                == ".signet/registry.yaml:\(expected)")
    }
}
