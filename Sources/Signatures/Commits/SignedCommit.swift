import Crypto

/// A commit in the strict grammar: whatever is accepted here, git reads the same way.
///
/// The headers are `tree`, any number of `parent`, `author`, `committer`, and optionally
/// `encoding UTF-8` and one `gpgsig`, in this order; then an empty line and the message. Nothing
/// is read twice in two ways: no NUL, no control characters, no other headers.
package struct SignedCommit: Hashable, Sendable {
    /// The tree's id, 40 lowercase hexadecimal digits.
    package let tree: String
    /// The parents' ids in order.
    package let parents: [String]
    /// Who the commit says wrote it.
    package let author: Identity
    /// Who the commit says made it.
    package let committer: Identity
    /// `UTF-8` where the commit names an encoding.
    package let encoding: String?
    /// The armored signature as a file would hold it, lines ended by LF; nil when unsigned.
    package let signature: [UInt8]?
    /// The bytes that the signature is over: the commit without its signature.
    package let payload: [UInt8]
    /// The hash of the payload, which identifies what was signed.
    package let payloadDigest: SHA256Digest
    /// All that follows the headers.
    package let message: String

    /// The payload's hash in hexadecimal.
    package var payloadSHA256: String { Hexadecimal.string(payloadDigest) }

    /// The largest commit that is read, in bytes.
    package static let largest = 1 << 20

    /// Reads a commit object's content, without git's `commit <size>` in front.
    package static func parse(_ bytes: [UInt8]) throws(CommitFault) -> SignedCommit {
        var parser = CommitParser(bytes)
        return try parser.parse()
    }

    /// What a security key says it did when it signed; nil for other keys and malformed signatures.
    package var assertion: SecurityKeyAssertion? {
        guard let signature else { return nil }
        do throws(SignatureFault) {
            return try SSHSignature.parse(armor: signature).assertion
        } catch {
            return nil
        }
    }

    /// Checks the signature over the payload.
    package func verify() -> SignatureVerdict {
        guard let signature else { return .bad(reason: .unsigned) }
        return SSHSignature.verify(armor: signature, over: payload)
    }
}
