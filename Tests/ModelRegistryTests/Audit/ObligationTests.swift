import GitStore
import Testing

@testable import ModelRegistry

/// What waits for somebody.
struct ObligationTests {
    private let dev = TemporaryRegistry.dev

    private func obligations(_ trial: TemporaryRegistry) throws -> [Obligation] {
        try trial.registry.audit().obligations
    }

    @Test func aProposalWaitsForThoseWhoMayApproveIt() throws {
        try TemporaryRegistry.with { trial in
            #expect(try obligations(trial) == [])
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let since = trial.clock.now
            trial.clock.advance(60)
            let waiting = try obligations(trial)
            #expect(waiting.map(\.kind) == [.openProposal])
            #expect(waiting[0].commit == proposal)
            #expect(waiting[0].since == since)
            #expect(waiting[0].waitsFor == ["Jane Doe", "Kim Kern", "Sue Sorel"])
            #expect(waiting[0].what == "churn@1 waits for approval in dev")
            try trial.approve(version)
            #expect(try obligations(trial) == [])
        }
    }

    @Test func aStaleProposalWaitsForNobody() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.register()
            let early = try trial.proposal(of: one)
            try trial.propose(one)
            try trial.approve(one)
            try trial.moveAround(dev.proposalBranch(one), to: early)
            let waiting = try obligations(trial)
            #expect(waiting.map(\.kind) == [.staleProposal])
            #expect(waiting[0].waitsFor == [])
            #expect(waiting[0].what.contains("stale: "))
        }
    }

    @Test(arguments: [RunRecord.Status.failed, .error])
    func aRunThatDidNotPassWaitsUntilTheModelMoves(_ status: RunRecord.Status) throws {
        try TemporaryRegistry.with { trial in
            _ = try trial.ranInDev(accuracy: 0.1, status: status)
            let waiting = try obligations(trial)
            #expect(waiting.map(\.kind) == [.failedRun])
            #expect(
                waiting[0].what
                    == "churn@1 is in dev and its run there ended as \(status.rawValue)")
            trial.clock.advance(1)
            try trial.promote()
            #expect(try obligations(trial) == [])
        }
    }

    @Test func aPolicyThatIsNotRolledOutWaitsForItsKeepers() throws {
        try TemporaryRegistry.with { trial in
            let serial = try trial.registry.proposeConfiguration(
                [(".signet/rules.yaml", "# none\nrules: []\n".bytes)], title: "Rules",
                by: trial.author(.ada))
            let open = try obligations(trial)
            #expect(open.map(\.kind) == [.openConfiguration])
            #expect(open[0].waitsFor == ["Ada Admin"])
            #expect(
                open[0].what
                    == "configuration 2 waits for approval; signed by ada (admin), complete")
            try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.ada))
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let behind = try obligations(trial)
            #expect(behind.map(\.kind) == [.policyBehind, .policyBehind])
            #expect(behind.map(\.environment?.name) == ["test", "prod"])
            #expect(behind[0].what == "test has policy 1, main has 2: not rolled out")
            #expect(behind[0].waitsFor == ["Ada Admin"])
        }
    }
}
