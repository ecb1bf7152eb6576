/// What a policy calls a key that signs models.
package struct ModelSignerName: CanonicalName {
    /// The name as it is written.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        let isLetter = text.first.map { ("a"..."z").contains($0) } ?? false
        guard isLetter, text.utf8.count <= 32,
            text.allSatisfy({ $0.isLowercaseNameCharacter || $0 == "-" })
        else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not a model signer's name",
                hint: "1 to 32 of a-z 0-9 -, of which the first is a letter")
        }
        self.text = text
    }

    package var description: String { text }
}
