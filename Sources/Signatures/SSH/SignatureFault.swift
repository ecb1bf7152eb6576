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
    /// The signature is well-formed, and the key did not make it over these bytes.
    case mismatch

    package var description: String {
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
                + "\nhint: make an ed25519 key: ssh-keygen -t ed25519"
        case .wrongSignatureType(let type, let key):
            "signature of type '\(type)' with a key of type '\(key)'"
        case .malformedSignature(let name):
            "malformed signature of type '\(name)'"
        case .mismatch:
            "signature does not match the signed bytes"
        }
    }
}
