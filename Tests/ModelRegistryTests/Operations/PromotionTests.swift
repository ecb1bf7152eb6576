import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// The walk from registration to production, and what is asked on the way.
struct PromotionTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test
    private let prod = TemporaryRegistry.prod

    @Test func versionsAreNumberedFromOneForEachModel() throws {
        try TemporaryRegistry.with { trial in
            #expect(try trial.register("churn").number == 1)
            #expect(try trial.register("churn").number == 2)
            #expect(try trial.register("fraud/eu").number == 1)
            #expect(try trial.registry.models().map(\.text) == ["churn", "fraud/eu"])
            let tag = try trial.registry.reference("refs/tags/churn/v2")
            #expect(try trial.registry.reference("refs/heads/models/churn") == tag)
        }
    }

    @Test func aFileThatTheNextVersionLacksGoes() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.register(baseline: "{}")
            let two = try trial.register()
            let files = try [one, two].map { version in
                try trial.repository.files(in: trial.registry.registration(of: version).files.id)
                    .map(\.path)
            }
            #expect(
                files[0] == [
                    "CARD.md", "artifacts/model.onnx", "baseline.json", "metrics.json",
                    "model.yaml",
                ])
            #expect(files[1] == ["CARD.md", "artifacts/model.onnx", "metrics.json", "model.yaml"])
        }
    }

    @Test func aVersionWalksUpTheLadderWithItsEvidence() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: test)
            try trial.run(version, at: trial.approve(version, in: test), in: test)
            try trial.propose(version, to: prod)
            let commit = try trial.approve(version, in: prod)
            let evidence = try trial.repository.files(in: trial.tree(of: commit))
                .map(\.path).filter { $0.hasPrefix("evidence/") }
            #expect(evidence == ["evidence/churn/dev.json", "evidence/churn/test.json"])
            let resolution = try #require(try trial.resolve(in: prod))
            #expect(resolution.version == 1)
            #expect(resolution.commit == commit)
            #expect(resolution.approvedBy.text == "jane")
            #expect(resolution.approvedAt == trial.clock.now)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func nothingIsResolvedBeforeAnApproval() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            #expect(try trial.resolve() == nil)
            try trial.propose(version)
            #expect(try trial.resolve() == nil)
            #expect(throws: RegistryError.self) { try trial.resolve("unknown") }
        }
    }

    @Test func aNewerProposalSupersedesAnOlderOne() throws {
        try TemporaryRegistry.with { trial in
            let (one, two) = (try trial.register(), try trial.register())
            let older = try trial.propose(one)
            try trial.propose(two)
            #expect(try trial.registry.openProposals().map(\.version) == [two])
            #expect(try trial.registry.reference("refs/signet/closed/dev/churn/v1/1") == older)
            let effects = try trial.registry.ledger.entries(after: nil).last?.entry.effects
            #expect(effects?.map(\.why) == [.superseded])
            try trial.expectRefused(dev.proposalBranch(one), older, by: .open)
        }
    }

    @Test func aRollbackAWithdrawalAndOtherParametersStayOpenBesideANewerProposal() throws {
        try TemporaryRegistry.with { trial in
            let (one, _) = try trial.promote()
            let (two, _) = try trial.promote()
            _ = try trial.registry.proposeRollback(
                one.model, in: dev, to: nil, by: trial.author(.ravi))
            _ = try trial.registry.proposeWithdrawal(
                one.model, from: dev, by: trial.author(.ravi))
            let three = try trial.register()
            try trial.propose(three)
            #expect(try trial.registry.openProposals().map(\.version) == [one, two, three])
            let four = try trial.register()
            try trial.propose(four)
            #expect(try trial.registry.openProposals().map(\.version) == [one, two, four])
            // The decision on one of them closes the others.
            try trial.approve(one)
            #expect(try trial.registry.openProposals().isEmpty)
        }
    }

    @Test func anApprovalClosesTheOtherProposalsOfItsModelAsStale() throws {
        try TemporaryRegistry.with { trial in
            let (one, two) = (try trial.register(), try trial.register())
            try trial.propose(two)
            try trial.propose(one)
            try trial.approve(two)
            let effects = try trial.registry.ledger.entries(after: nil).last?.entry.effects
            #expect(effects?.map(\.why) == [.stale, .merged])
            #expect(try trial.registry.openProposals().isEmpty)
        }
    }

    @Test func aStaleProposalGivesWayToANewOne() throws {
        try TemporaryRegistry.with { trial in
            let (one, two) = (try trial.register(), try trial.register())
            let stale = try trial.proposal(of: two)
            try trial.propose(one)
            try trial.approve(one)
            // Left open by somebody who wrote the reference by hand.
            try trial.moveAround(dev.proposalBranch(two), to: stale)
            let fresh = try trial.propose(two)
            #expect(try trial.registry.reference("refs/signet/closed/dev/churn/v2/1") == stale)
            #expect(try trial.registry.openProposals().map(\.target) == [fresh])
        }
    }

    @Test func aRejectedProposalIsKeptWithItsReason() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version)
            let rejection = try trial.reject(version)
            #expect(try trial.registry.openProposals().isEmpty)
            #expect(try trial.registry.isRejected(version, in: dev))
            #expect(try trial.registry.reference("refs/signet/closed/dev/churn/v1/1") == rejection)
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            #expect(entry.verdict.reason == "not yet")
            #expect(entry.verdict.principal?.text == "jane")
        }
    }

    @Test func aDecisionIsForTheProposalThatWasReviewed() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let reviewed = try trial.propose(version)
            try trial.reject(version)
            trial.clock.advance(1)
            let now = try trial.propose(version)
            let author = try trial.author(.jane)
            for wrong in [reviewed.hex, String(now.hex.prefix(6))] {
                let error = #expect(throws: RegistryError.self) {
                    try trial.registry.approve(
                        ModelSelector("churn@1"), in: dev, reason: "ok", expected: wrong, by: author
                    )
                }
                guard case .staleProposal? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            #expect(throws: RegistryError.self) {
                try trial.registry.reject(
                    ModelSelector("churn@1"), in: dev, reason: "no", expected: reviewed.hex,
                    by: author)
            }
            try trial.registry.approve(
                ModelSelector("churn@1"), in: dev, reason: "ok", expected: now.hex, by: author)
        }
    }

    @Test func aDecisionNeedsAReason() throws {
        try TemporaryRegistry.with { trial in
            try trial.propose(trial.register())
            #expect(throws: RegistryError.self) {
                try trial.registry.approve(
                    ModelSelector("churn"), in: dev, reason: " \n", by: trial.author(.jane))
            }
        }
    }

    @Test func aPassedRunAsksTheNextEnvironmentOnce() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let run = try trial.run(version, at: commit)
            guard case .opened(let opened, let next, _) = try trial.registry.proposeNext(after: run)
            else { throw RegistryError.invalid("nothing was opened", hint: nil) }
            #expect(opened == version)
            #expect(next == test)
            #expect(
                try trial.registry.proposeNext(after: run)
                    == .none("churn@1 is proposed for test already"))
            try trial.reject(version, in: test)
            #expect(
                try trial.registry.proposeNext(after: run) == .none("churn@1 was rejected in test"))
        }
    }

    @Test(arguments: [RunRecord.Status.failed, .error, .skipped])
    func aRunThatDidNotPassAsksNobody(status: RunRecord.Status) throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            let run = try trial.run(version, at: commit, status: status)
            #expect(try trial.registry.proposeNext(after: run) == .none("the run did not pass"))
        }
    }

    @Test func aPersonWithoutAnEnrolledKeyIsNobody() throws {
        try TemporaryRegistry.with { trial in
            let error = #expect(throws: RegistryError.self) { try trial.author(.mallory) }
            guard case .unknownPrincipal? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
