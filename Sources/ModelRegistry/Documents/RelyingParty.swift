/// What passkeys are bound to: a host's name, without scheme and port (WebAuthn's RP ID).
package struct RelyingParty: CanonicalName {
    /// The name as it is written, and as it stands in the key.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        guard Self.isHostName(text) else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not a relying party",
                hint: "a host's name in lower case, without scheme and port, such as "
                    + "approve.example.com")
        }
        self.text = text
    }

    package var description: String { text }

    /// Whether a page of this origin may use the party's passkeys.
    package func covers(_ origin: WebOrigin) -> Bool {
        origin.host == text || origin.host.hasSuffix(".\(text)")
    }

    /// Whether the text is a lower-case name of letters, digits and hyphens, and no IP address.
    static func isHostName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isAddress = labels.last?.allSatisfy(\.isNumber) ?? true
        return !isAddress && text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isLowercaseNameCharacter || $0 == "-" }
            }
    }
}
