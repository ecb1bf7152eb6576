import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// The rules that the time of receipt decides; the clock begins on Tue 2023-11-14 at 22:13:20 UTC.
struct TimingRulesTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test
    private static let hour: Int64 = 3600

    /// The standard policy with more keys in one environment's rule.
    private func with(
        _ keys: String, in environment: String, _ body: (TemporaryRegistry) throws -> Void
    ) throws {
        let name = "{name: \(environment),"
        try TemporaryRegistry.with(
            policy: TemporaryRegistry.standardPolicy.replacing(name, with: "\(name) \(keys),"), body
        )
    }

    private func expectSaw(_ verdict: Verdict, _ rule: Rule, _ words: String) {
        #expect(verdict.answers.first { $0.rule == rule }?.saw == words)
    }

    @Test func aVersionThatHasNotSoakedIsRefused() throws {
        try with("soak: 24h", in: "test") { trial in
            let version = try trial.ranInDev()
            let merge = try trial.merge(trial.propose(version, to: test), into: test)
            trial.clock.advance(24 * Self.hour - 1)
            let verdict = try trial.expectRefused(test.branch, merge, by: .soak)
            expectSaw(
                verdict, .soak,
                "churn@1 has stood unchanged in dev for 23h 59m, since 2023-11-14T22:13:21Z; 24h are asked for"
            )
            #expect(verdict.denials[0].hint == "approve it from 2023-11-15T22:13:21Z on")
            trial.clock.advance(1)
            try trial.submit(test.branch, merge)
        }
    }

    @Test func soakingBeginsAnewWhenTheParametersChange() throws {
        try with("soak: 24h", in: "test") { trial in
            let version = try trial.ranInDev()
            trial.clock.advance(23 * Self.hour)
            try trial.propose(version, parameters: "inference: {batchSize: 8}\n")
            try trial.run(version, at: trial.approve(version))
            let merge = try trial.merge(trial.propose(version, to: test), into: test)
            trial.clock.advance(23 * Self.hour)
            try trial.expectRefused(test.branch, merge, by: .soak)
            trial.clock.advance(Self.hour)
            try trial.submit(test.branch, merge)
        }
    }

    @Test func anotherModelsMoveDoesNotDisturbSoaking() throws {
        try with("soak: 24h", in: "test") { trial in
            let version = try trial.ranInDev()
            trial.clock.advance(23 * Self.hour)
            try trial.promote("fraud")
            trial.clock.advance(Self.hour)
            try trial.propose(version, to: test)
            try trial.approve(version, in: test)
        }
    }

    @Test(arguments: [(hours: 24, soaked: true), (hours: 1, soaked: false)])
    func aVersionThatWasReplacedSoakedWhileItStood(hours: Int64, soaked: Bool) throws {
        try with("soak: 24h", in: "test") { trial in
            let one = try trial.ranInDev()
            let proposal = try trial.propose(one, to: test)
            trial.clock.advance(hours * Self.hour - 1)
            try trial.promote()
            trial.clock.advance(48 * Self.hour)
            let merge = try trial.merge(proposal, into: test)
            if soaked {
                try trial.submit(test.branch, merge)
            } else {
                let verdict = try trial.expectRefused(test.branch, merge, by: .soak)
                expectSaw(
                    verdict, .soak,
                    "churn@1 stood unchanged in dev for 1h, since 2023-11-14T22:13:21Z; 24h are asked for"
                )
                #expect(
                    verdict.denials[0].hint
                        == "approve it in dev again, and let it stand there for 24h")
            }
        }
    }

    @Test func soakingIsJudgedAgainAsItWasAtReceipt() throws {
        try with("soak: 24h", in: "test") { trial in
            let version = try trial.ranInDev()
            trial.clock.advance(24 * Self.hour)
            try trial.propose(version, to: test)
            try trial.approve(version, in: test)
            try trial.promote()
            #expect(try trial.registry.verify().holds)
            try DurableFile.removeTree(trial.path.appending("signet/verified"))
            #expect(
                try trial.reopened().resolve(ModelName("churn"), in: test)?.version == 1)
        }
    }

    @Test func whatDidNotSoakIsNotActedOnThoughTheLedgerHasIt() throws {
        try with("soak: 24h", in: "test") { trial in
            let version = try trial.ranInDev()
            let merge = try trial.merge(trial.propose(version, to: test), into: test)
            let update = try trial.update(test.branch, to: merge)
            let verdicts = trial.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.flatMap(\.denials).map(\.rule) == [.soak])
            // As somebody with a shell, and a registry that enters what its inbox has, could do it.
            try trial.registry.admit(update, verdicts, trial.clock.now)
            try trial.moveAround(test.branch, to: merge)
            _ = try trial.registry.settle()
            #expect(try trial.registry.receipts.last(test.branch) == merge)
            #expect {
                try trial.resolve(in: test)
            } throws: { error in
                guard case RegistryError.refused(let verdict) = error else { return false }
                return verdict.denials.map(\.rule) == [.soak]
            }
            let findings = try trial.registry.verify().findings
            #expect(findings.map(\.rule) == [.soak])
            #expect(findings.map(\.basis) == [.ledger])
        }
    }

    @Test func nothingIsApprovedInAFreezeWindow() throws {
        let window = "{from: Tue 23:00, to: Wed 07:00, timeZone: Europe/Berlin}"
        try with("freeze: [\(window)]", in: "dev") { trial in
            let merge = try trial.merge(trial.propose(trial.register()))
            let verdict = try trial.expectRefused(dev.branch, merge, by: .freeze)
            expectSaw(verdict, .freeze, "dev is frozen until Wed 2023-11-15 07:00 Europe/Berlin")
            let open = try #require(Timestamp("2023-11-15T06:00:00Z"))
            trial.clock.now = Timestamp(seconds: open.seconds - 1)
            try trial.expectRefused(dev.branch, merge, by: .freeze)
            trial.clock.now = open
            try trial.submit(dev.branch, merge)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func rollbackAndWithdrawalGoThroughAFreezeAndWithoutSoaking() throws {
        let window = "{from: 2023-11-16T00:00, to: 2024-01-01T00:00, timeZone: UTC}"
        try with("freeze: [\(window)], soak: 1h", in: "test") { trial in
            for _ in 1...2 {
                let version = try trial.ranInDev()
                trial.clock.advance(Self.hour)
                try trial.propose(version, to: test)
                try trial.approve(version, in: test)
            }
            let three = try trial.ranInDev()
            trial.clock.now = try #require(Timestamp("2023-11-16T00:00:00Z"))
            let merge = try trial.merge(trial.propose(three, to: test), into: test)
            try trial.expectRefused(test.branch, merge, by: .freeze)
            let back = try trial.registry.proposeRollback(
                three.model, in: test, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version, in: test)
            #expect(try trial.resolve(in: test)?.version == 1)
            let gone = try trial.registry.proposeWithdrawal(
                three.model, from: test, by: trial.author(.ravi))
            try trial.approve(gone.version, in: test)
            #expect(try trial.resolve(in: test) == nil)
        }
    }

    @Test func anApprovalThatWasSignedLongAgoIsRefused() throws {
        try with("approvalMaxAge: 1h", in: "dev") { trial in
            let merge = try trial.merge(trial.propose(trial.register()))
            trial.clock.advance(Self.hour + 1)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .approvalAge)
            expectSaw(
                verdict, .approvalAge,
                "the approval \(merge.short) was signed 1h ago, at 2023-11-14T22:13:20Z; approvals "
                    + "count for 1h")
            trial.clock.advance(-1)
            try trial.submit(dev.branch, merge)
        }
    }

    @Test func withoutALedgerTimesAreNotJudged() throws {
        let keys =
            "approvalMaxAge: 1h, "
            + "freeze: [{from: Tue 22:00, to: Wed 06:00, timeZone: UTC}]"
        try with(keys, in: "dev") { trial in
            // Signed in the window, received after it.
            trial.clock.now = try #require(Timestamp("2023-11-15T05:30:00Z"))
            let merge = try trial.merge(trial.propose(trial.register()))
            trial.clock.advance(Self.hour)
            try trial.submit(dev.branch, merge)
            #expect(try trial.registry.verify().holds)
            try trial.moveAround(Ledger.reference, to: nil)
            let verification = try trial.registry.verify()
            #expect(verification.findings.map(\.saw) == [])
            #expect(
                verification.unproven == [
                    "times of receipt (soak, freeze, age of approvals), revocations and rejections: this copy "
                        + "has no ledger; make one with `git clone --mirror`"
                ])
        }
    }

    @Test func aReviewSaysWhatStillHasToPass() throws {
        let keys = "soak: 1h, freeze: [{from: Tue 22:00, to: Wed 06:00, timeZone: UTC}]"
        try with(keys, in: "test") { trial in
            let version = try trial.ranInDev()
            let proposal = try trial.propose(version, to: test)
            let review = try trial.registry.review(
                .init(
                    version: version, environment: test, proposal: proposal, target: proposal))
            #expect(
                review.missing == [
                    "soak: churn@1 has stood unchanged in dev for 0s, since 2023-11-14T22:13:21Z; 1h are asked for",
                    "freeze: test is frozen until Wed 2023-11-15 06:00 UTC",
                ])
        }
    }
}
