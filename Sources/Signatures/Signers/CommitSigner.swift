/// Something that signs commits with one key.
package protocol CommitSigner: Sendable {
    /// The key that the signatures are checked with.
    var publicKey: PublicKey { get }

    /// Signs a commit's payload in git's namespace and returns the armored signature.
    func sign(_ payload: [UInt8]) throws -> String
}
