import CLibgit2
import Glibc
import SystemPackage

/// Git's log of a ref's moves, one line each; for people who look for what is lost, not for proof.
struct ReferenceLog {
    private let file: FilePath
    private let root: FilePath

    init(of name: String, in gitDirectory: FilePath) {
        root = gitDirectory.appending("logs")
        file = root.appending(name)
    }

    /// Git logs the moves of branches, and of what has a log already.
    static func isKept(_ name: String) -> Bool {
        ["refs/heads/", "refs/remotes/", "refs/notes/"].contains { name.hasPrefix($0) }
    }

    /// Adds a line; makes the log first, if `isNew` says that it may be.
    func append(_ line: String, isNew: Bool) throws(GitError) {
        do {
            if isNew { RepositoryFile.removeEmptyDirectories(file) }
            let log =
                isNew
                ? try RepositoryFile.inDirectory(file.removingLastComponent()) { () throws(Errno) in
                    try RepositoryFile.open(file, options: [.append, .create])
                } : try RepositoryFile.open(file, options: .append)
            _ = try log.closeAfter { try log.writeAll(Array(line.utf8)) }
        } catch Errno.noSuchFileOrDirectory where !isNew {
            return
        } catch {
            throw RepositoryFile.failed("write", file, error)
        }
    }

    /// Removes the log, as git does with its ref.
    func remove() {
        _ = RepositoryFile.remove(file)
        RepositoryFile.pruneDirectories(file.removingLastComponent(), below: root)
    }
}

extension GitRepository {
    func log(_ update: ReferenceUpdate, _ message: String) throws(GitError) {
        let log = ReferenceLog(of: update.name, in: gitDirectory)
        guard let new = update.new else { return log.remove() }
        let line = """
            \((update.old ?? .zero).hex) \(new.hex) \(try whoMoves())\t\(Self.line(message))

            """
        try log.append(line, isNew: try logsUpdates() && ReferenceLog.isKept(update.name))
    }

    private func logsUpdates() throws(GitError) -> Bool {
        if let isLoggingUpdates { return isLoggingUpdates }
        let setting = try config("core.logAllRefUpdates")?.lowercased()
        let logs = setting.map { ["true", "yes", "on", "1", "always"].contains($0) } ?? !isBare
        isLoggingUpdates = logs
        return logs
    }

    /// Name, address and time, as git signs a line.
    private func whoMoves() throws(GitError) -> String {
        var signature: UnsafeMutablePointer<git_signature>?
        if git_signature_default(&signature, handle) == 0, let signature {
            defer { git_signature_free(signature) }
            let who = signature.pointee
            let sign = who.when.offset < 0 ? "-" : "+"
            let minutes = abs(Int(who.when.offset))
            let zone = String(minutes / 60 * 100 + minutes % 60)
            let padded = String(repeating: "0", count: max(0, 4 - zone.count)) + zone
            return "\(String(cString: who.name)) <\(String(cString: who.email))> "
                + "\(who.when.time) \(sign)\(padded)"
        }
        git_error_clear()
        return "signet <signet@localhost> \(time(nil)) +0000"
    }

    /// A log holds one line per change.
    private static func line(_ message: String) -> String {
        String(String.UnicodeScalarView(message.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
    }
}
