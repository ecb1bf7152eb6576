import Foundation
import Testing

/// What a registry comes to, without times and without the ids that depend on them.
struct SettledState: Equatable, CustomStringConvertible {
    /// References with what their trees hold.
    var references: [String]
    /// The ledger's moves, without numbers; refusals are left out.
    var moves: [String]
    /// Intents, refusals and deliveries that wait, and locks on references.
    var waiting: [String]
    var mails: [String]

    /// - Parameter isTimed: whether trees hold what a clock measured: then their names alone count.
    init(of fixture: Fixture, isTimed: Bool) throws {
        let own = ["ledger", "attestations", "cursors/watch"].map { "refs/signet/\($0) " }
        references = try fixture.lines("for-each-ref", "--format=%(refname) %(tree)")
            .filter { line in !own.contains { line.hasPrefix($0) } }
            .map { isTimed ? String($0.prefix { $0 != " " }) : $0 }
            .map { $0.replacing(#/\/[0-9a-f]{10} /#, with: "/<short> ") }
        moves = try fixture.lines("log", "--reverse", "--format=%s", "refs/signet/ledger")
            .map { String($0.drop { $0 != " " }) }.filter { !$0.hasPrefix(" refused ") }
        waiting = try [
            "signet/inbox", "signet/refused", "signet/spool/pending", "signet/spool/dead",
        ]
        .flatMap { try fixture.files(in: $0) }
        .filter { !$0.contains("/.") }
        waiting += try fixture.files(in: "refs").filter { $0.hasSuffix(".lock") }
        if FileManager.default.fileExists(
            atPath: fixture.registry.appending(path: "packed-refs.lock").path)
        {
            waiting.append("packed-refs.lock")
        }
        mails = try fixture.mails().map { file in
            file.lastPathComponent.split(separator: "-").dropFirst().dropLast()
                .joined(separator: "-")
        }.sorted()
    }

    var description: String { (references + moves + waiting + mails).joined(separator: "\n") }

    /// What this has and the other has not, and the other way round.
    func difference(from other: SettledState) -> String {
        let mine = description.split(separator: "\n")
        let theirs = other.description.split(separator: "\n")
        return mine.filter { !theirs.contains($0) }.map { "+ \($0)" }.joined(separator: "\n")
            + theirs.filter { !mine.contains($0) }.map { "\n- \($0)" }.joined()
            + (mine.count == theirs.count ? "" : "\n\(mine.count) lines, not \(theirs.count)")
    }
}

extension Fixture {
    /// The files below a folder of the registry, by their paths in it; none without the folder.
    func files(in folder: String) throws -> [String] {
        let place = registry.appending(path: folder)
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted()
            .map { "\(folder)/\($0)" }
            .filter {
                var isFolder: ObjCBool = false
                let path = registry.appending(path: $0).path
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
    }

    /// What stock git finds wrong with the registry; nil for nothing.
    func faultsForGit() throws -> String? {
        let checked = try run("git", "-C", registry.path, "fsck", "--no-dangling", "--no-progress")
        let words = (checked.output + checked.errors).split(separator: "\n")
            .filter { !$0.hasPrefix("notice: ") }
        if checked.status != 0 || !words.isEmpty { return "git fsck: \(checked)" }
        let listed = try run("git", "-C", registry.path, "for-each-ref")
        return listed.status == 0 && listed.errors.isEmpty ? nil : "git for-each-ref: \(listed)"
    }

    /// What Signet finds wrong with the registry; nil for nothing.
    func faultsForSignet() throws -> String? {
        for check in [["ledger", "verify"], ["verify"]] {
            let outcome = try signet(check)
            if outcome.status != 0 { return "signet \(check.joined(separator: " ")): \(outcome)" }
        }
        return nil
    }
}
