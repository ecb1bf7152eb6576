import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Approvals in an emergency, and what they never touch.
struct BreakGlassTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    /// test asks for two approvers and a passed run; in an emergency one admin or kim does.
    private static let policy = TemporaryRegistry.standardPolicy
        .replacing(
            "after: dev, approvals: {approver: 1}",
            with: "after: dev, approvals: {approver: 2}, "
                + "breakGlass: {approvals: {oncall: 1}, reapproveWithin: 72h}"
        )
        .replacing("  admin: {", with: "  oncall: {\"*\": [ada, kim]}\n  admin: {")

    private func with(
        _ body: (_ trial: TemporaryRegistry, _ version: ModelVersion, _ proposal: ObjectID) throws
            -> Void
    ) throws {
        try TemporaryRegistry.with(policy: Self.policy) { trial in
            let (version, _) = try trial.promote()
            try body(trial, version, trial.propose(version, to: test))
        }
    }

    private func emergency(
        _ trial: TemporaryRegistry, _ proposal: ObjectID, by person: Person = .ada,
        reason: String = "production burns"
    ) throws -> ObjectID {
        try trial.merge(
            proposal, into: test, by: person, message: "Merge\n\nBreak-glass: \(reason)\n")
    }

    @Test func anEmergencyOverridesRequirementsAndBypassesSignatures() throws {
        try with { trial, version, proposal in
            try trial.expectRefused(
                test.branch, trial.merge(proposal, into: test, by: .kim), by: .approvals, .run,
                .gates)
            let commit = try trial.registry.approve(
                ModelSelector("churn"), in: test, reason: "production burns", breakingGlass: true,
                by: trial.author(.ada)
            ).commit
            #expect(try trial.tip(test) == commit)
            let verdict = try #require(
                try trial.registry.ledger.entries(after: nil).last?.entry.verdict)
            let answers = Dictionary(
                verdict.answers.map { ($0.rule, $0.status) }, uniquingKeysWith: { $1 })
            #expect(answers[.approvals] == .bypassed)
            #expect(answers[.run] == .overridden)
            #expect(answers[.after] == .satisfied)
            #expect(answers[.fourEyes] == .satisfied)
            let due = Timestamp(seconds: trial.clock.now.seconds + 72 * 3600)
            #expect(verdict.reapproveBy == due)
            #expect(try trial.registry.reapprovals().map(\.due) == [due])
            #expect(try trial.registry.status(of: version.model).reapprovals.count == 1)
            #expect(try trial.registry.verify().holds)
            #expect(try trial.resolve(in: test)?.version == 1)
        }
    }

    @Test func anOrdinaryApprovalEndsWhatIsDue() throws {
        try with { trial, version, proposal in
            let commit = try trial.tip(dev)
            try trial.submit(test.branch, emergency(trial, proposal))
            #expect(try trial.registry.reapprovals().count == 1)
            // The evidence that was missing, then the two ordinary signatures.
            try trial.run(version, at: commit)
            try trial.propose(version, to: test)
            try trial.approve(version, in: test, by: .jane)
            #expect(try trial.registry.reapprovals().count == 1)
            try trial.approve(version, in: test, by: .kim)
            #expect(try trial.registry.reapprovals().isEmpty)
            #expect(try trial.registry.verify().holds)
        }
    }

    /// Status reads the ledger only where the index says that there is a reason to.
    /// An index of an earlier version doesn't, and neither does a file that was damaged.
    @Test(arguments: [nil, [], Array("9\n".utf8)])
    func anIndexThatDoesNotKnowOfItIsNotTrusted(_ bytes: [UInt8]?) throws {
        try with { trial, version, proposal in
            try trial.submit(test.branch, emergency(trial, proposal))
            let file = trial.registry.folder.appending("index").appending("emergencies")
            try DurableFile.remove(file)
            if let bytes { try DurableFile.write(bytes, to: file) }
            #expect(try trial.reopened().reapprovals().count == 1)
            // What is entered next makes the file again.
            try trial.register("fraud")
            let index = try #require(trial.registry.receipts as? LedgerIndex)
            #expect(try index.hasEmergencies() == true)
            #expect(try trial.reopened().reapprovals().count == 1)
        }
    }

    @Test func whoDoesNotHoldTheEmergencysRoleBreaksNoGlass() throws {
        try with { trial, _, proposal in
            try trial.expectRefused(
                test.branch, emergency(trial, proposal, by: .jane), by: .approvals)
            try trial.expectRefused(test.branch, emergency(trial, proposal, by: .sue), by: .role)
        }
    }

    /// Whoever may approve and does not hold the emergency's role: what is asked for beside signatures stays.
    @Test func whoMayApproveSetsNothingAsideByThat() throws {
        let policy = Self.policy.replacing("{approver: 2}", with: "{approver: 1}")
        try TemporaryRegistry.with(policy: policy) { trial in
            let (version, _) = try trial.promote()
            let proposal = try trial.propose(version, to: test)
            let refused = try trial.expectRefused(
                test.branch, emergency(trial, proposal, by: .jane), by: .approvals)
            #expect(
                refused.denials.contains { $0.saw.contains("even break-glass asks for 1 oncall") })
            try trial.submit(test.branch, emergency(trial, proposal, by: .kim))
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func anAuthorBreaksNoGlass() throws {
        let policy = Self.policy.replacing("[ada, kim]", with: "[ada, ravi]")
        try TemporaryRegistry.with(policy: policy) { trial in
            let (version, _) = try trial.promote()
            let proposal = try trial.propose(version, to: test)
            try trial.expectRefused(
                test.branch, emergency(trial, proposal, by: .ravi), by: .fourEyes)
        }
    }

    @Test func anEmergencyTouchesNeitherTreeNorSignatureNorStaleness() throws {
        try with { trial, version, proposal in
            let right = try trial.composed(proposal, over: trial.tip(test))
            let evil = try trial.merge(
                proposal, into: test, by: .ada,
                tree: trial.tree(right, with: ["models/churn/CARD.md": "# x\n"]),
                message: "M\n\nBreak-glass: burns\n")
            try trial.expectRefused(test.branch, evil, by: .tree)
            let stranger = try emergency(trial, proposal, by: .mallory)
            try trial.expectRefused(test.branch, stranger, by: .signature)
            try trial.reject(version, in: test)
            try trial.expectRefused(test.branch, emergency(trial, proposal), by: .open)
        }
    }

    @Test func anEmergencySkipsNoEnvironment() throws {
        try TemporaryRegistry.with(policy: Self.policy) { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version, to: test)
            try trial.expectRefused(test.branch, emergency(trial, proposal), by: .after)
        }
    }

    @Test func withoutTheKeyInThePolicyNoGlassIsBroken() throws {
        let policy = Self.policy.replacing(
            ", breakGlass: {approvals: {oncall: 1}, reapproveWithin: 72h}", with: "")
        try TemporaryRegistry.with(policy: policy) { trial in
            let (version, _) = try trial.promote()
            let proposal = try trial.propose(version, to: test)
            try trial.expectRefused(
                test.branch, emergency(trial, proposal, by: .kim), by: .breakGlass, .run, .gates)
        }
    }

    @Test func aDeclaredEmergencyThatOverridesNothingIsAnOrdinaryApproval() throws {
        try with { trial, version, _ in
            try trial.run(version, at: trial.tip(dev))
            try trial.reject(version, in: test)
            try trial.propose(version, to: test)
            try trial.approve(version, in: test, by: .jane)
            let open = try trial.registry.openProposal(ModelSelector("churn"), in: test)
            let last = try trial.merge(
                open.proposal, into: test, by: .kim, parents: [trial.tip(test), open.target],
                message: "Merge\n\nBreak-glass: to be sure\n")
            try trial.submit(test.branch, last)
            #expect(try trial.registry.reapprovals().isEmpty)
        }
    }
}
