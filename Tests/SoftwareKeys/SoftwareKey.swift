import Crypto
import Signatures

/// A security key in software, for tests: it signs whatever it is told to have seen.
package struct SoftwareKey: CommitSigner {
    /// The kinds of signature that there are.
    package enum Kind: String, CaseIterable, Sendable {
        case ed25519 = "sk-ssh-ed25519@openssh.com"
        case ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com"
        case browser = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
    }

    package let kind: Kind
    package let publicKey: PublicKey
    /// What the key and the browser say of the next signature.
    package var claim: Claim
    /// Changes what is written after it was signed, as a forger would.
    package var forge: (@Sendable (inout Claim) -> Void)?
    private let seed: [UInt8]

    /// Makes the key of a name: always the same one.
    package init(_ kind: Kind, name: String = "key", application: String? = nil) throws {
        self.kind = kind
        let application = application ?? (kind == .browser ? "approve.example.com" : "ssh:")
        claim = Claim(application: application)
        seed = [UInt8](SHA256.hash(data: [UInt8]("\(kind) of \(name)".utf8)))
        publicKey = try PublicKey(blob: try Self.keyBlob(kind, seed, application: application))
    }

    /// The key whose signatures are changed after signing.
    package func forging(_ change: @escaping @Sendable (inout Claim) -> Void) -> SoftwareKey {
        var key = self
        key.forge = change
        return key
    }

    /// The key with something else claimed.
    package func claiming(_ change: (inout Claim) -> Void) -> SoftwareKey {
        var key = self
        change(&key.claim)
        return key
    }

    package func sign(_ payload: [UInt8]) throws -> String {
        let signed = SSHSignature.signedBytes(of: payload, hash: .sha512)
        let blob = SSHSignature.blob(key: publicKey, signature: try signature(over: signed))
        return String(decoding: SSHSignature.armor(blob), as: UTF8.self)
    }

    /// The inner signature, from its type to the trailing fields.
    package func signature(over signed: [UInt8]) throws -> [UInt8] {
        let clientData = kind == .browser ? claim.clientData(over: signed) : signed
        let extensions = kind == .browser ? claim.extensions : []
        let asserted =
            [UInt8](SHA256.hash(data: [UInt8](claim.application.utf8))) + [claim.flags]
            + Wire.uint32(claim.counter) + extensions + [UInt8](SHA256.hash(data: clientData))
        return try Wire.string(kind.rawValue) + Wire.string(numbers(over: asserted))
            + trailingFields(over: signed)
    }

    private func trailingFields(over signed: [UInt8]) -> [UInt8] {
        var written = claim
        forge?(&written)
        let fields = [written.flags] + Wire.uint32(written.counter)
        guard kind == .browser else { return fields + written.rest }
        return fields + Wire.string(written.origin) + Wire.string(written.clientData(over: signed))
            + Wire.string(written.extensions) + written.rest
    }

    private func numbers(over asserted: [UInt8]) throws -> [UInt8] {
        if kind == .ed25519 {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            return [UInt8](try key.signature(for: asserted))
        }
        let key = try P256.Signing.PrivateKey(rawRepresentation: seed)
        let raw = [UInt8](try key.signature(for: asserted).rawRepresentation)
        return Wire.number(raw.prefix(32)) + Wire.number(raw.suffix(32))
    }

    private static func keyBlob(
        _ kind: Kind, _ seed: [UInt8], application: String
    ) throws -> [UInt8] {
        guard kind != .ed25519 else {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            return Wire.string(kind.rawValue)
                + Wire.string([UInt8](key.publicKey.rawRepresentation)) + Wire.string(application)
        }
        let key = try P256.Signing.PrivateKey(rawRepresentation: seed)
        return Wire.string(Kind.ecdsa.rawValue) + Wire.string("nistp256")
            + Wire.string([UInt8](key.publicKey.x963Representation)) + Wire.string(application)
    }
}
