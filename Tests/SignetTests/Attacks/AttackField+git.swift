import Foundation
import Testing

/// Commits and trees made by hand, with git's plumbing, in the clone.
extension AttackField {
    /// Whose key signs; nil leaves a commit unsigned.
    typealias Key = URL

    func key(_ person: Fixture.Person) -> Key { fixture.key(person) }
    func key(_ other: OtherKey) -> Key { fixture.key(other) }

    /// Runs git in the clone and returns what it says, without the line's end.
    @discardableResult
    func git(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
        -> String
    {
        let done = try fixture.run(["git", "-C", clone.path] + arguments)
        try #require(done.status == 0, "\(arguments): \(done)", sourceLocation: sourceLocation)
        return done.output.trimmingCharacters(in: .newlines)
    }

    /// Runs a shell's lines in the clone, which stop at the first failure, and returns the output.
    @discardableResult
    func shell(_ lines: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String
    {
        let done = try fixture.run("sh", "-ec", "cd '\(clone.path)'\n\(lines)")
        try #require(done.status == 0, "\(lines): \(done)", sourceLocation: sourceLocation)
        return done.output.trimmingCharacters(in: .newlines)
    }

    /// The id of a commit of the registry, `env/dev` and `promote/dev/tumour/v1` for example.
    func id(_ name: String) throws -> String {
        try git("rev-parse", "--verify", name.contains("/") ? "origin/\(name)" : name)
    }

    func tree(of commit: String) throws -> String { try git("rev-parse", "\(commit)^{tree}") }

    /// The tree of a plain git merge of two commits.
    func merged(_ tip: String, _ other: String) throws -> String {
        try git("merge-tree", "--write-tree", tip, other)
    }

    /// The tree of `commit` with other files; nil removes one.
    func tree(_ commit: String, with files: [String: String?]) throws -> String {
        var lines = ["export GIT_INDEX_FILE=.git/attack-index; rm -f $GIT_INDEX_FILE"]
        lines.append("git read-tree '\(commit)^{tree}'")
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            guard let text else {
                lines.append("git update-index --force-remove '\(path)'")
                continue
            }
            let file = try fixture.write("content-\(UUID().uuidString)", text)
            lines.append("blob=$(git hash-object -w --no-filters '\(file)')")
            lines.append("git update-index --add --cacheinfo 100644,$blob,'\(path)'")
        }
        return try shell((lines + ["git write-tree"]).joined(separator: "\n"))
    }

    /// A commit of this tree and these parents, signed with a key.
    func commit(
        tree: String, parents: [String], _ message: String = "attack", by key: Key?,
        at date: String? = nil
    ) throws -> String {
        var arguments = ["git", "-C", clone.path, "commit-tree", tree]
        arguments +=
            parents.flatMap { ["-p", $0] } + ["-F", try fixture.write("message", message)]
        if let key { arguments.append("-S\(key.path).pub") }
        var extra: [String: String] = [:]
        if let date { extra = ["GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date] }
        let made = try fixture.run(arguments, adding: extra)
        try #require(made.status == 0, "\(made)")
        return made.output.trimmingCharacters(in: .newlines)
    }

    /// A merge of `other` into `tip`, as git would make it.
    func merge(
        _ tip: String, _ other: String, _ message: String = "attack", by key: Key?,
        tree: String? = nil
    ) throws -> String {
        try commit(
            tree: tree ?? merged(tip, other), parents: [tip, other], message, by: key)
    }

    /// Writes an object of these bytes, whatever git thinks of them.
    func object(_ type: String, _ bytes: Data) throws -> String {
        let file = fixture.folder.appending(path: "object-\(UUID().uuidString)")
        try bytes.write(to: file)
        return try git("hash-object", "-t", type, "--literally", "-w", file.path)
    }

    /// Pushes commits to references; `options` come before the repository.
    func push(
        _ updates: [(String, String)], _ options: String..., adding extra: [String: String] = [:]
    ) throws -> Outcome {
        let refspecs = updates.map { "+\($0):\($1.hasPrefix("refs/") ? $1 : "refs/heads/\($1)")" }
        return try fixture.run(
            ["git", "-C", clone.path, "push"] + options + [fixture.registry.path] + refspecs,
            adding: extra)
    }

    /// Sends these objects, whatever stock git on this side would say of them, and asks that a
    /// reference moves: a client of the attacker's own.
    func send(
        _ objects: some Sequence<String>, _ commit: String, to reference: String, from old: String
    ) throws -> Outcome {
        let name = UUID().uuidString
        let list = try fixture.write("objects-\(name)", objects.joined(separator: "\n") + "\n")
        let line = "\(old) \(commit) \(reference)\0 report-status"
        let length = String(line.utf8.count + 4, radix: 16)
        let padded = String(repeating: "0", count: 4 - length.count) + length
        let request = try fixture.write("request-\(name)", "\(padded)\(line)0000")
        return try fixture.run(
            "sh", "-ec",
            """
            git -C '\(clone.path)' pack-objects -q --stdout < '\(list)' >> '\(request)'
            git receive-pack '\(registry.path)' < '\(request)' | tr '\\0' ' '
            """)
    }

    /// Expects that pushing a commit is refused by this rule, that it says what it saw, and that
    /// nothing moves.
    func expectRefused(
        _ commit: String, to branch: String, by rule: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectRefused([(commit, branch)], by: rule, sourceLocation: sourceLocation)
    }

    func expectRefused(
        _ updates: [(String, String)], by rule: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let pushed = try push(updates)
        expectRefused(pushed, by: rule, sourceLocation: sourceLocation)
        #expect(try fixture.state() == before, sourceLocation: sourceLocation)
    }

    /// Expects the hooks' refusal in what a push says.
    func expectRefused(
        _ pushed: Outcome, by rule: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let text = fixture.scrubbed(pushed.errors)
        #expect(pushed.status != 0, "wanted '\(rule)': \(pushed)", sourceLocation: sourceLocation)
        #expect(
            text.contains("remote: signet: refused: "), "wanted '\(rule)': \(text)",
            sourceLocation: sourceLocation)
        #expect(
            text.contains("remote:   \(rule)"), "wanted '\(rule)' in \(text)",
            sourceLocation: sourceLocation)
    }

    /// Expects that a push lands, and takes what is there now as the state that must stay.
    func landed(
        _ commit: String, on branch: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> AttackField {
        let pushed = try push([(commit, branch)])
        try #require(pushed.status == 0, "\(pushed)", sourceLocation: sourceLocation)
        return try refreshed()
    }

    /// The field as it is now, the clone brought up to date.
    func refreshed() throws -> AttackField {
        try git(
            "fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*",
            "+refs/tags/*:refs/tags/*", "+refs/signet/*:refs/signet/*")
        return AttackField(fixture: fixture, before: try fixture.state())
    }
}
