import Foundation
import Glibc
import SystemPackage

/// Signs through `ssh-keygen -Y sign` as git does, so that agents, passphrases and hardware keys work.
///
/// The program keeps the terminal's standard input; the payload goes through a file in a private
/// temporary folder (`TMPDIR` of the environment given, else `/tmp`), removed afterwards.
package struct SSHKeygenSigner: CommitSigner {
    /// The key that the signatures are checked with.
    package let publicKey: PublicKey
    /// The private key's file, or the `.pub` file of a key that an agent holds.
    package let keyFile: FilePath
    private let program: String
    private let environment: [String: String]
    private let heard: (@Sendable (String) -> Void)?
    /// The line of a key that has no file of its own.
    private let agentKey: String?

    /// Finds the public key of `keyFile`; `heard` gets the program's words as they come.
    package init(
        keyFile: FilePath, program: String = "ssh-keygen", environment: [String: String],
        heard: (@Sendable (String) -> Void)? = nil
    ) throws(SigningError) {
        publicKey = try Self.publicKey(of: keyFile)
        self.keyFile = keyFile
        self.program = program
        self.environment = environment
        self.heard = heard
        agentKey = nil
    }

    /// Signs with a key that an agent holds.
    ///
    /// - Parameter line: the public key, as in a `.pub` file.
    package init(
        agentKey line: String, program: String = "ssh-keygen", environment: [String: String]
    ) throws(SigningError) {
        keyFile = FilePath(line)
        publicKey = try Self.lineKey(Array(line.utf8), keyFile)
        self.program = program
        self.environment = environment
        heard = nil
        agentKey = line
    }

    /// Signs a commit's payload in git's namespace and returns the armored signature.
    package func sign(_ payload: [UInt8]) throws(SigningError) -> String {
        let folder = try temporaryFolder()
        defer { Self.remove(folder) }
        let file = folder.appending("payload")
        try write(payload, to: file)
        var key = ["-f", keyFile.string]
        if let agentKey {
            let line = folder.appending("key.pub")
            try write(Array("\(agentKey)\n".utf8), to: line)
            key = ["-f", line.string, "-U"]
        }
        let run = try ProgramRun.run(
            program, ["-Y", "sign", "-n", SSHSignature.namespace] + key + [file.string],
            environment: environment, heard: heard)
        guard run.status == 0 else {
            let words = run.words.split(whereSeparator: \.isNewline).joined(separator: "; ")
            throw .failed(keyFile, words: words.isEmpty ? "exit status \(run.status)" : words)
        }
        let armor = try KeyFileReading.bytes(at: folder.appending("payload.sig"))
        try demandGood(armor, over: payload)
        return String(decoding: armor, as: UTF8.self)
    }

    private func temporaryFolder() throws(SigningError) -> FilePath {
        let parent = FilePath(environment["TMPDIR"] ?? "/tmp")
        var template = [CChar](parent.appending("signet-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .file(parent, action: "make a folder in", Errno(rawValue: errno))
        }
        return FilePath(platformString: template)
    }

    private func write(_ payload: [UInt8], to path: FilePath) throws(SigningError) {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            try file.closeAfter { _ = try file.writeAll(payload) }
        } catch let error as Errno {
            throw .file(path, action: "write", error)
        } catch {
            throw .file(path, action: "write", .ioError)
        }
    }

    /// Checks what the program wrote, as everybody will.
    private func demandGood(_ armor: [UInt8], over payload: [UInt8]) throws(SigningError) {
        let signature: SSHSignature
        do {
            signature = try SSHSignature.parse(armor: armor)
        } catch {
            throw wrong(error.problem, hint: error.hint)
        }
        guard signature.publicKey == publicKey else {
            throw wrong("made by \(signature.publicKey), not \(publicKey)", hint: nil)
        }
        if case .bad(let reason) = signature.verify(payload) {
            throw wrong(reason.problem, hint: reason.hint)
        }
    }

    private func wrong(_ problem: String, hint: String?) -> SigningError {
        let remedy = hint ?? "check that the private and the public key file belong together"
        return .wrongSignature(keyFile, "\(problem)\nhint: \(remedy)")
    }

    private static func remove(_ folder: FilePath) {
        for name in ["payload", "payload.sig", "key.pub"] { unlink(folder.appending(name).string) }
        rmdir(folder.string)
    }

    /// The key of a `.pub` file, of a private key file's readable part, or of the `.pub` beside it.
    private static func publicKey(of path: FilePath) throws(SigningError) -> PublicKey {
        let text = try KeyFileReading.bytes(at: path)
        guard !text.starts(with: "-----BEGIN \(PrivateKeyFile.label)".utf8) else {
            do {
                return try PrivateKeyFile(text: text).publicKey
            } catch {
                throw .notAKey(path, "\(error)")
            }
        }
        guard text.starts(with: "-----BEGIN ".utf8) else { return try lineKey(text, path) }
        let beside = FilePath(path.string + ".pub")
        guard access(beside.string, R_OK) == 0 else { throw .noPublicKey(path) }
        return try lineKey(try KeyFileReading.bytes(at: beside), beside)
    }

    private static func lineKey(
        _ text: [UInt8], _ path: FilePath
    ) throws(SigningError) -> PublicKey {
        let line = text.prefix { $0 != UInt8(ascii: "\n") }
        do {
            return try PublicKey(openSSHLine: String(decoding: line, as: UTF8.self))
        } catch {
            throw .notAKey(path, "\(error)")
        }
    }
}
