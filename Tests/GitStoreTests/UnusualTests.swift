import Foundation
import GitStore
import SystemPackage
import Testing

/// What makes git show something else than refs and objects have.
struct UnusualTests {
    @Test func aPlainRepositoryHasNothingUnusual() throws {
        try with { fixture, _ in
            #expect(try fixture.repository.unusual().isEmpty)
            try fixture.git("tag", "-a", "-m", "x", "x", "refs/heads/a")
            try fixture.git("tag", "-a", "-m", "y", "y", "x")
            try fixture.git("pack-refs", "--all")
            #expect(try fixture.reopened().unusual().isEmpty)
        }
    }

    @Test(arguments: [
        "mv refs/heads/a refs/x; ln -s refs/x refs/heads/a",
        "mv refs/heads away; ln -s ../away refs/heads",
        "mv refs away; ln -s away refs", "mv refs/tags away; ln -s ../away refs/tags",
        "git pack-refs --all; tail -1 packed-refs | sed s,refs/tags/t,refs/heads/0, >>packed-refs",
        "git pack-refs --all; echo \"$(git rev-parse a) refs/heads/a\" >>packed-refs",
        "git update-ref refs/replace/$(git rev-parse a) $(git rev-parse b)",
        "git symbolic-ref refs/heads/a refs/heads/b", ": >refs/heads/a", "echo no >refs/tags/t",
        "git pack-refs --all; sed -i '$a ^'$(git rev-parse a) packed-refs",
        "git tag -am x x a; git pack-refs --all; sed -i 's,^^.*,^'$(git rev-parse b), packed-refs",
        "mkdir -p info; git rev-parse a >info/grafts", "git rev-parse a >shallow",
    ])
    func whatGitReadsDifferentlyIsTold(_ change: String) throws {
        try with { fixture, shell in
            try shell(change)
            #expect(try fixture.reopened().unusual().count == 1)
        }
    }

    /// What was packed of a tag that has moved since, and whose object is gone, nobody reads.
    @Test func aPackedTagThatIsShadowedIsNothing() throws {
        try with { fixture, shell in
            try shell(
                "git tag -am x x a; git pack-refs --all; id=$(git rev-parse x); "
                    + "git update-ref refs/tags/x a; "
                    + "rm -f objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)")
            #expect(try fixture.reopened().unusual().isEmpty)
        }
    }

    @Test func namesAreListedOfAllKinds() throws {
        try with { fixture, shell in
            try shell(
                "git pack-refs --all; git update-ref refs/notes/n a; git update-ref refs/heads/a b")
            var names: Set<String> = []
            let found = try fixture.reopened().unusual { names.insert($0) }
            #expect(found.isEmpty)
            #expect(
                names == ["refs/heads/a", "refs/heads/b", "refs/notes/n", "refs/tags/t"])
        }
    }

    /// Nothing waits for a pipe that nobody writes to.
    @Test func aPipeIsNoFile() throws {
        try with { fixture, shell in
            try shell("mkfifo refs/heads/pipe")
            #expect(throws: GitError.self) { try fixture.reopened().reference("refs/heads/pipe") }
            #expect(throws: GitError.self) { try fixture.reopened().references(prefix: "refs/") }
            try shell("rm refs/heads/pipe; mkfifo packed-refs")
            #expect(throws: GitError.self) { try fixture.reopened().references(prefix: "refs/") }
            try shell("rm packed-refs; mkdir -p objects/info; mkfifo objects/info/alternates")
            #expect(throws: GitError.self) { try fixture.reopened() }
        }
    }

    private func with(
        _ body: (TemporaryRepository, _ shell: (String) throws -> Void) throws -> Void
    ) throws {
        try TemporaryRepository.with { fixture in
            for name in ["refs/heads/a", "refs/heads/b", "refs/tags/t"] {
                try fixture.git("update-ref", name, fixture.commit(name).hex)
            }
            try body(fixture) { script in
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sh")
                process.arguments = ["-ec", script]
                process.currentDirectoryURL = URL(filePath: fixture.path.string)
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0, "\(script)")
            }
        }
    }
}
