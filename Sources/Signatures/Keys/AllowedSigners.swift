/// Whose keys count: OpenSSH's allowed_signers, in the strict form that git reads the same way.
///
/// One key a line, one line a key, one literal principal; times carry `Z`.
package struct AllowedSigners: Hashable, Sendable {
    /// One line: a principal's key and when it may sign.
    package struct Entry: Hashable, Sendable {
        /// The literal name that git prints for the key.
        package let principal: String
        /// `["git"]`, or nil where the line names no namespace.
        package let namespaces: [String]?
        /// The first second at which the key may sign, since 1970.
        package let validAfter: Int64?
        /// The last second at which the key may sign, since 1970.
        package let validBefore: Int64?
        /// The key.
        package let key: PublicKey
        /// The key's fingerprint.
        package let fingerprint: String
        /// The line's number, from 1.
        package let line: Int
        /// The line as it stands.
        package let text: String

        /// Whether the key may sign at a time, in seconds since 1970.
        package func isValid(at seconds: Int64) -> Bool { TimeWindow.isValid(self, at: seconds) }
    }

    /// The entries in the file's order.
    package let entries: [Entry]
    private let lines: [String]
    private let indexes: [PublicKey: Int]

    /// The largest file that is read, in bytes.
    package static let largest = 1 << 20

    init(entries: [Entry], lines: [String]) {
        self.entries = entries
        self.lines = lines
        indexes = Dictionary(
            entries.enumerated().map { ($0.element.key, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The line that names a key, whatever its window says.
    package func entry(for key: PublicKey) -> Entry? {
        indexes[key].map { entries[$0] }
    }

    /// The lines of a principal, in the file's order.
    package func entries(of principal: String) -> [Entry] {
        entries.filter { $0.principal == principal }
    }

    /// The file's bytes, comments included, every line ended by LF.
    package func serialised() -> [UInt8] {
        lines.flatMap { [UInt8]($0.utf8) + [UInt8(ascii: "\n")] }
    }

    /// Writes a line for a principal's key, for the namespace `git`; nothing of it is checked.
    package static func line(
        principal: String, key: PublicKey, validAfter: Int64? = nil, validBefore: Int64? = nil
    ) -> String {
        let options = [
            "namespaces=\"git\"",
            validAfter.map { "valid-after=\"\(TimeWindow.format($0))\"" },
            validBefore.map { "valid-before=\"\(TimeWindow.format($0))\"" },
        ]
        let joined = options.compactMap { $0 }.joined(separator: ",")
        return "\(principal) \(joined) \(key.openSSHLine)"
    }
}
