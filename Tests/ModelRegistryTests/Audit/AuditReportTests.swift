import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// What a report says of each kind of move.
struct AuditReportTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    @Test func anApprovalNamesEverybodyByTheirSignatures() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev(accuracy: 0.9)
            trial.clock.advance(60)
            let run = try #require(try trial.registry.reference(dev.runsBranch))
            _ = try trial.registry.proposeNext(after: run)
            let proposal = try trial.registry.reference(test.proposalBranch(version))
            trial.clock.advance(60)
            let step = try trial.approve(version, in: test, by: .kim)
            let report = try trial.registry.audit()
            #expect(report.holds)
            #expect(
                report.moves.map(\.kind.rawValue) == [
                    "founding", "environment-root", "environment-root", "environment-root",
                    "registration", "proposal", "approval", "run", "proposal", "approval",
                ])
            #expect(report.moves.map(\.entry) == Array(1...10))
            let move = try #require(report.moves.last)
            #expect(move.commit == step)
            #expect(move.proposal == proposal)
            #expect(move.received == trial.clock.now)
            let approval = try #require(move.approvals.first)
            #expect(move.approvals.count == 1)
            #expect(move.signer == approval)
            #expect(approval.person == "Kim Kern (kim; approver)")
            #expect(approval.fingerprint == Person.kim.key.publicKey.fingerprint)
            #expect(approval.meaning == .approval)
            #expect(approval.reason == "looks right")
            #expect(
                move.authors.map(\.person) == [
                    "Ravi Rao (ravi; approver, proposer, registrar)",
                    "Signet registry (registry; proposer, registry)",
                    "Ravi Rao (ravi; approver, proposer, registrar)",
                ])
            let eyes = try #require(move.fourEyes)
            #expect(eyes.asked && eyes.differ)
            #expect(eyes.authors.map(\.text) == ["ravi"])
            #expect(eyes.approvers.map(\.text) == ["kim"])
            let evidence = try #require(move.evidence.first)
            #expect(move.evidence.count == 1)
            #expect(evidence.status == .passed)
            #expect(try evidence.run == trial.registry.reference(dev.runsBranch))
            #expect(evidence.policyGates.map(\.metric) == ["accuracy"])
            #expect(evidence.policyGates.map(\.value) == [0.9])
            #expect(evidence.policyGates.map(\.result) == [.passed])
            #expect(move.answers.contains { $0.rule == .gates && $0.status == .satisfied })
            #expect(move.effects.map(\.why) == [.merged])
        }
    }

    @Test func aRejectionIsAMoveWithItsReasonAndWhatWasProposed() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version, parameters: "gates: {accuracy: {min: 0.5}}\n")
            try trial.reject(version, by: .sue)
            let move = try #require(try trial.registry.audit().moves.last)
            #expect(move.kind == .rejection)
            #expect(move.signer?.person == "Sue Sorel (sue; approver, proposer, registrar)")
            #expect(move.signer?.meaning == .review)
            #expect(move.signer?.reason == "not yet")
            #expect(move.approvals.isEmpty)
            #expect(move.authors.compactMap(\.principal?.text) == ["ravi", "ravi"])
            #expect(move.parameters.map(\.path) == ["gates.accuracy.min"])
            #expect(move.effects.map(\.why) == [.rejected])
        }
    }

    @Test func aChangeOfPolicySaysWhatItChanges() throws {
        try TemporaryRegistry.with { trial in
            let signers = try trial.file(
                ".signet/allowed_signers",
                of: try #require(try trial.registry.reference("refs/heads/main")))
            let policy = try trial.policy().replacing("serial: 1", with: "serial: 2")
                .replacing("min: 0.8", with: "min: 0.7")
                .replacing(
                    "approver: {\"*\": [jane, kim, ravi]", with: "approver: {\"*\": [jane, kim]"
                )
                .replacing("Kim Kern", with: "Kim Kerr")
            let extra = Person("kim", key: "kim two")
            try trial.changeConfiguration([
                (".signet/policy.yaml", policy),
                (".signet/allowed_signers", signers + extra.line + "\n"),
                (".signet/rules.yaml", "# none\nrules: []\n"),
            ])
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let moves = try trial.registry.audit().moves
            let step = try #require(moves.last?.policy)
            #expect(step.serialBefore == 1)
            #expect(step.serialAfter == 2)
            #expect(
                step.changes.map(\.path) == [
                    "environments.test.requires.gates.accuracy.min", "principals.kim.name",
                    "roles.approver.*", "keys.\(extra.key.publicKey.fingerprint)",
                    "files..signet/rules.yaml",
                ])
            #expect(step.changes[1].old == "Kim Kern")
            #expect(step.changes[1].new == "Kim Kerr")
            #expect(step.changes[3].new == "kim")
            #expect(
                moves.suffix(3).map(\.kind) == [.configurationProposal, .configuration, .rollout])
            #expect(moves.suffix(3).allSatisfy { $0.policy == step })
            #expect(moves.last?.signer?.reason == "agreed")
        }
    }

    @Test func aPeriodAndAnEnvironmentNarrowTheMoves() throws {
        try TemporaryRegistry.with { trial in
            let began = trial.clock.now
            trial.clock.advance(100)
            let version = try trial.register()
            trial.clock.advance(100)
            try trial.propose(version)
            let proposed = trial.clock.now
            trial.clock.advance(100)
            try trial.approve(version)
            func entries(_ period: AuditPeriod, _ only: Environment? = nil) throws -> [Int] {
                try trial.registry.audit(period, of: only).moves.map(\.entry)
            }
            #expect(try entries(AuditPeriod()) == [1, 2, 3, 4, 5, 6, 7])
            #expect(try entries(AuditPeriod(from: proposed, to: proposed)) == [6])
            #expect(try entries(AuditPeriod(to: began)) == [1, 2, 3, 4])
            #expect(try entries(AuditPeriod(from: proposed)) == [6, 7])
            #expect(try entries(AuditPeriod(), dev) == [2, 6, 7])
            #expect(try entries(AuditPeriod(from: proposed), test) == [])
        }
    }

    @Test func aRefusedAttemptIsAMove() throws {
        try TemporaryRegistry.with { trial in
            // As the registry notes what it turned away: the commit itself was not kept.
            let gone = ObjectID.hash(.blob, "gone".bytes)
            var verdict = Verdict(
                ReferenceUpdate(name: dev.branch, old: try trial.tip(dev), new: gone))
            verdict.principal = try PrincipalID("ravi")
            verdict.fingerprint = Person.ravi.key.publicKey.fingerprint
            verdict.refuse(.fourEyes, "ravi proposed it")
            try trial.enter(verdict)
            let report = try trial.registry.audit(AuditPeriod(), of: dev)
            let move = try #require(report.moves.last)
            #expect(move.isRefused)
            #expect(move.commit == gone)
            #expect(move.signer?.person == "Ravi Rao (ravi; approver, proposer, registrar)")
            #expect(move.answers.map(\.status) == [.unsatisfied])
        }
    }

    @Test func whatTheLedgerSaysIsComparedWithTheSignatures() throws {
        try TemporaryRegistry.with { trial in
            let (_, step) = try trial.promote()
            try trial.lieInLastEntry { entry in
                entry.verdict.principal = try PrincipalID("kim")
                entry.verdict.version = 7
                entry.verdict.action = .rolledBack
            }
            let report = try trial.registry.audit()
            #expect(!report.holds)
            let key = Person.jane.key.publicKey.fingerprint
            #expect(
                report.verification.findings.map(\.saw) == [
                    "entry 7: it says version 7, the commits say 1",
                    "entry 7: it says action rolled back, the commits say approved",
                    "entry 7: it names kim with \(key), but jane signed with \(key)",
                ])
            #expect(report.moves.last?.approvals.map(\.name) == ["Jane Doe"])
            #expect(report.moves.last?.commit == step)
        }
    }

    /// What an entry leaves out, or calls something else, is compared too.
    @Test(arguments: [
        ("nothing", 2), ("kind", 1), ("run", 2),
    ])
    func wordsThatTheLedgerLeavesOutAreMissed(_ lie: String, _ count: Int) throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            try trial.lieInLastEntry { entry in
                switch lie {
                case "nothing":
                    entry.verdict.reason = nil
                    entry.verdict.payloadSHA256 = nil
                case "kind": entry.verdict.kind = .rollout
                default:
                    entry.verdict.kind = .run
                    entry.verdict.reason = "invented"
                }
            }
            let findings = try trial.registry.audit().verification.findings.map(\.saw)
            #expect(findings.count >= count, "\(findings)")
        }
    }

    @Test func nothingOfEverythingContradictsTheLedger() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            try trial.liveThroughEverything()
            let findings = try trial.registry.audit().verification.findings.map(\.saw)
            #expect(findings == [])
        }
    }

    @Test func aReasonAndADigestThatTheLedgerMadeUpAreFound() throws {
        try TemporaryRegistry.with { trial in
            let (_, step) = try trial.promote()
            var reason = ""
            try trial.lieInLastEntry { entry in
                reason = try #require(entry.verdict.reason)
                entry.verdict.reason = "because I say so"
                entry.verdict.payloadSHA256 = String(repeating: "0", count: 64)
            }
            let digest = try trial.commit(step).payloadSHA256
            #expect(
                try trial.registry.audit().verification.findings.map(\.saw) == [
                    "entry 7: it says that the signed bytes have the SHA-256 "
                        + "\(String(repeating: "0", count: 64)), they have \(digest)",
                    "entry 7: it gives the reason 'because I say so', the commit '\(reason)'",
                ])
        }
    }

    @Test func aLedgerThatCannotBeReadIsAFindingWithItsPlace() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let tip = try #require(try trial.registry.ledger.tip())
            let empty = try trial.craft(
                tree: trial.repository.writeTree([]), parents: [tip],
                by: trial.registry.serviceKey(.registry))
            try trial.moveAround(Ledger.reference, to: empty)
            let report = try trial.registry.audit()
            #expect(!report.holds)
            #expect(report.moves.isEmpty)
            #expect(report.verification.findings.map(\.reference) == [Ledger.reference])
            #expect(report.verification.findings[0].saw.contains("ledger entry \(empty.short)"))
        }
    }
}

extension TemporaryRegistry {
    /// Has the registry's own key sign another text of the last entry, in its place.
    func lieInLastEntry(_ lie: (inout LedgerEntry) throws -> Void) throws {
        let links = try registry.ledger.entries(after: nil)
        let base = links[links.count - 2].commit
        var entry = try #require(links.last).entry
        try lie(&entry)
        try moveAround(Ledger.reference, to: base)
        _ = try registry.ledger.append([entry], to: base, signer: registry.serviceKey(.registry))
        try repository.flush()
    }

    /// Appends an entry to the ledger as the registry itself would.
    func enter(_ verdict: Verdict, effects: [LedgerEntry.Effect] = []) throws {
        let tip = try registry.ledger.tip()
        let number = try registry.ledger.entries(after: nil).count + 1
        _ = try registry.ledger.append(
            [LedgerEntry(number: number, received: clock.now, verdict: verdict, effects: effects)],
            to: tip, signer: registry.serviceKey(.registry))
        try repository.flush()
    }
}
