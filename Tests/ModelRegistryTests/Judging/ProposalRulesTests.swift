import GitStore
import Testing

@testable import ModelRegistry

/// Each rule on a proposal's branch, broken alone.
struct ProposalRulesTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    @Test func aProposalMadeByHandIsAccepted() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.proposal(of: version)
            let verdicts = try trial.submit(dev.proposalBranch(version), proposal)
            #expect(verdicts.map(\.kind) == [.proposal])
            #expect(try trial.registry.openProposals().map(\.target) == [proposal])
        }
    }

    @Test func nothingIsProposedOnATipThatWasMovedAroundTheRegistry() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let tip = try trial.tip(dev)
            let stray = try trial.craft(
                tree: trial.tree(of: tip), parents: [tip], by: Person.jane.key)
            try trial.repository.update(
                [ReferenceUpdate(name: dev.branch, old: tip, new: stray)], log: "around")
            #expect(try trial.registry.status(of: nil).moved == [dev])
            try trial.expectRefused(
                dev.proposalBranch(version), trial.proposal(of: version), by: .proposal)
            try trial.repository.update(
                [ReferenceUpdate(name: dev.branch, old: stray, new: tip)], log: "back")
            #expect(try trial.registry.status(of: nil).moved.isEmpty)
            try trial.submit(dev.proposalBranch(version), trial.proposal(of: version))
        }
    }

    @Test func aCommitThatIsNoMergeIsNoProposal() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let junk = try trial.craft(
                tree: trial.tree(of: trial.tip(dev)), parents: [trial.tip(dev)], by: Person.ravi.key
            )
            try trial.expectRefused(dev.proposalBranch(version), junk, by: .proposal)
        }
    }

    @Test func aProposalMadeOnMainIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let right = try trial.commit(trial.proposal(of: version))
            let wrong = try trial.craft(
                tree: right.tree, parents: [main, right.parents[1]], by: Person.ravi.key)
            try trial.expectRefused(dev.proposalBranch(version), wrong, by: .proposal)
        }
    }

    @Test func aProposalForAnotherEnvironmentThanItsBaseIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let forDev = try trial.proposal(of: version)
            let verdict = try trial.expectRefused(
                test.proposalBranch(version), forDev, by: .proposal)
            #expect(verdict.denials[0].saw.contains("is not made on env/test"))
        }
    }

    @Test func aProposalOnACommitThatTheEnvironmentNeverHadIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let right = try trial.commit(trial.proposal(of: version))
            let aside = try trial.craft(
                tree: trial.tree(of: trial.tip(dev)), parents: [trial.tip(dev)], by: Person.ravi.key
            )
            let wrong = try trial.craft(
                tree: right.tree, parents: [aside, right.parents[1]], by: Person.ravi.key)
            try trial.expectRefused(dev.proposalBranch(version), wrong, by: .proposal)
        }
    }

    @Test func aProposalOfACommitThatIsNotTheTaggedVersionIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let right = try trial.commit(trial.proposal(of: version))
            let facts = try trial.registry.registration(of: version)
            let twin = try trial.craft(
                tree: facts.commit.tree, parents: facts.commit.parents, by: Person.sue.key)
            let wrong = try trial.craft(
                tree: right.tree, parents: [right.parents[0], twin], by: Person.ravi.key)
            let verdict = try trial.expectRefused(
                dev.proposalBranch(version), wrong, by: .proposal)
            #expect(verdict.denials[0].saw.contains("is not the registered churn@1"))
        }
    }

    @Test(arguments: [
        ["models/churn/metrics.json": #"{"accuracy": 0.99}"#], ["models/churn/CARD.md": nil],
        ["models/churn/.gitattributes": "* -diff\n"], ["models/churn/eu/model.yaml": "x: 1\n"],
        ["models/churn/artifacts/model.onnx": "swapped\n"],
        ["parameters/churn.yaml": "unknown: 1\n"], ["parameters/churn.yaml": nil],
        ["parameters/fraud.yaml": "{}\n"], ["README.md": "hi\n"],
        [".signet/policy.yaml": "apiVersion: signet/v1\n"], [".signet/environment": "prod\n"],
    ])
    func aProposalWithAnotherTreeIsRefused(files: [String: String?]) throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let wrong = try trial.proposal(of: version, files: files)
            try trial.expectRefused(dev.proposalBranch(version), wrong, by: .proposal)
            try trial.expectRefused(dev.branch, trial.merge(wrong), by: .proposal)
        }
    }

    @Test func aProposalOnTheBranchOfAnotherVersionIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.register()
            let two = try trial.register()
            let proposal = try trial.proposal(of: one)
            try trial.expectRefused(dev.proposalBranch(two), proposal, by: .proposal)
        }
    }

    @Test func anUnsignedProposalIsRefusedAlsoWhenItsMergeIsSigned() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let unsigned = try trial.proposal(of: version, by: nil)
            try trial.expectRefused(dev.proposalBranch(version), unsigned, by: .signature)
            try trial.expectRefused(dev.branch, trial.merge(unsigned), by: .signature)
        }
    }

    @Test func aProposalBySomebodyWithoutTheRoleIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.proposal(of: version, by: Person.kim.key)
            try trial.expectRefused(dev.proposalBranch(version), proposal, by: .role)
            try trial.expectRefused(dev.branch, trial.merge(proposal), by: .role)
        }
    }

    @Test func aProposalFromTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let late = Timestamp(seconds: trial.clock.now.seconds + 3600)
            try trial.expectRefused(
                dev.proposalBranch(version), trial.proposal(of: version, at: late), by: .dates)
        }
    }

    @Test func aSecondProposalDoesNotReplaceAnOpenOne() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version)
            let other = try trial.proposal(of: version, by: Person.sue.key)
            try trial.expectRefused(dev.proposalBranch(version), other, by: .open)
        }
    }

    @Test func aStaleProposalIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let other = try trial.proposal(of: version, message: "The same\n")
            try trial.approve(version)
            let again = try trial.merge(other)
            let verdict = try trial.expectRefused(dev.branch, again, by: .notStale)
            #expect(verdict.denials[0].saw.hasPrefix("stale: "))
            try trial.expectRefused(dev.proposalBranch(version), other, by: .notStale)
            try trial.expectRefused(
                dev.branch, trial.merge(proposal), by: .notStale, .open)
        }
    }

    @Test func aProposalStaysStaleWhenItsScopeIsRestored() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let two = try trial.register()
            let old = try trial.proposal(of: two)
            try trial.propose(two, parameters: "gates: {accuracy: {min: 0.5}}\n")
            try trial.approve(two)
            trial.clock.advance(1)
            let back = try trial.registry.proposeRollback(
                ModelName("churn"), in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version)
            let base = try trial.commit(trial.commit(old).parents[0])
            let now = try Scope(two.model, in: trial.tree(of: trial.tip(dev)), of: trial.repository)
            #expect(try Scope(two.model, in: base.tree, of: trial.repository) == now)
            try trial.expectRefused(dev.branch, trial.merge(old), by: .notStale)
        }
    }

    @Test func anApprovalIsNotReplayedAfterARollback() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let (_, approval) = try trial.promote()
            trial.clock.advance(1)
            let back = try trial.registry.proposeRollback(
                ModelName("churn"), in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version)
            try trial.expectRefused(dev.branch, approval, by: .presentTip)
            let proposal = try trial.commit(approval).parents[1]
            try trial.expectRefused(dev.branch, trial.merge(proposal), by: .notStale, .open)
            try trial.expectRefused(
                dev.branch, trial.merge(approval, tree: trial.tree(of: approval)), by: .notStale,
                .open)
        }
    }

    @Test func aRejectedProposalIsClosedByItsPayloadWhateverItsId() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.proposal(of: version)
            try trial.submit(dev.proposalBranch(version), proposal)
            // The same payload, signed by somebody else: another commit, the same proposal.
            let twin = try trial.proposal(of: version, by: Person.sue.key)
            #expect(twin != proposal)
            #expect(try trial.commit(twin).payloadSHA256 == trial.commit(proposal).payloadSHA256)
            try trial.reject(version)
            for one in [proposal, twin] {
                try trial.expectRefused(dev.proposalBranch(version), one, by: .open)
                try trial.expectRefused(dev.branch, trial.merge(one), by: .open)
            }
            trial.clock.advance(1)
            #expect(throws: Never.self) { try trial.propose(version) }
        }
    }

    @Test func anApprovalAfterARejectionThatIsNotEnteredYetIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let rejection = try trial.craft(
                tree: trial.tree(of: proposal), parents: [proposal], by: Person.jane.key,
                message: "No\n\nDecision: rejected\n")
            try trial.moveAround(dev.proposalBranch(version), to: rejection)
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .kim), by: .open)
        }
    }

    @Test func aWithdrawalNamesTheVersionThatIsThere() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let two = try trial.register()
            let nothing =
                [
                    "models/churn": nil, "parameters/churn.yaml": nil, "evidence/churn": nil,
                ] as [String: String?]
            let wrong = try trial.proposal(of: two, files: nothing)
            try trial.expectRefused(dev.proposalBranch(two), wrong, by: .proposal)
            let one = try ModelVersion(model: two.model, number: 1)
            try trial.submit(dev.proposalBranch(one), trial.proposal(of: one, files: nothing))
            try trial.approve(one)
            #expect(try trial.resolve() == nil)
        }
    }

    @Test func aProposalForAnEnvironmentThatDoesNotExistIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let name = "refs/heads/promote/nowhere/churn/v1"
            try trial.expectRefused(name, trial.proposal(of: version), by: .reference)
        }
    }
}
