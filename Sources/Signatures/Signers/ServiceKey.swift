import Crypto
import Foundation
import SystemPackage

/// An ed25519 key held in memory, which signs without starting a program.
package struct ServiceKey: CommitSigner {
    /// The key that the signatures are checked with.
    package let publicKey: PublicKey
    /// The comment that the key file carries.
    package let comment: String
    private let seed: [UInt8]
    private let point: [UInt8]

    /// Makes a new key.
    package static func generate(comment: String) throws -> ServiceKey {
        let key = Curve25519.Signing.PrivateKey()
        return try ServiceKey(seed: [UInt8](key.rawRepresentation), comment: comment)
    }

    /// Reads an unencrypted ed25519 key file of OpenSSH that its owner alone may read.
    package init(contentsOf path: FilePath) throws(SigningError) {
        let text = try KeyFileReading.bytes(at: path, isPrivate: true)
        let file: PrivateKeyFile
        do {
            file = try PrivateKeyFile(text: text)
        } catch {
            throw .notAKey(path, "\(error)")
        }
        switch file.content {
        case .encrypted: throw .encrypted(path)
        case .otherType: throw .wrongKeyType(path, file.publicKey.type.name)
        case .ed25519(let seed, let comment): try self.init(seed: seed, comment: comment)
        }
        guard publicKey == file.publicKey else {
            throw .notAKey(path, "its private and public parts do not belong together")
        }
    }

    /// Makes the key of a 32-byte seed.
    package init(seed: [UInt8], comment: String) throws(SigningError) {
        do {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            point = [UInt8](key.publicKey.rawRepresentation)
            var writer = WireWriter()
            writer.string(KeyType.ed25519.name)
            writer.string(point)
            publicKey = try PublicKey(blob: writer.bytes)
        } catch {
            throw .library("\(error)")
        }
        self.seed = seed
        self.comment = comment
    }

    /// Signs a commit's payload in git's namespace and returns the armored signature.
    package func sign(_ payload: [UInt8]) throws(SigningError) -> String {
        var signature = WireWriter()
        signature.string(publicKey.type.name)
        signature.string(
            try self.signature(over: SSHSignature.signedBytes(of: payload, hash: .sha512)))
        let blob = SSHSignature.blob(key: publicKey, signature: signature.bytes)
        return String(decoding: SSHSignature.armor(blob), as: UTF8.self)
    }

    /// Signs exactly these bytes, which must say by their beginning what they are for.
    func signature(over bytes: [UInt8]) throws(SigningError) -> [UInt8] {
        do {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            return [UInt8](try key.signature(for: bytes))
        } catch {
            throw .library("\(error)")
        }
    }

    /// The text of an unencrypted key file, which ssh-keygen and ssh-add read too.
    package func privateKeyFile() -> String {
        let text = PrivateKeyFile.text(
            publicKey: publicKey, point: point, seed: seed, comment: comment)
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes the key file with mode 0600; an existing file is an error.
    package func write(to path: FilePath) throws(SigningError) {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            try file.closeAfter {
                try file.writeAll(privateKeyFile().utf8)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch let error as Errno {
            throw .file(path, action: "write", error)
        } catch {
            throw .library("\(error)")
        }
    }
}
