import Foundation
import Glibc
import Testing

/// `signet watch` that goes on, and what moves around the hooks.
struct WatchLoopTests {
    @Test func aPushedApprovalIsFollowedAtOnceByOneWatcherThatEndsWhenAsked() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            let watcher = try WatchProcess(["watch"], in: fixture)
            defer { watcher.kill() }
            try #require(eventually { watcher.errors.contains("watching ") })
            try #require(try fixture.register().status == 0)
            #expect(try eventually { try fixture.mails("proposal.opened", "dev").count == 1 })
            try fixture.approveWithGit("dev")
            #expect(try eventually { try fixture.mails("environment.advanced", "dev").count == 1 })
            #expect(try eventually { try fixture.runs(in: "dev").count == 1 })
            #expect(try eventually { try fixture.mails("proposal.opened", "test").count == 1 })
            for more in [["watch"], ["watch", "--once"]] {
                let second = try fixture.signet(more)
                #expect(second.status == 1)
                #expect(
                    second.errors
                        == "error: another watcher follows this registry\nhint: stop it first; one is enough\n"
                )
            }
            #expect(watcher.end() == 0)
            #expect(watcher.errors.hasSuffix("stopped watching \(fixture.registry.path)\n"))
            #expect(try fixture.watchOnce().status == 0, "its lock is free")
            #expect(try fixture.deliveries("pending").isEmpty)
        }
    }

    @Test func theWatcherEndsAlsoWhileABatchIsUnderWayAndTheNextOneRecordsIt() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let watcher = try WatchProcess(["watch"], in: fixture)
            let runner = try #require(watcher.runner())
            Glibc.kill(runner, SIGSTOP)
            let status = watcher.end(by: SIGINT)
            Glibc.kill(runner, SIGCONT)
            #expect(status == 0)
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
        }
    }

    @Test func aReferenceMovedAroundTheHooksRaisesOneAlarmEachTimeAndNothingFollows() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            let before = try WatchCrashTests.EndState(of: fixture)
            let good = try #require(try fixture.lines("rev-parse", "env/dev").first)
            let bad = try #require(try fixture.lines("rev-parse", "models/tumour").first)
            let file = fixture.registry.appending(path: "refs/heads/env/dev")
            for time in 1...2 {
                try "\(bad)\n".write(to: file, atomically: true, encoding: .utf8)
                for _ in 1...2 { #expect(try fixture.watchOnce().status == 0) }
                let alarms = try fixture.mails().filter { $0.path.contains("-registry.alarm-") }
                #expect(alarms.count == time, "one for each time, however often it is looked at")
                let mail = try fixture.read(try #require(alarms.last))
                #expect(mail.recipients == ["ada@example.com"])
                #expect(
                    mail.text.contains(
                        "refs/heads/env/dev is at \(bad), the ledger left it at \(good)"))
                #expect(mail.text.contains("`signet repair` sets it aside"))
                for command in ["resolve", "infer"] {
                    let refused = try fixture.signet(command, "tumour", "--env", "dev")
                    #expect(refused.status == 1)
                    #expect(
                        refused.errors.contains("it was moved around the registry"), "\(refused)")
                }
                let repaired = try fixture.signet("repair")
                #expect(repaired.status == 0)
                #expect(repaired.output.contains("set aside refs/heads/env/dev"), "\(repaired)")
                #expect(try fixture.lines("rev-parse", "env/dev") == [good])
                // An event's id has the second in it.
                usleep(1_100_000)
            }
            let quarantined = try fixture.lines(
                "for-each-ref", "--format=%(objectname)", "refs/signet/quarantine")
            #expect(quarantined == [bad])
            let after = try WatchCrashTests.EndState(of: fixture)
            #expect(after.versions == before.versions)
            #expect(after.runs == before.runs)
            #expect(after.proposals == before.proposals)
            #expect(after.ledgerEntries == before.ledgerEntries)
        }
    }
}

extension Fixture {
    /// What an approver does with stock git.
    func approveWithGit(_ environment: String, as person: Person = .jane) throws {
        let clone = folder.appending(path: "clone-\(UUID().uuidString)")
        try run("git", "clone", "-q", registry.path, clone.path)
        let steps = [
            ["switch", "-q", "--detach", "origin/env/\(environment)"],
            [
                "merge", "-q", "--no-ff", "-S", "-m", "fine",
                "origin/promote/\(environment)/tumour/v1",
            ],
            ["push", "-q", "origin", "HEAD:env/\(environment)"],
        ]
        let settings = folder.appending(path: "gitconfig-\(person.rawValue)")
        try gitSettings(of: person).write(to: settings, atomically: true, encoding: .utf8)
        for step in steps {
            let done = try run(
                ["git", "-C", clone.path] + step, adding: ["GIT_CONFIG_GLOBAL": settings.path])
            try #require(done.status == 0, "\(done)")
        }
    }
}
