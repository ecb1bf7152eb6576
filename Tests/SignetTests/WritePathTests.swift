import Foundation
import Testing

/// Every way to write goes through one engine: the list of all code that moves a reference.
struct WritePathTests {
    /// The places, by file, with how many there are and why each is right.
    ///
    /// A place that is new fails this test. Before it is added here: what it moves is judged by
    /// `Judge.judge` with the reference locked, or is one of the references that the registry alone
    /// writes and that allow nothing.
    private static let known: [String: (count: Int, why: String)] = [
        "ModelRegistry/Ledger/Registry+submit.swift": (
            1, "the engine: judged with the reference locked, then admitted"
        ),
        "ModelRegistry/Ledger/Registry+effects.swift": (
            2, "tags, kept proposals and closed branches, as the ledger's entry says"
        ),
        "ModelRegistry/Ledger/Ledger.swift": (1, "refs/signet/ledger, with the tags it speaks of"),
        "ModelRegistry/Ledger/Registry+seenLedger.swift": (
            1, "a clone's own copy of refs/signet/ledger goes back to what it has seen"
        ),
        "ModelRegistry/Attestations/Attestations.swift": (
            1, "refs/signet/attestations, which allow nothing"
        ),
        "ModelRegistry/Operations/Registry+repair.swift": (
            2, "a reference goes back to where the ledger left it; what was there into quarantine"
        ),
        "ModelRegistry/Operations/Registry+mend.swift": (
            2, "a damaged reference's file is taken away, and put back to where the ledger left it"
        ),
        "ModelRegistry/Operations/Registry+initialise.swift": (
            1, "the founding commit, before there is a registry"
        ),
        "ModelRegistry/Operations/Registry+push.swift": (
            1, "a clone's push: the registry's hooks judge it"
        ),
        "RegistryWatcher/EventRouter.swift": (1, "refs/signet/cursors/watch, which allows nothing"),
        "GitStore/References/GitRepository+update.swift": (
            4, "how all of the above move one: locked, compared, set"
        ),
        "GitStore/References/GitRepository+references.swift": (1, "a look at a lock"),
        "GitStore/References/GitRepository+locks.swift": (
            3, "looks at locks, and takes away dead ones; no reference moves"
        ),
        "GitStore/References/LockedReference.swift": (2, "the lock's file becomes the reference"),
        "GitStore/Durability/GitRepository+staging.swift": (
            1, "staged files, no references, are put in place"
        ),
    ]

    /// What moves a reference: GitStore's one function for it, libgit2's, git's, the files themselves.
    private static let signs: [String] = [
        #"repository\.update\("#, #"gitDirectory\.appending\((name|.*reference)"#,
        #"git_reference_(create|set_target|symbolic|delete|rename|remove|ensure)\w*\("#,
        #"git_(transaction|branch_(create|delete|move)|tag_(create|delete)|reset|repository_set_head)\w*\("#,
        #"git_(commit_create|commit_amend|note_create|stash|rebase|push|remote_(push|fetch|upload))\w*\("#,
        #"LockedReference\("#, #"PackedReferencesLock\("#,
        #"\.put\(\)"#, #"packed\?\.remove\("#,
        #""(update-ref|symbolic-ref|push|branch|tag|replace|fast-import|filter-branch|pack-refs)""#,
    ]

    @Test func everyPlaceThatMovesAReferenceIsKnown() throws {
        var found: [String: Int] = [:]
        for (file, text) in try Self.sources() {
            for sign in Self.signs {
                let expression = try Regex(sign)
                found[file, default: 0] += text.matches(of: expression).count
            }
        }
        found = found.filter { $0.value > 0 }
        let known = Self.known.mapValues(\.count)
        for file in Set(found.keys).union(known.keys).sorted() {
            #expect(
                found[file] == known[file],
                """
                Sources/\(file) moves references in \(found[file] ?? 0) places, of which \
                \(known[file] ?? 0) are known. A new one must pass the engine: see this test.
                """)
        }
    }

    /// Nobody but GitStore knows where references are in the file system.
    @Test func noReferenceIsWrittenAsAFile() throws {
        for (file, text) in try Self.sources() where !file.hasPrefix("GitStore/") {
            for line in text.split(separator: "\n") {
                let isPath = ["\"refs", "\"packed-refs", "\"HEAD\""].contains {
                    line.contains("gitDirectory.appending(\($0)")
                }
                #expect(!isPath, "Sources/\(file): \(line)")
            }
        }
    }

    /// The hooks ask the engine before anything moves, and refuse when they can't.
    @Test func theHooksAskTheEngine() throws {
        let hooks = Fixture.root.appending(path: "hooks")
        for name in ["pre-receive", "reference-transaction"] {
            let text = try String(contentsOf: hooks.appending(path: name), encoding: .utf8)
            #expect(text.contains("exec \"$program\" hook \(name)"), "\(name)")
            #expect(text.hasSuffix("exit 1\n"), "\(name)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: hooks.path).sorted()
        #expect(names == ["post-receive", "pre-receive", "reference-transaction"])
    }

    /// The texts of all sources without comments, by path below `Sources`.
    private static func sources() throws -> [(file: String, text: String)] {
        let root = Fixture.root.appending(path: "Sources")
        let files = try FileManager.default.subpathsOfDirectory(atPath: root.path)
            .filter { $0.hasSuffix(".swift") }.sorted()
        #expect(files.count > 200)
        return try files.map { file in
            let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
            let code = text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            return (file, code.joined(separator: "\n"))
        }
    }
}
