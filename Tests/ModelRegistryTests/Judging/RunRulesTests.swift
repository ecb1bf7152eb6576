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
