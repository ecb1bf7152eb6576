/// A principal's id: the literal principal in `allowed_signers`.
package struct PrincipalID: CanonicalName {
    /// The id as it is written.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        let isWithinLimit = (1...128).contains(text.utf8.count)
        guard isWithinLimit, text.utf8.allSatisfy(Self.isAllowed) else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not a principal's id",
                hint: "1 to 128 of A-Z a-z 0-9 . _ @ + -")
        }
        self.text = text
    }

    private init(service: StaticString) { text = "\(service)" }

    package var description: String { text }

    /// The service that keeps the ledger.
    package static let registry = PrincipalID(service: "registry")
    /// The service that runs batch inference.
    package static let runner = PrincipalID(service: "runner")

    /// Whether this is one of the two services that every registry has.
    package var isService: Bool { self == .registry || self == .runner }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._@+-".utf8.contains(byte)
        }
    }
}
