import Foundation
import Testing

/// What a crash can leave on the disk, made by hand, and what the next start makes of it.
struct WatchStatesTests {
    private static func runFolder(_ fixture: Fixture) throws -> URL {
        let commit = try #require(try fixture.lines("rev-parse", "env/dev").first)
        return fixture.registry.appending(path: "signet/runs/dev/tumour/\(commit)")
    }

    @Test func aReportWithoutARecordIsRecordedAndNotRunAgain() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let other = try fixture.copied()
            defer { other.remove() }
            try #require(try other.watchOnce().status == 0)
            let folder = try Self.runFolder(fixture)
            try FileManager.default.createDirectory(
                at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Self.runFolder(other), to: folder)
            // A runner that were started now would find no engine.
            let outcome = try fixture.signet(
                ["watch", "--once"], adding: ["SIGNET_ONNXRUNTIME": "/nowhere/libonnxruntime.so"])
            #expect(outcome.status == 0, "\(outcome)")
            let record = try #require(try fixture.runs(in: "dev").first)
            #expect(try [record] == other.runs(in: "dev"))
            #expect(try fixture.mailSubjects() == other.mailSubjects())
        }
    }

    @Test func aCursorThatStayedBehindDeliversNothingTwice() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            let before = try WatchCrashTests.EndState(of: fixture)
            let sent = try fixture.deliveries("sent").map(\.event.id)
            let first = try #require(
                try fixture.lines("rev-list", "--first-parent", "refs/signet/ledger").dropLast(3)
                    .last)
            let cursor = fixture.registry.appending(path: "refs/signet/cursors/watch")
            try "\(first)\n".write(to: cursor, atomically: true, encoding: .utf8)
            #expect(try fixture.watchOnce().status == 0)
            #expect(try WatchCrashTests.EndState(of: fixture) == before)
            #expect(try fixture.deliveries("sent").map(\.event.id) == sent)
        }
    }

    @Test func deliveriesMadeButNotMarkedSoAreNotMadeTwice() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            let before = try WatchCrashTests.EndState(of: fixture)
            let spool = fixture.registry.appending(path: "signet/spool")
            let (sent, pending) = (spool.appending(path: "sent"), spool.appending(path: "pending"))
            for name in try FileManager.default.contentsOfDirectory(atPath: sent.path) {
                try FileManager.default.moveItem(
                    at: sent.appending(path: name), to: pending.appending(path: name))
            }
            try FileManager.default.removeItem(
                at: fixture.registry.appending(path: "refs/signet/cursors/watch"))
            #expect(try fixture.watchOnce().status == 0)
            #expect(try WatchCrashTests.EndState(of: fixture) == before)
        }
    }

    @Test func aRunUnderWayIsWaitedFor() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let folder = try Self.runFolder(fixture)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let holder = Process()
            holder.executableURL = URL(filePath: "/usr/bin/env")
            holder.arguments = [
                "flock", "--no-fork", folder.appending(path: "lock").path, "sleep", "60",
            ]
            holder.standardInput = FileHandle.nullDevice
            try holder.run()
            defer { kill(holder.processIdentifier, SIGKILL) }
            let watcher = try WatchProcess(["watch", "--once"], in: fixture)
            #expect(
                try eventually { try !fixture.mails("environment.advanced", "dev").isEmpty },
                "a run keeps no mail waiting")
            usleep(500_000)
            #expect(watcher.isRunning)
            #expect(watcher.children.isEmpty, "no second runner beside the first")
            kill(holder.processIdentifier, SIGKILL)
            #expect(watcher.wait() == 0, "\(watcher.errors)")
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
        }
    }

    @Test func anApprovalThatIsNotInTheLedgerYetIsEnteredAndFollowed() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            try #require(try fixture.register().status == 0)
            // As if the machine had stopped after the push and before its last hook.
            try FileManager.default.removeItem(
                at: fixture.registry.appending(path: "hooks/post-receive"))
            try fixture.approveWithGit("dev")
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
            #expect(
                try fixture.references("refs/heads/promote")
                    == ["refs/heads/promote/test/tumour/v1"])
        }
    }

    @Test(arguments: [
        "refs/heads/runs/dev", "refs/heads/promote/test/tumour/v1", "refs/signet/ledger",
    ])
    func aLockThatACrashLeftOnAReferenceHoldsNobodyUp(reference: String) throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let lock = fixture.registry.appending(path: "\(reference).lock")
            try FileManager.default.createDirectory(
                at: lock.deletingLastPathComponent(), withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: lock.path, contents: nil)
            // The mark of this program's locks; nobody is there who holds it.
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o1644], ofItemAtPath: lock.path)
            let outcome = try fixture.watchOnce()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
            #expect(
                try fixture.references("refs/heads/promote")
                    == ["refs/heads/promote/test/tumour/v1"])
        }
    }
}
