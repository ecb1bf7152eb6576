import SystemPackage

/// Why a key could not be read, or a signature not be made.
package enum SigningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file operation failed; `action` is what was tried, such as "read".
    case file(FilePath, action: String, Errno)
    /// Others than the owner may read the private key.
    case openToOthers(FilePath)
    case notAKey(FilePath, String)
    case encrypted(FilePath)
    /// The key is of another kind than ed25519, which alone is signed with in process.
    case wrongKeyType(FilePath, String)
    case noPublicKey(FilePath)
    case missingProgram(String)
    case notStarted(String, Errno)
    /// The program ended with an error; `words` is what it wrote.
    case failed(FilePath, words: String)
    /// The program wrote a signature that isn't good; the text says why, and its remedy.
    case wrongSignature(FilePath, String)
    case library(String)

    package var description: String {
        switch self {
        case .file(let path, let action, let error):
            "can't \(action) '\(path)': \(error)\nhint: name a key file of yours"
        case .openToOthers(let path):
            "private key '\(path)' can be read by others\nhint: chmod 600 '\(path)'"
        case .notAKey(let path, let why):
            "'\(path)' is not an OpenSSH private key: \(why)"
                + "\nhint: make one: ssh-keygen -t ed25519 -f KEYFILE"
        case .encrypted(let path):
            "private key '\(path)' is protected by a passphrase"
                + "\nhint: sign through ssh-keygen, or add the key to ssh-agent"
        case .wrongKeyType(let path, let type):
            "private key '\(path)' is of type '\(type)', not 'ssh-ed25519'"
                + "\nhint: sign through ssh-keygen, or make a key: ssh-keygen -t ed25519"
        case .noPublicKey(let path):
            "no public key found for '\(path)'"
                + "\nhint: ssh-keygen -y -f '\(path)' > '\(path).pub'"
        case .missingProgram(let name):
            "program '\(name)' not found\nhint: install the package openssh-client"
        case .notStarted(let name, let error):
            "can't start '\(name)': \(error)"
        case .failed(let path, let words):
            "ssh-keygen could not sign with '\(path)': \(words)"
                + "\nhint: try it by hand: ssh-keygen -Y sign -n git -f '\(path)' FILE"
        case .wrongSignature(let path, let why):
            "ssh-keygen's signature with '\(path)' is not good: \(why)"
        case .library(let why):
            "signing failed: \(why)"
        }
    }
}
