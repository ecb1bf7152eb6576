import Foundation
import GitStore
import Glibc
import SystemPackage
import Testing

/// What git prepares when it packs refs, told from what moves or deletes one.
struct HousekeepingTests {
    private static let name = "refs/heads/main"

    private func with(_ body: (TemporaryRepository, String) throws -> Void) throws {
        try TemporaryRepository.with { fixture in
            let one = try fixture.commit("one")
            try fixture.repository.update([.init(name: Self.name, old: nil, new: one)], log: "")
            try fixture.git("pack-refs", "--all", "--no-prune")
            try body(fixture, fixture.repository.gitDirectory.appending("packed-refs.lock").string)
        }
    }

    private func lock(_ path: String, mode: mode_t = 0o644) throws {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY, mode)
        try #require(file >= 0 && fchmod(file, mode) == 0)
        close(file)
    }

    @Test func aPackedRefIsPrunedWhenGitDoesNotHoldThePackedOnes() throws {
        try with { fixture, packed in
            #expect(try fixture.repository.isPruned(Self.name))
            // Git, about to delete it for good, holds them for as long as it asks.
            try lock(packed)
            #expect(try !fixture.repository.isPruned(Self.name))
            // This program's own lock is for another ref.
            try #require(unlink(packed) == 0)
            try lock(packed, mode: 0o1644)
            #expect(try fixture.repository.isPruned(Self.name))
        }
    }

    @Test func aLooseRefThatMovedSinceIsNotPruned() throws {
        try with { fixture, _ in
            let one = try #require(try fixture.repository.reference(Self.name))
            let two = try fixture.commit("two")
            try fixture.repository.update([.init(name: Self.name, old: one, new: two)], log: "")
            #expect(try !fixture.repository.isPruned(Self.name))
        }
    }

    @Test func aRefIsBeingPackedWhenGitHoldsThePackedOnesAndNotIt() throws {
        try with { fixture, packed in
            #expect(!fixture.repository.isBeingPacked(Self.name))
            try lock(packed)
            #expect(fixture.repository.isBeingPacked(Self.name))
            try lock(fixture.repository.gitDirectory.appending(Self.name + ".lock").string)
            #expect(!fixture.repository.isBeingPacked(Self.name))
        }
    }
}
