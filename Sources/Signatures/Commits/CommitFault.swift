/// What is wrong with the bytes of a commit, or with the parts of one to be written.
package enum CommitFault: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLarge(bytes: Int)
    case nulByte
    case notUTF8
    /// A control character other than line feed and tab, which could hide text on a terminal.
    case controlCharacter(UInt8)
    case missingHeader(String)
    /// The named header stands after one that it must come before.
    case headerOrder(String)
    case duplicateHeader(String)
    case unknownHeader(String)
    case malformedHeader(String)
    case twoSignatures
    /// The named line is not `name <email> seconds ±hhmm`, each in its one canonical form.
    case malformedIdentity(String)
    case unsupportedEncoding(String)
    case malformedSignatureBlock
    /// No empty line ends the headers.
    case unendedHeaders

    package var description: String {
        switch self {
        case .tooLarge(let bytes): "commit of \(bytes) bytes, above \(SignedCommit.largest)"
        case .nulByte: "NUL byte in commit"
        case .notUTF8: "commit is not UTF-8"
        case .controlCharacter(let byte): "control character \(byte) in commit"
        case .missingHeader(let name): "commit without header '\(name)'"
        case .headerOrder(let name): "commit header '\(name)' out of order"
        case .duplicateHeader(let name): "commit header '\(name)' stands twice"
        case .unknownHeader(let name): Self.unknown(name)
        case .malformedHeader(let name): "malformed commit header '\(name)'"
        case .twoSignatures: "commit with two signatures"
        case .malformedIdentity(let name): "malformed identity in commit header '\(name)'"
        case .unsupportedEncoding(let name):
            "commit in encoding '\(name)'"
                + "\nhint: git config --unset i18n.commitEncoding, then commit again"
        case .malformedSignatureBlock: "malformed signature block in commit"
        case .unendedHeaders: "no empty line after the commit's headers"
        }
    }

    private static func unknown(_ name: String) -> String {
        let problem = "unknown commit header '\(name)'"
        guard name == "mergetag" else { return problem }
        return problem + "\nhint: merge the branch or the commit, not a signed tag"
    }
}
