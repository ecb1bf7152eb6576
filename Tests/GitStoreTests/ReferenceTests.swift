import Foundation
import GitStore
import SystemPackage
import Testing

struct ReferenceTests {
    @Test func refsAreReadLooseAndPacked() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            try fixture.git("update-ref", "refs/heads/main", one.hex)
            try fixture.git("update-ref", "refs/heads/env/dev", one.hex)
            try fixture.git("pack-refs", "--all")
            try fixture.git("update-ref", "refs/heads/env/dev", two.hex)
            let repository = fixture.repository
            #expect(try repository.reference("refs/heads/main") == one)
            #expect(try repository.reference("refs/heads/env/dev") == two)
            #expect(try repository.reference("HEAD") == one)
            #expect(try repository.reference("refs/heads/absent") == nil)
            #expect(try repository.reference("refs/heads/env") == nil)
            #expect(try repository.reference("refs/heads/main/below") == nil)
        }
    }

    @Test func aSymbolicRefThatLeadsNowhereIsNil() throws {
        try TemporaryRepository.with { fixture in
            let target = try fixture.repository.reference("HEAD")
            #expect(target == nil)
        }
    }

    @Test func refsAreListedByTheBeginningOfTheirNames() throws {
        try TemporaryRepository.with { fixture in
            let commit = try fixture.commit("one")
            let names = [
                "refs/heads/env/dev", "refs/heads/env/prod", "refs/heads/environment",
                "refs/heads/main", "refs/tags/churn/v1",
            ]
            for name in names.prefix(3) { try fixture.git("update-ref", name, commit.hex) }
            try fixture.git("pack-refs", "--all")
            for name in names.suffix(3) { try fixture.git("update-ref", name, commit.hex) }
            let repository = fixture.repository
            #expect(try repository.references(prefix: "refs/").map(\.name) == names)
            #expect(
                try repository.references(prefix: "refs/heads/env/").map(\.name)
                    == ["refs/heads/env/dev", "refs/heads/env/prod"])
            #expect(
                try repository.references(prefix: "refs/heads/env").map(\.name)
                    == Array(names.prefix(3)))
            #expect(try repository.references(prefix: "refs/heads/none/").isEmpty)
            #expect(try repository.references(prefix: "refs/heads/main").map(\.target) == [commit])
            #expect(try repository.references(prefix: "").map(\.name) == names)
            #expect(try repository.references(prefix: "../").isEmpty)
            #expect(try repository.references(prefix: "refs/../").isEmpty)
        }
    }

    @Test func annotatedTagsAreNotPeeled() throws {
        try TemporaryRepository.with { fixture in
            let commit = try fixture.commit("one")
            try fixture.git("tag", "-a", "-m", "x", "churn/v1", commit.hex)
            let tag = try fixture.git("rev-parse", "refs/tags/churn/v1")
            try fixture.git("pack-refs", "--all")
            #expect(tag != commit.hex)
            #expect(try fixture.repository.reference("refs/tags/churn/v1")?.hex == tag)
            #expect(try fixture.repository.references(prefix: "refs/").map(\.target.hex) == [tag])
        }
    }

    @Test func aRefThatHoldsJunkIsAnErrorAndNotLeftOut() throws {
        try TemporaryRepository.with { fixture in
            let commit = try fixture.commit("one")
            try fixture.git("update-ref", "refs/heads/main", commit.hex)
            let file = URL(filePath: fixture.path.appending("refs/heads/main").string)
            try Data().write(to: file)
            #expect(throws: GitError.self) {
                try fixture.repository.reference("refs/heads/main")
            }
            #expect(throws: GitError.self) {
                try fixture.repository.references(prefix: "refs/heads/")
            }
        }
    }

    @Test func whatAFileSaysIsReadAsGitReadsIt() throws {
        try TemporaryRepository.with { fixture in
            let commit = try fixture.commit("one")
            try fixture.git("update-ref", "refs/heads/main", commit.hex)
            let file = URL(filePath: fixture.path.appending("refs/heads/other").string)
            let good = [
                commit.hex, commit.hex + " \t\r\n", commit.hex + "\nand more\n",
                "ref: refs/heads/main\n", "ref:\trefs/heads/main  \n",
            ]
            for text in good {
                try Data(text.utf8).write(to: file)
                #expect(try fixture.repository.reference("refs/heads/other") == commit, "\(text)")
                #expect(try fixture.git("rev-parse", "refs/heads/other") == commit.hex, "\(text)")
            }
            let bad = [
                "", "\n", " \(commit.hex)\n", commit.hex + "\u{a0}\n", commit.hex + "0\n",
                String(commit.hex.dropLast()), "ref: main\n", "ref: refs/heads/../main\n",
                "ref: \n",
                "ref: refs/heads/main\0\n", "ref: refs/heads/other\n",
            ]
            for text in bad {
                try Data(text.utf8).write(to: file)
                #expect {
                    try fixture.repository.reference("refs/heads/other")
                } throws: { error in
                    guard case GitError.corruptReference("refs/heads/other", _) = error else {
                        Issue.record("\(error)")
                        return false
                    }
                    return true
                }
                #expect(try fixture.repository.unreadableReferences() == ["refs/heads/other"])
                // Git reads as far as a NUL.
                if text.contains("\0") { continue }
                #expect(
                    try !fixture.git.succeeds("rev-parse", "-q", "--verify", "refs/heads/other"))
            }
        }
    }

    @Test func namesNoRefCanHaveAreRefused() throws {
        try TemporaryRepository.with { fixture in
            for name in ["", "refs/heads/", "refs/heads/a..b", "refs/heads/a\0b", "refs/heads/a b"]
            {
                #expect(throws: GitError.self, "\(name)") {
                    try fixture.repository.reference(name)
                }
            }
        }
    }
}
