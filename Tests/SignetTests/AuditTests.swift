import Foundation
import Testing

/// `signet audit`: complete reports, and what is refused.
struct AuditTests {
    private static let expected = Fixture.root.appending(path: "Tests/Expected/audit")
    private static let hostile =
        "=HYPERLINK(\"x\") <script>alert('1')</script> & <img src=x onerror=alert(1)>"

    /// A small history: an approval with a hostile reason, a rejection, something that waits.
    private func withHistory(_ test: (Fixture) throws -> Void) throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try #require(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", Self.hostile, as: .jane
                ).status == 0)
            try #require(try fixture.register(example: 2).status == 0)
            try #require(
                try fixture.signet(
                    "reject", "tumour", "--env", "dev", "--reason", "too many misses", as: .kim
                ).status == 0)
            try #require(try fixture.register(example: 3).status == 0)
            try test(fixture)
        }
    }

    /// Compares a whole answer with a file of `Tests/Expected/audit`; SIGNET_EXPECT=write makes it anew.
    private func expect(
        _ answer: Outcome, in fixture: Fixture, is name: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(answer.status == 0, "\(answer)", sourceLocation: location)
        #expect(answer.errors == "", sourceLocation: location)
        let file = Self.expected.appending(path: name)
        // A comma between digits is no end of a word.
        let found = fixture.scrubbed(answer.output)
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "<time>")
            .replacing(/[0-9a-f]{40}/, with: "<id>")
        if ProcessInfo.processInfo.environment["SIGNET_EXPECT"] == "write" {
            try found.write(to: file, atomically: true, encoding: .utf8)
        }
        let wanted = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(found == wanted, sourceLocation: location)
    }

    @Test func everyFormSaysTheSame() throws {
        try withHistory { fixture in
            for format in ["text", "json", "csv", "html"] {
                let answer = try fixture.signet("audit", "--format", format)
                try expect(answer, in: fixture, is: "report.\(format)")
                let now = try fixture.signet(
                    "audit", "--at", "2026-01-01T00:00:00+00:00", "--format", format)
                try expect(now, in: fixture, is: "before.\(format)")
            }
        }
    }

    @Test func aHostileReasonIsTextInAPageThatRunsNothing() throws {
        try withHistory { fixture in
            let page = try fixture.signet("audit", "--format", "html").output
            #expect(!page.contains("<script"))
            #expect(!page.contains("<img"))
            #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &lt;img"))
            #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline';"))
            #expect(!page.contains("http://") && !page.contains("https://"))
            let table = try fixture.signet("audit", "--format", "csv").output
            #expect(table.contains("\"'=HYPERLINK(\"\"x\"\") <script>"))
            #expect(!table.contains(",=") && !table.contains(",\"="))
        }
    }

    @Test func whatWasThereAtATime() throws {
        try withHistory { fixture in
            // The approval is the fourth entry: founding, dev, registration, proposal come before.
            let moves = try fixture.json("audit")["moves"]
            let time = try #require(moves?[4]?["received"]?.text)
            let answer = try fixture.json("audit", "--at", time)
            let model = answer["environments"]?[0]?["models"]?[0]
            #expect(model?["version"]?.number == 1)
            #expect(model?["approvals"]?[0]?["name"]?.text == "Jane")
            #expect(model?["parameters"]?["inference"]?["input"]?.text == "batch.csv")
            let text = try fixture.signet("audit", "--at", time)
            #expect(text.output.contains("\n  tumour@1: "), "\(text)")
            #expect(text.output.contains("\n    approved by Jane (jane; approver"), "\(text)")
            let page = try fixture.signet("audit", "--at", time, "--format", "html")
            #expect(page.output.contains("<h3>tumour@1</h3>"), "\(page)")
            let table = try fixture.signet("audit", "--at", time, "--format", "csv")
            #expect(table.output.contains(",tumour,1,"), "\(table)")
        }
    }

    @Test func aDamagedHistoryIsReportedWithItsPlace() throws {
        try withHistory { fixture in
            let good = try fixture.commit("env/dev")
            let made = try fixture.git(
                "commit-tree", "-p", good, "-m", "quietly", "\(good)^{tree}", as: .ravi)
            let bad = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try "\(bad)\n".write(
                to: fixture.registry.appending(path: "refs/heads/env/dev"), atomically: true,
                encoding: .utf8)
            let answer = try fixture.signet("audit", "--env", "dev")
            #expect(answer.status == 1)
            #expect(answer.output.contains("\nTHE HISTORY DOES NOT HOLD\n"), "\(answer)")
            #expect(answer.output.contains("  WRONG refs/heads/env/dev \(bad): "), "\(answer)")
            #expect(answer.errors.hasPrefix("the history does not hold"))
            let kit = fixture.folder.appending(path: "kit").path
            let written = try fixture.signet("audit", "kit", kit)
            #expect(written.status == 1)
            #expect(written.errors.contains("WRONG refs/heads/env/dev \(bad): "), "\(written)")
            let checked = try fixture.run("sh", "\(kit)/check.sh")
            #expect(checked.status == 1)
            #expect(checked.errors == "WRONG \(bad): no good signature (N )\n", "\(checked)")
        }
    }

    @Test func aKitPassesItsOwnScript() throws {
        try withHistory { fixture in
            let founding = try fixture.commit("main")
            let kit = fixture.folder.appending(path: "kit").path
            fixture.expect(
                try fixture.signet("audit", "kit", "kit"),
                """
                wrote kit: 20 commits of 4 branches
                founding commit <id>
                next: sh kit/check.sh <id>
                """)
            let files = try FileManager.default.contentsOfDirectory(atPath: kit).sorted()
            #expect(
                files == [
                    "README.txt", "allowed_signers", "allowed_signers.historical", "check.sh",
                    "founding.txt", "registry.bundle", "required-signers.tsv",
                ])
            fixture.expect(
                try fixture.run("sh", "\(kit)/check.sh", founding),
                "20 commits: signatures, parents and trees are as required-signers.tsv has them; "
                    + "founding commit <id>")
            let mirror = fixture.folder.appending(path: "mirror").path
            try fixture.run("git", "clone", "-q", "--mirror", fixture.registry.path, mirror)
            let again = try fixture.signet("audit", "kit", "again", "--registry", mirror)
            #expect(again.status == 0, "\(again)")
            fixture.expect(
                try fixture.signet("audit", "kit", kit),
                complaint:
                    "error: '<folder>/kit' exists and is not empty\nhint: choose another path")
        }
    }

    @Test func aCopyWithoutALedgerIsRefused() throws {
        try withHistory { fixture in
            let bare = fixture.folder.appending(path: "bare").path
            try fixture.run("git", "clone", "-q", "--bare", fixture.registry.path, bare)
            for arguments in [[], ["--at", "2026-01-01"], ["kit", "kit"]] {
                fixture.expect(
                    try fixture.signet(["audit"] + arguments + ["--registry", bare]),
                    complaint: """
                        error: this copy has no ledger, so nothing says when anything came in
                        hint: make one that has: git clone --mirror URL
                        """)
            }
            let clone = try fixture.clone()
            let whole = try fixture.signet("audit", "--registry", clone.path, "--format", "json")
            #expect(try JSON(whole.output)["moves"]?.count == 10)
            let kit = try fixture.signet("audit", "kit", "kit", "--registry", clone.path)
            #expect(kit.status == 1)
            #expect(kit.errors.contains("hint: git clone --mirror URL"), "\(kit)")
        }
    }

    @Test(arguments: [
        (["--from", "yesterday"], "error: --from 'yesterday' is not a time\nhint: write it like"),
        (["--to", "2026-02-31"], "error: --to '2026-02-31' is not a time\nhint: write it like"),
        (["--at", "noon"], "error: --at 'noon' is not a time\nhint: write it like"),
        (
            ["--from", "2026-02-01", "--to", "2026-01-01"],
            "error: the period ends before it begins: from 2026-02-01T00:00:00Z to "
                + "2026-01-01T23:59:59Z\nhint: exchange --from and --to"
        ),
        (
            ["--at", "2026-02-01", "--to", "2026-01-01"],
            "error: --at asks for one moment, --from and --to for a period\nhint: "
        ),
        (["--format", "xml"], "'xml' is invalid for '--format <format>'"),
    ])
    func wrongUsageExitsWith64(_ arguments: [String], _ complaint: String) throws {
        try Fixture.inFolder { fixture in
            let answer = try fixture.signet(["audit"] + arguments)
            #expect(answer.status == 64, "\(answer)")
            #expect(answer.output == "")
            #expect(answer.errors.contains(complaint), "\(answer)")
        }
    }

    @Test func anUnknownEnvironmentAndTheFutureAreRefused() throws {
        try Fixture.with(environments: "dev") { fixture in
            fixture.expect(
                try fixture.signet("audit", "--env", "prod"),
                complaint: "error: there is no environment 'prod'\nhint: environments here: dev")
            let answer = try fixture.signet("audit", "--at", "9000-01-01")
            #expect(answer.status == 1)
            #expect(
                answer.errors.hasPrefix("error: 9000-01-01T00:00:00Z is still to come: it is "))
        }
    }
}
