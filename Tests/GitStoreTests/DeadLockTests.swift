import Foundation
import GitStore
import Glibc
import SystemPackage
import Testing

/// Locks of git's own that a killed process left, told from those that a live one may hold.
struct DeadLockTests {
    private static let name = "refs/heads/main"

    /// A lock file as git leaves it, made so many seconds ago.
    private func leave(_ name: String, age: Double, in fixture: TemporaryRepository) throws
        -> String
    {
        let path = fixture.repository.gitDirectory.appending("\(name).lock").string
        try #require(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
        return path
    }

    @Test(arguments: [DeadLockTests.name, "packed-refs", "HEAD"])
    func anOldLockThatNoGitProcessCanHoldIsRemoved(locked: String) throws {
        try TemporaryRepository.with { fixture in
            let lock = try leave(locked, age: 90, in: fixture)
            #expect(try fixture.repository.removeDeadLocks() == [locked])
            #expect(!FileManager.default.fileExists(atPath: lock))
        }
    }

    @Test func aYoungLockIsLeftAlone() throws {
        try TemporaryRepository.with { fixture in
            let lock = try leave(Self.name, age: 5, in: fixture)
            #expect(try fixture.repository.removeDeadLocks() == [])
            #expect(FileManager.default.fileExists(atPath: lock))
        }
    }

    @Test func aLockThatALiveGitProcessMayHoldIsLeftAlone() throws {
        try TemporaryRepository.with { fixture in
            let git = Process()
            git.executableURL = URL(filePath: "/usr/bin/env")
            let input = Pipe()
            git.arguments = [
                "git", "-C", fixture.repository.gitDirectory.string, "cat-file", "--batch",
            ]
            git.standardInput = input
            git.standardOutput = FileHandle.nullDevice
            try git.run()
            let lock = try leave(Self.name, age: 0, in: fixture)
            #expect(try fixture.repository.removeDeadLocks(olderThan: 0) == [])
            #expect(FileManager.default.fileExists(atPath: lock))
            try input.fileHandleForWriting.close()
            git.waitUntilExit()
            #expect(try fixture.repository.removeDeadLocks(olderThan: 0) == [Self.name])
        }
    }
}
