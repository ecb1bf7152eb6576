import Foundation
import Glibc
import SystemPackage
import Testing

@testable import GitStore

/// Locks that a crash left, told from those that somebody holds.
struct LockMarkTests {
    private static let name = "refs/heads/main"

    /// A lock file as this program leaves it when it is killed.
    private func leave(_ name: String, in fixture: TemporaryRepository) throws -> String {
        let path = fixture.repository.gitDirectory.appending("\(name).lock").string
        try FileManager.default.createDirectory(
            atPath: FilePath(path).removingLastComponent().string,
            withIntermediateDirectories: true)
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o644)
        try #require(file >= 0 && fchmod(file, 0o1644) == 0)
        close(file)
        return path
    }

    @Test(arguments: [LockMarkTests.name, "packed-refs"])
    func aLockWhoseHolderWasKilledHoldsNobodyUp(locked: String) throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let two = try fixture.commit("two")
            let name = Self.name
            try fixture.repository.update([.init(name: name, old: nil, new: one)], log: "")
            let lock = try leave(locked, in: fixture)
            try fixture.repository.update([.init(name: name, old: one, new: two)], log: "")
            try fixture.repository.update([.init(name: name, old: two, new: nil)], log: "")
            #expect(!FileManager.default.fileExists(atPath: lock))
            #expect(try fixture.repository.reference(name) == nil)
        }
    }

    /// It has no name before it has its mark: whenever its maker is killed, the next one may take it away.
    @Test func aLockIsMarkedFromTheFirstMomentOn() throws {
        try TemporaryRepository.with { fixture in
            let path = fixture.repository.gitDirectory.appending("refs/heads/x.lock")
            var made = try LockMark.make(at: path)
            // Where the file system has no files without names, locks are made and then marked.
            try #require(made != nil)
            #expect(LockMark.isMarked(path))
            #expect(!LockMark.removeAbandoned(path))
            #expect(throws: Errno.fileExists) { _ = try LockMark.make(at: path) }
            if let file = made?.file { close(file.rawValue) }
            #expect(!LockMark.removeAbandoned(path), "held by the mark alone")
            made = nil
            #expect(LockMark.removeAbandoned(path))
            let nowhere = fixture.repository.gitDirectory.appending("refs/none/x.lock")
            #expect(throws: Errno.noSuchFileOrDirectory) { _ = try LockMark.make(at: nowhere) }
        }
    }

    @Test func aLockWhoseHolderLivesIsLeftAlone() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            let lock = try leave(Self.name, in: fixture)
            let holder = open(lock, O_RDONLY)
            defer { close(holder) }
            try #require(flock(holder, LOCK_EX | LOCK_NB) == 0)
            #expect(throws: GitError.locked(reference: Self.name)) {
                try fixture.repository.update(
                    [.init(name: Self.name, old: nil, new: one)], log: "")
            }
            #expect(FileManager.default.fileExists(atPath: lock))
        }
    }

    @Test func aReferenceKeepsNothingOfTheMark() throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            try fixture.repository.update([.init(name: Self.name, old: nil, new: one)], log: "")
            var status = stat()
            let file = fixture.repository.gitDirectory.appending(Self.name).string
            try #require(stat(file, &status) == 0)
            #expect(status.st_mode & mode_t(S_ISVTX) == 0)
        }
    }
}
