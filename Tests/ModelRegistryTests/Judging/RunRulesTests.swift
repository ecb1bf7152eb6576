import GitStore
import Testing

@testable import ModelRegistry

/// Each rule on a branch of run records, broken alone.
struct RunRulesTests {
    private let dev = TemporaryRegistry.dev

    private func run(
        _ trial: TemporaryRegistry, _ text: String, of subject: ObjectID,
        parents: [ObjectID]? = nil,
        files: [String: String?] = [:], by signer: Bool = true, at time: Timestamp? = nil
    ) throws -> ObjectID {
        let empty = try trial.repository.writeTree([])
        let all = ["run.json": text].merging(files) { $1 } as [String: String?]
        return try trial.craft(
            tree: trial.tree(empty, with: all),
            parents: parents ?? [trial.registry.founding, subject],
            by: signer ? trial.registry.serviceKey(.runner) : Person.ravi.key, at: time)
    }

    private func record(
        _ trial: TemporaryRegistry, _ version: ModelVersion, _ commit: ObjectID
    ) throws -> String {
        String(
            decoding: try trial.runRecord(of: version, at: commit, in: dev).serialise(),
            as: UTF8.self)
    }

    @Test func aRecordMadeByHandWithTheRunnersKeyIsAccepted() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let made = try run(trial, record(trial, version, commit), of: commit)
            #expect(try trial.submit(dev.runsBranch, made).map(\.kind) == [.run])
            #expect(try trial.registry.runRecord(of: commit, in: dev)?.commit == made)
        }
    }

    @Test func aRecordByAnybodyElseIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let made = try run(trial, record(trial, version, commit), of: commit, by: false)
            try trial.expectRefused(dev.runsBranch, made, by: .role)
        }
    }

    @Test func aRecordWithOneParentIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let made = try run(
                trial, record(trial, version, commit), of: commit,
                parents: [trial.registry.founding])
            try trial.expectRefused(dev.runsBranch, made, by: .parents)
        }
    }

    @Test func aRecordOfACommitThatIsNotOnTheEnvironmentIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let proposal = try trial.commit(commit).parents[1]
            let made = try run(trial, record(trial, version, proposal), of: proposal)
            try trial.expectRefused(dev.runsBranch, made, by: .record)
        }
    }

    @Test func aSecondRecordOfTheSameCommitIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let first = try trial.run(version, at: commit)
            let again = try run(
                trial, record(trial, version, commit), of: commit, parents: [first, commit])
            try trial.expectRefused(dev.runsBranch, again, by: .record)
            #expect(try trial.run(version, at: commit, accuracy: 0.1) == first)
        }
    }

    @Test func onePushRecordsARunOnce() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let first = try run(trial, record(trial, version, commit), of: commit)
            let second = try run(
                trial, record(trial, version, commit), of: commit, parents: [first, commit])
            let refused = try trial.expectRefused(dev.runsBranch, second, by: .record)
            #expect(refused.denials[0].saw == "it records the run of \(commit.short) twice")
        }
    }

    @Test func whatEndedInErrorIsRecordedOnceMore() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            var failed = try trial.runRecord(of: version, at: commit, in: dev)
            failed.status = .error
            failed.reason = "there is no input"
            let first = try trial.registry.record(failed)
            // Evidence of it is taken along, where nobody asks for a run that passed.
            let proposal = try trial.propose(version, to: Environment("prod"))
            let text = try record(trial, version, commit)
            let second = try run(trial, text, of: commit, parents: [first, commit])
            #expect(try trial.submit(dev.runsBranch, second).map(\.kind) == [.run])
            #expect(try trial.registry.runRecord(of: commit, in: dev)?.commit == second)
            #expect(
                try trial.registry.receipts.runCommits(of: commit, in: dev) == [second, first])
            let map = LedgerMap(repository: trial.repository, reference: trial.registry.reference)
            #expect(try map.runCommits(of: commit, in: dev) == [second, first])
            // Now it has passed.
            let third = try run(trial, text, of: commit, parents: [second, commit])
            let refused = try trial.expectRefused(dev.runsBranch, third, by: .record)
            #expect(refused.denials[0].saw.hasSuffix("is recorded already: it passed"))
            #expect(try trial.registry.record(failed, after: first) == second)
            // What rests on the first record holds, and says which one it is.
            let answers = trial.judge.judge(
                try trial.update(
                    "refs/heads/env/prod", to: trial.merge(proposal, into: Environment("prod"))),
                received: trial.clock.now)
            #expect(!answers.flatMap(\.denials).contains { $0.rule == .evidence }, "\(answers)")
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            #expect(try trial.registry.audit().holds)
            try trial.expectAgreement(holds: true)
        }
    }

    @Test func aRecordWithAnotherFileBesideItIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let made = try run(
                trial, record(trial, version, commit), of: commit, files: ["more.txt": "x"])
            try trial.expectRefused(dev.runsBranch, made, by: .record)
        }
    }

    @Test func aRecordThatCannotBeReadIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            try trial.expectRefused(dev.runsBranch, run(trial, "{}", of: commit), by: .record)
        }
    }

    @Test func aRecordOfAnotherVersionIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let text = try record(trial, version, commit)
                .replacing("\"version\" : 1", with: "\"version\" : 2")
                .replacing("\"version\": 1", with: "\"version\": 2")
            try trial.expectRefused(dev.runsBranch, run(trial, text, of: commit), by: .record)
        }
    }

    @Test func aRecordFromTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            let made = try run(trial, record(trial, version, commit), of: commit, at: late)
            try trial.expectRefused(dev.runsBranch, made, by: .dates)
        }
    }

    @Test func aRecordOfAStepThatMerelyHasTheModelIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            let (_, later) = try trial.promote("fraud")
            let made = try run(trial, record(trial, version, later), of: later)
            try trial.expectRefused(dev.runsBranch, made, by: .record)
        }
    }
}
