import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// What a report says of signatures that are gathered, of emergencies and of revoked keys.
struct AuditQuorumTests {
    private let dev = TemporaryRegistry.dev

    private func with(_ body: (TemporaryRegistry) throws -> Void) throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy, body)
    }

    private func last(_ trial: TemporaryRegistry) throws -> AuditMove {
        let report = try trial.registry.audit()
        #expect(report.verification.findings.map(\.saw) == [])
        return try #require(report.moves.last)
    }

    /// Whom the scopes keep away from a model, nothing of it waits for.
    @Test func nothingWaitsForWhoMayNotDecideTheModel() throws {
        let scopes = "scopes: {sue: [fraud]}\n"
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy + scopes) { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.approve(version, by: .kim)
            #expect(try last(trial).missing?.map(\.waitsFor) == [["Jane Doe"]])
            trial.clock.advance(1)
            try trial.approve(version, by: .jane)
            try trial.registry.revoke(
                Person.jane.key.publicKey, reason: .compromised, fromEntry: 1, note: "lost",
                by: trial.author(.ada))
            let open = try trial.registry.audit().obligations
            #expect(open.map(\.kind) == [.compromisedKey])
            #expect(open.map(\.waitsFor) == [["Kim Kern", "Ravi Rao"]])
        }
    }

    @Test func aPartialApprovalSaysWhoSignedAndWhoIsMissing() throws {
        try with { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.approve(version, by: .kim)
            let partial = try last(trial)
            #expect(partial.kind == .partialApproval)
            #expect(partial.approvals.map(\.person) == ["Kim Kern (kim; risk)"])
            #expect(partial.missing?.map(\.role.text) == ["approver"])
            // Ravi made it, which four eyes forbid.
            #expect(partial.missing?.map(\.waitsFor) == [["Jane Doe", "Sue Sorel"]])
            #expect(partial.fourEyes?.differ == true)
            let waiting = try trial.registry.audit().obligations
            #expect(waiting.map(\.waitsFor) == [["Jane Doe", "Sue Sorel"]])
            #expect(
                waiting[0].what
                    == "churn@1 waits for approval in dev; signed by kim (risk), missing: 1 approver"
            )
            try trial.approve(version, by: .jane)
            let step = try last(trial)
            #expect(step.missing == nil)
            #expect(step.approvals.map(\.name) == ["Kim Kern", "Jane Doe"])
            #expect(step.approvals.map(\.reason) == ["looks right", "looks right"])
            #expect(step.fourEyes?.approvers.map(\.text) == ["jane", "kim"])
        }
    }

    @Test func aMergeThatCountsForNothingIsShownAsSuch() throws {
        try with { trial in
            let proposal = try trial.propose(trial.register())
            let idle = try trial.merge(proposal, by: .ravi)
            let first = try trial.merge(proposal, by: .kim, parents: [trial.tip(dev), idle])
            try trial.submit(
                dev.branch, trial.merge(proposal, parents: [trial.tip(dev), first]))
            let step = try last(trial)
            #expect(step.approvals.map(\.name) == ["Kim Kern", "Jane Doe"])
            #expect(step.discounted.map(\.commit) == [idle])
            #expect(step.discounted.map(\.fault) == ["it counts for nothing"])
            #expect(step.fourEyes?.differ == true)
        }
    }

    @Test func configurationGathersItsSignatures() throws {
        try with { trial in
            let serial = try trial.registry.proposeConfiguration(
                [(".signet/rules.yaml", "# none\nrules: []\n".bytes)], title: "Rules",
                by: trial.author(.ada))
            let proposed = try last(trial)
            #expect(proposed.approvals.map(\.person) == ["Ada Admin (ada; admin)"])
            #expect(proposed.missing?.map(\.count) == [2])
            try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.kim))
            let partial = try last(trial)
            #expect(partial.kind == .partialConfiguration)
            #expect(partial.approvals.map(\.name) == ["Ada Admin", "Kim Kern"])
            #expect(partial.missing?.map(\.waitsFor) == [["Sue Sorel"]])
            let open = try trial.registry.audit().obligations
            #expect(open.map(\.kind) == [.openConfiguration])
            #expect(open[0].waitsFor == ["Sue Sorel"])
            #expect(
                open[0].what == "configuration 2 waits for approval; "
                    + "signed by ada (admin), kim (admin), missing: 1 admin")
            try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.sue))
            let step = try last(trial)
            #expect(step.kind == .configuration)
            #expect(step.approvals.map(\.name) == ["Ada Admin", "Kim Kern", "Sue Sorel"])
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.sue))
            let gathering = try last(trial)
            #expect(gathering.kind == .partialRollout)
            #expect(gathering.missing?.map(\.waitsFor) == [["Ada Admin", "Kim Kern"]])
            #expect(gathering.policy?.serialAfter == 2)
            let waiting = try trial.registry.audit().obligations
            #expect(waiting.contains { $0.kind == .openRollout && $0.environment == dev })
        }
    }

    @Test func anEmergencyIsShownUntilItIsApprovedAgain() throws {
        try with { trial in
            let version = try trial.register()
            let step = try trial.breakGlass(trial.propose(version))
            let due = Timestamp(seconds: trial.clock.now.seconds + 72 * 3600)
            let move = try last(trial)
            let emergency = try #require(move.breakGlass)
            #expect(emergency.reason == "production burns")
            #expect(emergency.setAside.map(\.rule) == [.approvals])
            #expect(emergency.setAside.map(\.status) == [.bypassed])
            #expect(emergency.reapproveBy == due)
            #expect(emergency.reapprovedBy == nil)
            #expect(!emergency.isOverdue)
            #expect(move.approvals.map(\.person) == ["Ada Admin (ada; oncall)"])
            let open = try trial.registry.audit().obligations
            #expect(open.map(\.kind) == [.reapproval])
            #expect(open[0].commit == step)
            #expect(open[0].due == due)
            #expect(!open[0].isOverdue)
            #expect(open[0].waitsFor == ["Jane Doe", "Kim Kern", "Ravi Rao", "Sue Sorel"])
            #expect(
                open[0].what
                    == "churn@1 in dev came by break-glass in entry 7: production burns; "
                    + "set aside: approvals")
            let then = try trial.registry.snapshot(at: trial.clock.now, of: dev)
            #expect(then.environments[0].models.map(\.reapproveBy) == [due])

            trial.clock.advance(72 * 3600 + 1)
            #expect(try last(trial).breakGlass?.isOverdue == true)
            #expect(try trial.registry.audit().obligations.map(\.isOverdue) == [true])

            try trial.registry.proposeAgain(version.model, in: dev, by: trial.author(.ravi))
            try trial.approveTwice(version)
            let report = try trial.registry.audit()
            #expect(report.obligations == [])
            #expect(report.moves.last?.action == .reapproved)
            #expect(report.moves.last?.reapproves == [7])
            let late = try #require(report.moves.first { $0.entry == 7 }?.breakGlass)
            #expect(late.reapprovedBy == report.moves.last?.entry)
            #expect(late.isOverdue)
            let now = try trial.registry.snapshot(at: trial.clock.now, of: dev)
            #expect(now.environments[0].models.map(\.reapproveBy) == [nil])
            #expect(now.environments[0].models.map(\.reapprovedBy) == [late.reapprovedBy])
        }
    }

    @Test func revokedKeysAreListedFromThenOn() throws {
        try with { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.approveTwice(version)
            let before = trial.clock.now
            trial.clock.advance(60)
            try trial.registry.revoke(
                Person.jane.key.publicKey, reason: .compromised, fromEntry: 5,
                note: "a lost notebook", by: trial.author(.ada))
            let move = try last(trial)
            #expect(move.kind == .revocation)
            #expect(move.signer?.name == "Ada Admin")
            let report = try trial.registry.audit()
            #expect(report.revocations == [try #require(move.revocation)])
            let revoked = report.revocations[0]
            #expect(revoked.entry == move.entry)
            #expect(revoked.principal.text == "jane")
            #expect(revoked.name == "Jane Doe")
            #expect(revoked.reason == .compromised)
            #expect(revoked.fromEntry == 5)
            #expect(revoked.note == "a lost notebook")
            #expect(revoked.revokedBy == "Ada Admin")
            #expect(try trial.registry.snapshot(at: before).revocations == [])
            #expect(
                try trial.registry.snapshot(at: trial.clock.now).revocations == [revoked])
            func isInDoubt(_ time: Timestamp) throws -> [Bool] {
                try trial.registry.snapshot(at: time, of: dev).environments[0].models
                    .map(\.isInDoubt)
            }
            #expect(try isInDoubt(before) == [false])
            #expect(try isInDoubt(trial.clock.now) == [true])
            // Her approval is shown as it was counted, and is to be given again.
            #expect(report.moves.contains { $0.approvals.map(\.name) == ["Kim Kern", "Jane Doe"] })
            #expect(report.obligations.map(\.kind) == [.compromisedKey])
        }
    }

    @Test func aRefusalSaysWhatWasAttempted() throws {
        try with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal)
            #expect(throws: RegistryError.self) { try trial.submit(dev.branch, merge) }
            let move = try last(trial)
            #expect(move.isRefused)
            #expect(move.attempted == .approval)
            #expect(move.commit == merge)
            #expect(move.signer?.name == "Jane Doe")
        }
    }

    @Test func aLedgerThatAddsASignatureOrDropsADeadlineIsContradicted() throws {
        try with { trial in
            try trial.breakGlass(trial.propose(trial.register()))
            try trial.lieInLastEntry { entry in
                let kim = CountedSignature(
                    principal: try PrincipalID("kim"), fingerprint: "SHA256:x", roles: [],
                    commit: try #require(entry.verdict.new), received: trial.clock.now)
                entry.verdict.counted?.append(kim)
                entry.verdict.reapproveBy = nil
            }
            let saw = try trial.registry.audit().verification.findings.map(\.saw)
            #expect(saw.count == 2)
            #expect(saw[0].contains("entry 7: it counts the signatures ada in "), "\(saw)")
            #expect(saw[1].contains("entry 7: it says to be approved again by no time"), "\(saw)")
        }
    }
}
