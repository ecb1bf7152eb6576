/// What is wrong with a signature or with a public key.
package enum SignatureFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unsigned
    /// The armor is of another format, such as OpenPGP.
    case otherFormat(String)
    /// No exact BEGIN and END lines around canonical base64.
    case malformedArmor
    /// Other bytes than OpenSSH writes for the same content: wrapping, empty lines.
    case nonCanonicalArmor
    case truncated
    case missingMagic
    case unknownVersion(UInt32)
    case wrongNamespace(String)
    case reservedNotEmpty
    case weakHash(String)
    case trailingBytes
    case malformedKey(String)
    case shortKey(bits: Int)
    /// The signature's type isn't one that the key's type makes.
    case wrongSignatureType(String, key: String)
    case malformedSignature(String)
    /// A security key signed without being touched.
    case userAbsent
    /// The flags say that a new credential follows, as only at enrolment.
    case attestedCredential
    /// The flag for extensions and the extensions contradict each other.
    case extensionsFlag
    /// The origin isn't printable ASCII that stands in JSON as it is.
    case malformedOrigin
    /// What the browser signed doesn't begin with the type, the challenge and the origin.
    case wrongClientData
    /// What the browser signed isn't one strict JSON object.
    case malformedClientData(String)
    /// The page that asked stood in a page of another origin.
    case crossOrigin
    /// The signature is well-formed, and the key did not make it over these bytes.
    case mismatch

    package var description: String {
        problem + (hint.map { "\nhint: \($0)" } ?? "")
    }

    /// What is wrong, on one line.
    package var problem: String {
        switch self {
        case .unsigned:
            "no signature"
        case .otherFormat(let name):
            "a signature in the format '\(name)', not SSH's"
        case .malformedArmor:
            "malformed signature: no exact BEGIN and END lines around base64"
        case .nonCanonicalArmor:
            "signature not written as OpenSSH writes it (lines of 70 characters)"
        case .truncated:
            "malformed signature: ends too early"
        case .missingMagic:
            "malformed signature: does not begin with 'SSHSIG'"
        case .unknownVersion(let version):
            "signature of unknown version \(version)"
        case .wrongNamespace(let name):
            "signature made for namespace '\(name)', not 'git'"
        case .reservedNotEmpty:
            "malformed signature: reserved field not empty"
        case .weakHash(let name):
            "signature over hash '\(name)', neither 'sha512' nor 'sha256'"
        case .trailingBytes:
            "malformed signature: bytes after the end"
        case .malformedKey(let name):
            "malformed public key '\(name)'"
        case .shortKey(let bits):
            "rsa key of \(bits) bits, below 3072"
        case .wrongSignatureType(let type, let key):
            "signature of type '\(type)' with a key of type '\(key)'"
        case .malformedSignature(let name):
            "malformed signature of type '\(name)'"
        case .userAbsent:
            "the security key signed without being touched"
        case .attestedCredential:
            "the security key's flags announce a new credential, which no signature has"
        case .extensionsFlag:
            "the security key's flag for extensions contradicts the extensions"
        case .malformedOrigin:
            "malformed origin in the browser's signature"
        case .wrongClientData:
            "the browser's client data does not begin with the type 'webauthn.get', the challenge "
                + "over these bytes and the origin"
        case .malformedClientData(let why):
            "malformed client data in the browser's signature: \(why)"
        case .crossOrigin:
            "signed in a page that stands inside a page of another origin"
        case .mismatch:
            "signature does not match the signed bytes"
        }
    }

    /// What to do about it, where there is something.
    package var hint: String? {
        switch self {
        case .shortKey: "make an ed25519 key: ssh-keygen -t ed25519"
        case .userAbsent:
            "sign with a key made without 'no-touch-required': ssh-keygen -t ed25519-sk"
        case .wrongClientData:
            "use a browser or password manager that writes client data in WebAuthn's order"
        case .crossOrigin: "open the approval page itself, not inside another site"
        case .unsigned, .otherFormat, .malformedArmor, .nonCanonicalArmor, .truncated,
            .missingMagic, .unknownVersion, .wrongNamespace, .reservedNotEmpty, .weakHash,
            .trailingBytes, .malformedKey, .wrongSignatureType, .malformedSignature,
            .attestedCredential, .extensionsFlag, .malformedOrigin, .malformedClientData, .mismatch:
            nil
        }
    }
}
