import Foundation
import Glibc
import Testing

/// The watcher or its runner killed at any time and started again: nothing is lost, nothing is twice.
@Suite(.serialized)
struct WatchCrashTests {
    /// The state that a walk ends in, without times and without the ids that depend on them.
    struct EndState: Equatable {
        var versions: [Int?]
        var runs: [[Run]]
        /// Events that were delivered, each with its target.
        var delivered: [String]
        var undelivered: Int
        var mails: [String]
        var proposals: [String]
        var ledgerEntries: Int

        init(of fixture: Fixture) throws {
            let environments = ["dev", "test"]
            versions = try environments.map { try fixture.version(in: $0) }
            runs = try environments.map { try fixture.runs(in: $0).map(\.timeless) }
            delivered = try fixture.deliveries("sent").map { "\($0.event.words) to \($0.target)" }
                .sorted()
            undelivered =
                try fixture.deliveries("pending").count + fixture.deliveries("dead").count
            mails = try fixture.mails().map { file in
                // <time>-<words>-<digest>.eml
                file.lastPathComponent.split(separator: "-").dropFirst().dropLast()
                    .joined(separator: "-")
            }.sorted()
            proposals = try fixture.references("refs/heads/promote")
            proposals += try fixture.references("refs/signet/closed")
            ledgerEntries =
                try fixture.lines("rev-list", "--count", "refs/signet/ledger")
                .first.flatMap(Int.init) ?? 0
        }
    }

    /// Two environments, with the watcher at work after every decision.
    private func walk(_ fixture: Fixture, watch: (Fixture) throws -> Void) throws -> EndState {
        try fixture.configure()
        try #require(try fixture.register().status == 0)
        try watch(fixture)
        try fixture.approve("dev")
        try watch(fixture)
        try fixture.approve("test")
        try watch(fixture)
        return try EndState(of: fixture)
    }

    @Test func aWatcherKilledAtAnyTimeEndsWhereAnUndisturbedOneDoes() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var longest = 0.0
        let undisturbed = try Fixture.with(environments: "dev,test") { fixture in
            try walk(fixture) {
                let start = Date()
                try #require(try $0.watchOnce().status == 0)
                longest = max(longest, Date().timeIntervalSince(start))
            }
        }
        #expect(undisturbed.versions == [1, 1])
        #expect(undisturbed.mails.count == 4, "two questions, two answers")
        let disturbed = try Fixture.with(environments: "dev,test") { fixture in
            try walk(fixture) { fixture in
                for _ in 0..<3 {
                    let watcher = try WatchProcess(["watch", "--once"], in: fixture)
                    usleep(UInt32(Double.random(in: 0...longest, using: &random) * 1e6))
                    watcher.kill()
                }
                try finishes(fixture, "seed \(seed)")
            }
        }
        #expect(disturbed == undisturbed, "seed \(seed)")
    }

    @Test func aRunnerKilledInTheMiddleIsStartedAgain() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            for attempt in 1...2 {
                let watcher = try WatchProcess(["watch", "--once"], in: fixture)
                let runner = try #require(watcher.runner(), "no runner, seed \(seed)")
                usleep(UInt32.random(in: 0..<5_000, using: &random))
                Glibc.kill(runner, SIGKILL)
                let status = watcher.wait()
                guard
                    try fixture.deliveries("pending").contains(where: { $0.target == "inference" })
                else { break }  // it was done before it was killed
                #expect(status == 1, "seed \(seed)")
                #expect(
                    watcher.errors.contains(
                        "to be tried again: environment.advanced dev/tumour to inference: "
                            + "the runner was ended by signal 9 and left no report"))
                #expect(try fixture.deliveries("pending").map(\.attempts) == [attempt])
            }
            try finishes(fixture, "seed \(seed)")
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
            #expect(
                try fixture.references("refs/heads/promote")
                    == ["refs/heads/promote/test/tumour/v1"])
        }
    }

    @Test func aRunnerKilledEveryTimeIsRecordedAsAnErrorAtLast() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            for _ in 1...3 {
                let watcher = try WatchProcess(["watch", "--once"], in: fixture)
                let runner = try #require(watcher.runner())
                Glibc.kill(runner, SIGKILL)
                _ = watcher.wait()
            }
            let run = try #require(try fixture.runs(in: "dev").first)
            // A runner that was quicker than the killing has a result.
            guard run.status == "error" else { return }
            #expect(run.reason == "the runner was ended by signal 9 and left no report, 3 times")
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            #expect(try fixture.mails("run.finished", "dev").count == 1)
        }
    }

    @Test func aRunThatOutlivedItsWatcherIsWaitedForAndRecordedOnce() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let watcher = try WatchProcess(["watch", "--once"], in: fixture)
            let runner = try #require(watcher.runner())
            Glibc.kill(runner, SIGSTOP)
            watcher.kill()
            let next = try WatchProcess(["watch", "--once"], in: fixture)
            usleep(700_000)
            // It may have its lock or not yet; either way one record comes of it.
            Glibc.kill(runner, SIGCONT)
            #expect(next.wait() == 0, "\(next.errors)")
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
            #expect(
                try fixture.references("refs/heads/promote")
                    == ["refs/heads/promote/test/tumour/v1"])
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").count == 1)
        }
    }

    /// A pass that is not disturbed does all that is left.
    private func finishes(_ fixture: Fixture, _ what: String) throws {
        let outcome = try fixture.watchOnce()
        #expect(outcome.status == 0, "\(what): \(outcome)")
    }
}

/// Random numbers that a seed gives again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
