import GitStore
import Testing

@testable import ModelRegistry

/// What may be moved at all, whatever is in it.
struct ReferenceRulesTests {
    @Test(arguments: [
        "refs/tags/churn/v1", "refs/tags/churn/v9", "refs/signet/ledger",
        "refs/signet/cursors/mail",
        "refs/signet/closed/dev/churn/v1/1", "refs/signet/quarantine/x",
        "refs/replace/0123456789012345678901234567890123456789", "refs/notes/commits",
        "refs/heads/feature", "refs/heads/env/Dev", "refs/heads/env/dev/x", "refs/heads/models",
        "refs/heads/models/v1", "refs/heads/models/a/b/c/d", "refs/heads/models/x.lock2/../y",
        "refs/heads/promote/dev/churn", "refs/heads/promote/dev/churn/v01",
        "refs/heads/promote/dev/churn/vx", "refs/heads/policy/01", "refs/heads/policy/x",
        "refs/heads/main/x", "refs/stash", "refs/remotes/origin/main", "HEAD",
    ])
    func aReferenceThatIsNotForPushingIsRefused(name: String) throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let target = try trial.registry.registration(of: version).commit.id
            let update = ReferenceUpdate(name: name, old: nil, new: target)
            let verdicts = trial.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.flatMap { $0.denials.map(\.rule) } == [.reference])
            let old = name == "HEAD" ? "refs/heads/main" : name
            let before = name.contains("..") ? nil : try trial.repository.reference(old)
            #expect(throws: (any Error).self) { try trial.registry.submit(update, log: "attack") }
            #expect(try name.contains("..") || trial.repository.reference(old) == before)
            #expect(try trial.registry.inbox.stored().isEmpty)
        }
    }

    @Test(arguments: [
        "refs/heads/main", "refs/heads/env/dev", "refs/heads/models/churn",
        "refs/heads/promote/dev/churn/v1", "refs/heads/runs/dev", "refs/tags/churn/v1",
        "refs/signet/ledger",
    ])
    func nothingIsDeleted(name: String) throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            try trial.run(version, at: commit)
            trial.clock.advance(1)
            try trial.propose(version, parameters: "gates: {accuracy: {min: 0.5}}\n")
            #expect(try trial.registry.reference(name) != nil)
            try trial.expectRefused(name, nil, by: .reference)
        }
    }

    @Test func aPushOfTwoEnvironmentsIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let forTest = try trial.propose(version, to: TemporaryRegistry.test)
            let two = try trial.register()
            let forDev = try trial.propose(two)
            let updates = [
                try trial.update(TemporaryRegistry.dev.branch, to: trial.merge(forDev)),
                try trial.update(
                    TemporaryRegistry.test.branch,
                    to: trial.merge(forTest, into: TemporaryRegistry.test)),
            ]
            let verdicts = trial.registry.judgePush(updates)
            #expect(verdicts.map(\.isAccepted) == [false])
            #expect(verdicts.flatMap { $0.denials.map(\.rule) } == [.onePerPush])
            for update in updates {
                #expect(trial.registry.judgePush([update]).map(\.isAccepted) == [true])
            }
        }
    }

    @Test func anUpdateThatMovesNothingIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            try trial.expectRefused(TemporaryRegistry.dev.branch, commit, by: .reference)
        }
    }

    @Test func aBlobIsNoCommit() throws {
        try TemporaryRegistry.with { trial in
            let blob = try trial.repository.write(.blob, "text".bytes)
            let update = try trial.update(TemporaryRegistry.dev.branch, to: blob)
            let verdicts = trial.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.flatMap { $0.denials.map(\.rule) } == [.canonicalCommit])
        }
    }

    @Test func aCommitThatIsMissingDenies() throws {
        try TemporaryRegistry.with { trial in
            let missing = try #require(ObjectID("0123456789012345678901234567890123456789"))
            let update = try trial.update(TemporaryRegistry.dev.branch, to: missing)
            let verdicts = trial.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.flatMap { $0.denials.map(\.status) } == [.error])
        }
    }

    @Test func preparingAnUpdateJudgesItAndKeepsItsIntent() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let wrong = try trial.update(
                TemporaryRegistry.dev.branch, to: trial.merge(proposal, by: .ravi))
            #expect(
                try trial.registry.prepare([wrong]).flatMap { $0.denials.map(\.rule) } == [
                    .fourEyes
                ])
            #expect(try trial.registry.inbox.stored().isEmpty)
            let right = try trial.update(TemporaryRegistry.dev.branch, to: trial.merge(proposal))
            #expect(try trial.registry.prepare([right]).map(\.isAccepted) == [true])
            #expect(try trial.registry.inbox.stored().map(\.intent.new) == [right.new])
        }
    }

    @Test(arguments: [
        "refs/heads/models/new", "refs/heads/runs/dev", RevocationReader.reference,
    ])
    func aBranchThatBringsNothingIsRefused(name: String) throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(name, trial.registry.founding, by: .reference)
        }
    }
}
