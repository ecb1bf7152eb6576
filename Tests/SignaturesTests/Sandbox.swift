import Foundation
import SystemPackage

@testable import Signatures

/// A temporary folder with git, ssh-keygen and a shell that see nothing of the user's own settings.
struct Sandbox {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let folder: FilePath

    /// Lends a new sandbox and removes it afterwards.
    static func with(_ body: (Sandbox) throws -> Void) throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("signatures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            atPath: folder.string, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(atPath: folder.string)
            } catch {
                print("can't remove '\(folder)': \(error)")
            }
        }
        let sandbox = Sandbox(folder: folder)
        try sandbox.demand("git", package: "git")
        try sandbox.demand("ssh-keygen", package: "openssh-client")
        try body(sandbox)
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.string, "LC_ALL": "C.UTF-8",
            "TZ": "UTC", "TMPDIR": folder.string, "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Jane Doe",
            "GIT_AUTHOR_EMAIL": "jane@example.com", "GIT_AUTHOR_DATE": "1700000000 +0100",
            "GIT_COMMITTER_NAME": "Jürgen Ömer", "GIT_COMMITTER_EMAIL": "j@example.com",
            "GIT_COMMITTER_DATE": "1700000060 -0330",
        ]
    }

    /// Runs a shell script in the folder and returns its exit status and all it wrote.
    func run(_ script: String) throws -> (status: Int32, words: String) {
        let run = try ProgramRun.run(
            "sh", ["-c", "cd '\(folder)' && exec </dev/null\n\(script)"],
            environment: environment, heard: nil)
        return (run.status, run.words)
    }

    /// Runs a shell script that must succeed and returns all it wrote.
    @discardableResult
    func sh(_ script: String) throws -> String {
        let (status, words) = try run("set -e\n" + script)
        guard status == 0 else { throw Failure(description: "\(script)\nexit \(status): \(words)") }
        return words
    }

    func path(_ name: String) -> FilePath { folder.appending(name) }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name).string)))
    }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name).string))
    }

    /// Makes a key pair with ssh-keygen and returns the public key.
    func makeKey(_ name: String, _ options: String = "-t ed25519") throws -> PublicKey {
        try sh("ssh-keygen -q \(options) -N '' -C 'a comment' -f \(name)")
        let line = String(decoding: try read(name + ".pub"), as: UTF8.self)
        return try PublicKey(openSSHLine: line)
    }

    /// Makes a repository whose git signs with `key` and trusts the file `allowed`.
    func makeRepository(signingKey: String? = nil) throws {
        try sh(
            """
            git init -q -b main repository
            cd repository
            git config gpg.format ssh
            git config gpg.ssh.allowedSignersFile ../allowed
            """)
        if let signingKey { try sh("git -C repository config user.signingKey ../\(signingKey)") }
    }

    /// Stores a commit whatever its content, checks it with stock git, and returns git's words.
    func verifyWithGit(_ commit: [UInt8]) throws -> (status: Int32, words: String) {
        try write(commit, to: "commit.raw")
        return try run(
            """
            id=$(git -C repository hash-object -t commit -w --literally ../commit.raw) &&
            git -C repository verify-commit $id
            """)
    }

    private func demand(_ program: String, package: String) throws {
        guard try run("command -v \(program)").status == 0 else {
            throw Failure(description: "this test needs '\(program)': apt-get install \(package)")
        }
    }
}
