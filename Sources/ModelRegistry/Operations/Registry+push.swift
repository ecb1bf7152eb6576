import Foundation
import GitStore
import Glibc
import SystemPackage

/// Writing from a clone: through stock git, so that the registry's hooks judge.
extension Registry {
    /// Brings the clone's view of the registry up to date, the ledger and the tags included.
    ///
    /// - Throws: `RegistryError.invalid` when the registry's ledger is older than the clone's.
    package func refresh() throws {
        guard case .clone(let remote) = access else { return }
        try followingLedger(of: remote) {
            let outcome = try git([
                "fetch", "--quiet", "--prune", "--no-write-fetch-head", remote,
                "+refs/heads/*:refs/remotes/\(remote)/*",
                "+refs/tags/*:refs/tags/*", "+refs/signet/*:refs/signet/*",
            ])
            guard outcome.status == 0 else {
                throw RegistryError.invalid(
                    "the registry '\(remote)' can't be reached: \(outcome.words)",
                    hint: "git fetch \(remote) must work in this clone")
            }
        }
    }

    func push(_ update: ReferenceUpdate, to remote: String) throws {
        guard let new = update.new else { return }
        let lease = "--force-with-lease=\(update.name):\(update.old?.hex ?? "")"
        let push = ["push", "--quiet", lease, remote, "+\(new.hex):\(update.name)"]
        var outcome = try git(push)
        // git does not wait for a reference that another push holds, and says so in words alone.
        for _ in 0..<Self.patience where outcome.words.contains("cannot lock ref") {
            try refresh()
            guard try reference(update.name) == update.old else { break }
            usleep(100_000)
            outcome = try git(push)
        }
        guard outcome.status == 0 else {
            try refresh()
            guard try reference(update.name) == update.old else {
                throw RegistryError.conflict(reference: update.name)
            }
            throw RegistryError.pushRefused(Self.hooksWords(outcome.words))
        }
        try refresh()
        // Git tells that a hook failed after the move in words alone.
        let trouble = outcome.words.split(separator: "\n").filter { line in
            ["remote: signet: warning: accepted, but not", "remote: error: ", "error: hooks/"]
                .contains { line.hasPrefix($0) }
        }
        guard trouble.isEmpty else {
            throw RegistryError.invalid(
                "'\(update.name)' was moved, but the registry did not enter it for good: "
                    + Self.hooksWords(trouble.joined(separator: "\n")),
                hint: "do not repeat the command: `signet status` in the registry enters the move")
        }
    }

    /// How often a push that met another's lock is tried again, a tenth of a second apart.
    private static let patience = 20

    /// What the hooks said, without git's frame around it; all of it when they said nothing.
    private static func hooksWords(_ words: String) -> String {
        let said = words.split(separator: "\n").filter { $0.hasPrefix("remote: ") }.map { line in
            let text = line.dropFirst("remote: ".count)
            let bare = text.hasPrefix("signet: ") ? text.dropFirst("signet: ".count) : text
            return String(bare.replacing(/\s+$/, with: ""))
        }
        return said.isEmpty ? words : said.joined(separator: "\n")
    }

    func git(_ arguments: [String]) throws -> (status: Int32, words: String) {
        try Self.git(
            arguments, in: repository.workTree ?? repository.gitDirectory, surroundings.environment)
    }

    static func git(
        _ arguments: [String], in place: FilePath, _ environment: [String: String]
    ) throws -> (status: Int32, words: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", place.string] + arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw RegistryError.invalid("git can't be started: \(error)", hint: "install git")
        }
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: words, as: UTF8.self)
        return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
