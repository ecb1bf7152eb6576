import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// Approvals by several people: signed merges that merge one another.
struct SeveralApproversTests {
    private let dev = TemporaryRegistry.dev

    /// dev asks for an approver and for risk, which kim holds, and jane besides; ada has neither.
    private static let policy = TemporaryRegistry.standardPolicy
        .replacing(
            "{name: dev, approvals: {approver: 1}}",
            with: "{name: dev, approvals: {approver: 1, risk: 1}}"
        )
        .replacing("[jane, kim, ravi]", with: "[jane, ravi]")
        .replacing("  admin: {", with: "  risk: {\"*\": [kim, jane]}\n  admin: {")

    private func with(_ body: (TemporaryRegistry, ModelVersion, ObjectID) throws -> Void) throws {
        try TemporaryRegistry.with(policy: Self.policy) { trial in
            let version = try trial.register()
            try body(trial, version, trial.propose(version))
        }
    }

    @Test func theFirstSignatureGoesToTheProposalAndTheLastToTheEnvironment() throws {
        try with { trial, version, proposal in
            let before = try trial.tip(dev)
            let first = try trial.registry.approve(
                ModelSelector("churn"), in: dev, reason: "fine", by: trial.author(.kim))
            #expect(first.branch == dev.proposalBranch(version))
            #expect(first.missing.text == "1 approver")
            #expect(try trial.tip(dev) == before)
            let review = try trial.registry.review(
                trial.registry.openProposal(ModelSelector("churn"), in: dev))
            #expect(review.proposal == proposal.hex)
            #expect(review.signed.map(\.id) == ["kim"])
            #expect(review.missingSignatures == "1 approver")
            #expect(review.approvers.map(\.id) == ["jane", "sue"])
            let last = try trial.registry.approve(
                ModelSelector("churn"), in: dev, reason: "fine", by: trial.author(.jane))
            #expect(last.branch == dev.branch)
            #expect(last.missing.isEmpty)
            #expect(try trial.tip(dev) == last.commit)
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            #expect(entry.verdict.counted?.map(\.principal.text) == ["kim", "jane"])
            #expect(entry.verdict.proposal == proposal)
            #expect(entry.effects.map(\.why) == [.merged])
            #expect(try trial.registry.openProposals().isEmpty)
            #expect(try trial.registry.verify().holds)
            #expect(try trial.resolve()?.version == 1)
        }
    }

    @Test func aSignatureStandsOnATipThatIsNotEnteredYet() throws {
        try with { trial, version, _ in
            let other = try trial.propose(trial.register("fraud"))
            let below = try trial.merge(other, by: .kim)
            try trial.registry.submit(
                trial.update(
                    dev.proposalBranch(ModelVersion(model: ModelName("fraud"), number: 1)),
                    to: below),
                log: "first")
            let last = try trial.merge(below, by: .jane)
            try trial.admit(trial.update(dev.branch, to: last))
            for person in [Person.kim, .jane] {
                _ = try trial.registry.approve(
                    ModelSelector("churn"), in: dev, reason: "fine", by: trial.author(person))
            }
            #expect(try trial.commit(trial.tip(dev)).parents[0] == last)
            #expect(try trial.resolve()?.version == version.number)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func whatWasAdmittedAndNeverMovedIsNothingToStandOn() throws {
        try with { trial, version, _ in
            let other = try trial.propose(trial.register("fraud"))
            let void = try trial.merge(trial.merge(other, by: .kim), by: .jane)
            let update = try trial.update(dev.branch, to: void)
            let verdicts = trial.registry.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.flatMap(\.denials).isEmpty)
            try trial.registry.admit(update, verdicts, trial.clock.now)
            let proposed = try #require(
                try trial.registry.reference(dev.proposalBranch(version)))
            let tree = try trial.tree(of: trial.merge(proposed))
            let partial = try trial.craft(
                tree: tree, parents: [void, proposed], by: Person.kim.key)
            try trial.expectRefused(dev.proposalBranch(version), partial, by: .parents)
        }
    }

    @Test func whoHoldsSeveralRolesMakesRoomForOthers() throws {
        try with { trial, version, _ in
            func approve(_ person: Person) throws -> Registry.Approval {
                try trial.registry.approve(
                    ModelSelector("churn"), in: dev, reason: "fine", by: trial.author(person))
            }
            func mayApprove() throws -> [String] {
                try trial.registry.review(
                    trial.registry.openProposal(ModelSelector("churn"), in: dev)
                ).approvers.map { "\($0.id) \($0.role)" }
            }
            #expect(try approve(.jane).missing.text == "1 risk")
            // Jane counts for either role.
            #expect(try mayApprove() == ["sue approver", "kim risk"])
            try trial.registry.revoke(
                trial.author(.kim).signer.publicKey, reason: .left, fromEntry: nil, note: nil,
                by: trial.author(.ada))
            #expect(try mayApprove() == ["sue approver"])
            #expect(try approve(.sue).missing.isEmpty)
            #expect(try trial.resolve()?.approvers.map(\.text) == ["jane", "sue"])
        }
    }

    @Test func oneSignatureOfTwoIsRefused() throws {
        try with { trial, _, proposal in
            let verdict = try trial.expectRefused(
                dev.branch, trial.merge(proposal, by: .jane), by: .approvals)
            #expect(verdict.denials[0].saw.contains("missing: 1 risk"))
        }
    }

    @Test func whoHoldsTwoRolesCountsOnce() throws {
        try with { trial, version, proposal in
            let branch = dev.proposalBranch(version)
            let first = try trial.merge(proposal, by: .jane)
            try trial.submit(branch, first)
            let again = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            try trial.expectRefused(branch, again, by: .approvals)
            try trial.expectRefused(dev.branch, again, by: .approvals)
        }
    }

    @Test func anUpdateThatMovesNothingIsRefused() throws {
        try with { trial, version, proposal in
            let branch = dev.proposalBranch(version)
            try trial.expectRefused(branch, proposal, by: .reference)
            let first = try trial.merge(proposal, by: .kim)
            try trial.submit(branch, first)
            try trial.expectRefused(branch, first, by: .reference)
            try trial.expectRefused(dev.branch, trial.tip(dev), by: .reference)
        }
    }

    @Test func partialApprovalsMadeByHandAreMergedInOnePush() throws {
        try with { trial, _, proposal in
            let first = try trial.merge(proposal, by: .kim)
            let last = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            #expect(try trial.submit(dev.branch, last).map(\.isAccepted) == [true])
            #expect(try trial.registry.openProposals().isEmpty)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aPartialApprovalStaysGoodWhenOtherModelsMoveTheTip() throws {
        try TemporaryRegistry.with(policy: Self.policy) { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            try trial.submit(dev.proposalBranch(version), trial.merge(proposal, by: .kim))
            let other = try trial.register("fraud")
            let another = try trial.propose(other)
            try trial.submit(dev.proposalBranch(other), trial.merge(another, by: .kim))
            try trial.approve(other, by: .jane)
            try trial.approve(version, by: .jane)
            #expect(try trial.resolve()?.version == 1)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aPartialApprovalByAnAuthorCountsForNothing() throws {
        try with { trial, version, proposal in
            let mine = try trial.merge(proposal, by: .ravi)
            try trial.expectRefused(dev.proposalBranch(version), mine, by: .fourEyes)
            let last = try trial.merge(proposal, by: .kim, parents: [trial.tip(dev), mine])
            let verdict = try trial.expectRefused(dev.branch, last, by: .approvals)
            #expect(verdict.denials[0].saw.contains("counts for nothing"))
            #expect(verdict.denials[0].saw.contains("missing: 1 approver"))
        }
    }

    @Test func anEvilPartialApprovalIsNotMergedEvenWhereItIsNotNeeded() throws {
        try with { trial, version, proposal in
            let right = try trial.composed(proposal, over: trial.tip(dev))
            let evil = try trial.merge(
                proposal, by: .kim,
                tree: trial.tree(right, with: ["models/churn/CARD.md": "# Other\n"]))
            try trial.expectRefused(dev.proposalBranch(version), evil, by: .tree)
            let last = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), evil])
            try trial.expectRefused(dev.branch, last, by: .tree)
        }
        // One approver suffices, and is there; all that the merge under it brings is history.
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let tip = try trial.tip(dev)
            let elsewhere = try trial.tip(TemporaryRegistry.test)
            let right = try trial.composed(proposal, over: tip)
            let evil = try trial.craft(
                tree: trial.tree(right, with: ["models/churn/CARD.md": "# Other\n"]),
                parents: [tip, proposal], by: nil)
            try trial.expectRefused(
                dev.branch, trial.merge(proposal, by: .jane, parents: [tip, evil]), by: .tree)
            let astray = try trial.craft(
                tree: right, parents: [elsewhere, proposal], by: nil)
            try trial.expectRefused(
                dev.branch, trial.merge(proposal, by: .jane, parents: [tip, astray]), by: .parents)
            let unsigned = try trial.craft(tree: right, parents: [tip, proposal], by: nil)
            let last = try trial.merge(proposal, by: .jane, parents: [tip, unsigned])
            #expect(try trial.submit(dev.branch, last).map(\.isAccepted) == [true])
        }
    }

    @Test func aPartialApprovalWithoutARoleOrASignatureCountsForNothing() throws {
        try with { trial, version, proposal in
            let stranger = try trial.merge(proposal, by: .ada)
            try trial.expectRefused(dev.proposalBranch(version), stranger, by: .role)
        }
        try with { trial, version, proposal in
            let tip = try trial.tip(dev)
            let unsigned = try trial.craft(
                tree: trial.composed(proposal, over: tip), parents: [tip, proposal], by: nil)
            try trial.expectRefused(dev.proposalBranch(version), unsigned, by: .signature)
            let last = try trial.merge(proposal, by: .jane, parents: [tip, unsigned])
            try trial.expectRefused(dev.branch, last, by: .approvals)
        }
    }

    @Test func aPartialApprovalOnAnotherBranchsCommitIsRefused() throws {
        try with { trial, version, proposal in
            let elsewhere = try trial.tip(TemporaryRegistry.test)
            let merge = try trial.craft(
                tree: trial.composed(proposal, over: elsewhere), parents: [elsewhere, proposal],
                by: Person.kim.key)
            try trial.expectRefused(dev.proposalBranch(version), merge, by: .parents)
        }
    }

    @Test func aRejectionOverAPartialApprovalClosesTheProposal() throws {
        try with { trial, version, proposal in
            let first = try trial.merge(proposal, by: .kim)
            try trial.submit(dev.proposalBranch(version), first)
            try trial.reject(version, by: .jane)
            #expect(try trial.registry.openProposals().isEmpty)
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            #expect(entry.verdict.proposal == proposal)
            let last = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            try trial.expectRefused(dev.branch, last, by: .open)
        }
    }

    @Test func aPartialApprovalOfAMergedProposalIsStale() throws {
        try with { trial, version, proposal in
            let first = try trial.merge(proposal, by: .kim)
            try trial.submit(dev.proposalBranch(version), first)
            try trial.approve(version, by: .jane)
            let again = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            try trial.expectRefused(dev.branch, again, by: .notStale, .open)
        }
    }

    @Test func aSignedProposalIsNotSupersededByANewerVersion() throws {
        try with { trial, version, proposal in
            try trial.submit(dev.proposalBranch(version), trial.merge(proposal, by: .kim))
            let newer = try trial.register()
            try trial.propose(newer)
            #expect(try trial.registry.openProposals().map(\.version) == [version, newer])
        }
    }

    @Test func twoOfOneRoleAreTwoPeople() throws {
        let policy = TemporaryRegistry.standardPolicy.replacing(
            "{name: dev, approvals: {approver: 1}}", with: "{name: dev, approvals: {approver: 2}}")
        try TemporaryRegistry.with(policy: policy) { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .jane), by: .approvals)
            try trial.approve(version, by: .jane)
            #expect(try trial.resolve() == nil)
            try trial.approve(version, by: .kim)
            #expect(try trial.resolve()?.version == 1)
        }
    }

    @Test func completePartialApprovalsMoveTheEnvironmentThemselves() throws {
        try with { trial, version, proposal in
            let branch = dev.proposalBranch(version)
            let first = try trial.merge(proposal, by: .kim)
            try trial.submit(branch, first)
            let second = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            try trial.submit(branch, second)
            let approval = try trial.registry.approve(
                ModelSelector("churn"), in: dev, reason: "fine", by: trial.author(.jane))
            #expect(approval.commit == second)
            #expect(try trial.tip(dev) == second)
        }
    }

    @Test func aNextEnvironmentsProposalInheritsItsAuthorsThroughPartialApprovals() throws {
        try with { trial, version, proposal in
            try trial.submit(dev.proposalBranch(version), trial.merge(proposal, by: .kim))
            let commit = try trial.approve(version, by: .jane)
            let run = try trial.run(version, at: commit)
            guard case .opened(_, let next, let opened) = try trial.registry.proposeNext(after: run)
            else {
                Issue.record("nothing was proposed")
                return
            }
            let assessment = try trial.judge.assess(opened, for: next, received: trial.clock.now)
            #expect(assessment.authors.map(\.text) == ["ravi"])
        }
    }
}
