import Crypto

/// What a security key says it did: signed beside the message, and looked at by neither git nor OpenSSH.
///
/// Formats: OpenSSH's PROTOCOL.u2f, and authenticator data in W3C's Web Authentication.
package struct SecurityKeyAssertion: Hashable, Sendable {
    /// What the key was made for, such as `ssh:`; for a passkey its relying party.
    package let application: String
    /// The flags as the key signed them.
    package let flags: UInt8
    /// The key's count of signatures. Synced passkeys always say 0: it proves nothing.
    package let counter: UInt32
    /// What a browser added; nil for a signature made through `ssh-keygen`.
    package let browser: BrowserAssertion?

    private static let presentFlag: UInt8 = 0x01
    private static let verifiedFlag: UInt8 = 0x04
    private static let credentialFlag: UInt8 = 0x40
    private static let extensionsFlag: UInt8 = 0x80

    /// Whether somebody touched the key.
    package var userPresent: Bool { flags & Self.presentFlag != 0 }

    /// Whether the key asked for a PIN or a fingerprint.
    package var userVerified: Bool { flags & Self.verifiedFlag != 0 }

    /// Reads what follows the numbers of a signature; nil for a key that isn't a security key.
    static func read(
        _ type: String, by key: PublicKey, from reader: inout WireReader
    ) throws(SignatureFault) -> SecurityKeyAssertion? {
        guard let application = key.application else { return nil }
        guard key.type.signatureTypes.contains(type) else {
            throw .wrongSignatureType(type, key: key.type.name)
        }
        guard let flags = reader.byte(), let counter = reader.uint32() else { throw .truncated }
        let isBrowser = type == KeyType.browserSignature
        return SecurityKeyAssertion(
            application: application, flags: flags, counter: counter,
            browser: isBrowser ? try BrowserAssertion(from: &reader) : nil)
    }

    /// Demands what a signature needs beyond the cryptography, whatever the policy says.
    func demandSound(over signed: [UInt8]) throws(SignatureFault) {
        guard userPresent else { throw .userAbsent }
        guard flags & Self.credentialFlag == 0 else { throw .attestedCredential }
        let extensions = browser?.extensions ?? []
        guard (flags & Self.extensionsFlag != 0) == !extensions.isEmpty else {
            throw .extensionsFlag
        }
        try browser?.demandSound(over: signed)
    }

    /// The bytes that the key itself signed, standing for `signed`.
    func signedBytes(over signed: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.raw(SHA256.hash(data: [UInt8](application.utf8)))
        writer.raw([flags])
        writer.uint32(counter)
        writer.raw(browser?.extensions ?? [])
        writer.raw(SHA256.hash(data: browser?.clientData ?? signed))
        return writer.bytes
    }
}
