import Foundation
import GitStore
import SystemPackage
import Testing

struct OpeningTests {
    @Test func aNewRepositoryIsBareAndGitUsesIt() throws {
        try TemporaryRepository.with(config: [("receive.denyDeletes", "true")]) { fixture in
            #expect(fixture.repository.isBare)
            #expect(fixture.repository.workTree == nil)
            #expect(
                fixture.repository.gitDirectory.lexicallyNormalized()
                    == fixture.path.lexicallyNormalized())
            let head = try fixture.git("symbolic-ref", "HEAD")
            let setting = try fixture.git("config", "receive.denyDeletes")
            let isBare = try fixture.git("rev-parse", "--is-bare-repository")
            #expect(head == "refs/heads/main")
            #expect(setting == "true")
            #expect(isBare == "true")
        }
    }

    @Test func creatingOverARepositoryIsRefused() throws {
        try TemporaryRepository.with { fixture in
            let path = fixture.path
            #expect(throws: GitError.alreadyExists(path: path)) {
                _ = try GitRepository.create(at: path)
            }
        }
    }

    @Test func aWorkTreeOpensByItsRootOrItsGitDirectory() throws {
        try TemporaryRepository.withDirectory { directory in
            try Git(home: directory, repository: directory)("init", "-q")
            for path in [directory, directory.appending(".git")] {
                let repository = try GitRepository.open(at: path)
                #expect(!repository.isBare)
                #expect(
                    repository.workTree?.lexicallyNormalized() == directory.lexicallyNormalized())
                #expect(
                    repository.gitDirectory.lexicallyNormalized()
                        == directory.appending(".git").lexicallyNormalized())
            }
        }
    }

    @Test func aLinkedWorkTreeGivesTheMainGitDirectory() throws {
        try TemporaryRepository.with { fixture in
            try fixture.repository.update(
                [.init(name: "refs/heads/main", old: nil, new: fixture.commit("one"))], log: "")
            let linked = fixture.directory.appending("linked")
            try fixture.git("worktree", "add", "-q", linked.string, "main")
            let repository = try GitRepository.open(at: linked)
            #expect(
                repository.gitDirectory.lexicallyNormalized() == fixture.path.lexicallyNormalized())
            #expect(
                try repository.reference("refs/heads/main")
                    == fixture.repository.reference("refs/heads/main"))
        }
    }

    @Test func thereIsNoSearchUpward() throws {
        try TemporaryRepository.withDirectory { directory in
            try Git(home: directory, repository: directory)("init", "-q")
            let below = directory.appending("below")
            try FileManager.default.createDirectory(
                atPath: below.string, withIntermediateDirectories: false)
            #expect(throws: GitError.notARepository(path: below)) {
                _ = try GitRepository.open(at: below)
            }
        }
    }

    @Test func aMissingDirectoryIsNoRepository() throws {
        #expect(throws: GitError.notARepository(path: "/nonexistent/registry.git")) {
            _ = try GitRepository.open(at: "/nonexistent/registry.git")
        }
    }

    @Test func aRepositoryOfSHA256IdsIsRefusedByName() throws {
        try TemporaryRepository.withDirectory { directory in
            try Git(home: directory, repository: directory)(
                "init", "-q", "--bare", "--object-format=sha256")
            #expect(
                throws: GitError.unsupportedRepository(
                    path: directory, why: "its ids are sha256, and only sha1 is supported")
            ) {
                _ = try GitRepository.open(at: directory)
            }
        }
    }

    @Test func aRepositoryOfReftablesIsRefusedByName() throws {
        try TemporaryRepository.with { fixture in
            try fixture.git("config", "core.repositoryFormatVersion", "1")
            try fixture.git("config", "extensions.refStorage", "reftable")
            #expect(
                throws: GitError.unsupportedRepository(
                    path: fixture.path,
                    why: "its refs are stored as reftable, and only files are supported")
            ) {
                _ = try GitRepository.open(at: fixture.path)
            }
        }
    }

    @Test func settingsAreReadAndWrittenAsGitDoes() throws {
        try TemporaryRepository.with { fixture in
            #expect(try fixture.repository.config("signet.nothing") == nil)
            try fixture.repository.setConfig("signet.founding", "abc \"d\" #e")
            #expect(try fixture.git("config", "signet.founding") == "abc \"d\" #e")
            try fixture.git("config", "signet.founding", "changed")
            #expect(try fixture.repository.config("signet.founding") == "changed")
            #expect(throws: GitError.self) { try fixture.repository.setConfig("a\0b.c", "d") }
        }
    }

    /// In a process of its own: the environment belongs to all tests.
    @Test func aHookSeesTheObjectsOfThePushItJudges() async throws {
        await #expect(processExitsWith: .success) {
            try TemporaryRepository.with { fixture in
                let base = try fixture.commit("base")
                let quarantine = fixture.path.appending("objects/incoming-test")
                try FileManager.default.createDirectory(
                    atPath: quarantine.string, withIntermediateDirectories: false)
                let environment = [
                    "GIT_DIR": ".",
                    "GIT_OBJECT_DIRECTORY": quarantine.string,
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES": fixture.path.appending("objects").string,
                    "GIT_QUARANTINE_PATH": quarantine.string,
                ]
                for (key, value) in environment { setenv(key, value, 1) }
                try #require(FileManager.default.changeCurrentDirectoryPath(fixture.path.string))
                let inHook = try GitRepository.openFromEnvironment()
                let pushed = try inHook.write(.blob, Array("pushed".utf8))
                #expect(try inHook.read(pushed)?.bytes == Array("pushed".utf8))
                #expect(inHook.contains(base))
                #expect(!fixture.repository.contains(pushed))
                #expect(inHook.isBare)
            }
        }
    }
}
