import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// Each rule on a step of an environment's branch, broken alone.
struct ApprovalRulesTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    @Test func aMergeMadeByHandIsAccepted() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal)
            let verdicts = try trial.submit(dev.branch, merge)
            #expect(verdicts.map(\.kind) == [.approval])
            #expect(verdicts.map(\.principal?.text) == ["jane"])
            #expect(try trial.tip(dev) == merge)
        }
    }

    @Test func aFastForwardToTheProposalIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            try trial.expectRefused(dev.branch, proposal, by: .proposal)
        }
    }

    @Test func aStepWithOneParentIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let step = try trial.merge(proposal, parents: [trial.tip(dev)])
            try trial.expectRefused(dev.branch, step, by: .parents)
        }
    }

    @Test func anOctopusIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.propose(trial.register())
            let two = try trial.propose(trial.register("fraud"))
            let octopus = try trial.merge(one, parents: [trial.tip(dev), one, two])
            try trial.expectRefused(dev.branch, octopus, by: .parents)
        }
    }

    @Test func parentsInTheWrongOrderAreRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            try trial.promote("fraud")
            let swapped = try trial.merge(proposal, parents: [proposal, trial.tip(dev)])
            try trial.expectRefused(dev.branch, swapped, by: .presentTip)
        }
    }

    @Test func aMergeOnAnEarlierTipIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let before = try trial.tip(dev)
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal)
            try trial.promote("fraud")
            #expect(try trial.tip(dev) != before)
            try trial.expectRefused(dev.branch, merge, by: .presentTip)
        }
    }

    @Test func aRewoundBranchIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let before = try trial.tip(dev)
            try trial.promote()
            try trial.expectRefused(dev.branch, before, by: .presentTip)
        }
    }

    @Test func anApprovalOfOneEnvironmentCannotBeReplayedOntoAnother() throws {
        try TemporaryRegistry.with { trial in
            let (version, approval) = try trial.promote()
            try trial.expectRefused(test.branch, approval, by: .presentTip)
            let proposal = try trial.commit(approval).parents[1]
            let merge = try trial.merge(proposal, into: test)
            try trial.expectRefused(test.branch, merge, by: .proposal)
            #expect(version.number == 1)
        }
    }

    @Test(arguments: [
        ["models/churn/CARD.md": "# Another card\n"], ["models/churn/CARD.md": nil],
        ["models/churn/extra.txt": "more\n"], ["parameters/churn.yaml": "gates: {a: {min: 1}}\n"],
        [".signet/policy.yaml": "anything\n"], [".signet/environment": "prod\n"],
        ["parameters/fraud.yaml": "{}\n"], ["evidence/churn/dev.json": "{}\n"],
        ["README.md": "hi\n"],
    ])
    func anEvilMergeIsRefused(files: [String: String?]) throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let right = try trial.composed(proposal, over: trial.tip(dev))
            let merge = try trial.merge(proposal, tree: trial.tree(right, with: files))
            let verdict = try trial.expectRefused(dev.branch, merge, by: .tree)
            #expect(verdict.denials[0].hint?.contains(right.hex) == true)
        }
    }

    @Test func aMergeThatFlipsAModeIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let right = try trial.composed(proposal, over: trial.tip(dev))
            let card = try trial.tree(
                right, with: ["models/churn/CARD.md": TemporaryRegistry.card], mode: .executable)
            #expect(card != right)
            try trial.expectRefused(dev.branch, trial.merge(proposal, tree: card), by: .tree)
        }
    }

    @Test func aMergeThatDropsAnotherModelIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote("fraud")
            let proposal = try trial.propose(trial.register())
            let right = try trial.composed(proposal, over: trial.tip(dev))
            let less = try trial.tree(right, with: ["models/fraud": nil])
            try trial.expectRefused(dev.branch, trial.merge(proposal, tree: less), by: .tree)
        }
    }

    @Test func anUnsignedMergeIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let tip = try trial.tip(dev)
            let merge = try trial.craft(
                tree: trial.composed(proposal, over: tip), parents: [tip, proposal], by: nil)
            try trial.expectRefused(dev.branch, merge, by: .signature)
        }
    }

    @Test func aMergeSignedWithAnUnknownKeyIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .mallory)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .signature)
            #expect(verdict.denials[0].saw.contains("belongs to nobody here"))
        }
    }

    @Test func aSignatureTakenFromAnotherCommitIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.commit(trial.merge(proposal))
            let other = try trial.repository.read(
                trial.merge(proposal, message: "Another\n"), as: .commit)
            let text = String(decoding: other, as: UTF8.self)
            let forged = text.replacing("\n\nAnother\n", with: "\n\nMerge\n")
            #expect(forged != text)
            let id = try trial.repository.write(.commit, forged.bytes)
            #expect(id != merge.id)
            let verdict = try trial.expectRefused(dev.branch, id, by: .signature)
            #expect(verdict.denials[0].saw.contains("bad"))
        }
    }

    @Test func aSignerWithoutTheRoleIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .ada)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .role)
            #expect(verdict.denials[0].saw == "ada is not approver for dev")
            #expect(verdict.denials[0].hint == "who may: jane, kim, ravi, sue")
        }
    }

    @Test func aRoleInOneEnvironmentIsNoRoleInAnother() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let proposal = try trial.propose(version, to: test)
            try trial.expectRefused(
                test.branch, trial.merge(proposal, into: test, by: .sue), by: .role)
        }
    }

    @Test func theRegistrarMayNotApprove() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register(by: .ravi), by: .sue)
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .ravi), by: .fourEyes)
        }
    }

    @Test func theProposerMayNotApprove() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register(by: .ravi), by: .sue)
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .sue), by: .fourEyes)
        }
    }

    @Test func aSecondKeyIsNoSecondPerson() throws {
        let second = Person("ravi", key: "ravi's second")
        let signers = TemporaryRegistry.standardSigners + second.line + "\n"
        try TemporaryRegistry.with(signers: signers) { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: second)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .fourEyes)
            #expect(verdict.fingerprint == second.key.publicKey.fingerprint)
        }
    }

    @Test func whoTheCommitNamesAsAuthorDoesNotCount() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            // `craft` writes "Anybody" as author and committer of every commit.
            let merge = try trial.merge(proposal, by: .kim)
            #expect(try trial.submit(dev.branch, merge).map(\.principal?.text) == ["kim"])
        }
    }

    @Test func anApprovalDatedBeforeItsParentsIsRefused() throws {
        try TemporaryRegistry.with { trial in
            trial.clock.advance(10)
            let proposal = try trial.propose(trial.register())
            let early = Timestamp(seconds: trial.clock.now.seconds - 1)
            try trial.expectRefused(dev.branch, trial.merge(proposal, at: early), by: .dates)
        }
    }

    @Test func anApprovalDatedInTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            try trial.expectRefused(dev.branch, trial.merge(proposal, at: late), by: .dates)
            let tolerated = Timestamp(seconds: trial.clock.now.seconds + 300)
            try trial.submit(dev.branch, trial.merge(proposal, at: tolerated))
        }
    }

    @Test func anExpiredKeyIsJudgedAtTheTimeOfReceipt() throws {
        let end = Clock().now.seconds + 100
        let line = AllowedSigners.line(
            principal: "jane", key: Person.jane.key.publicKey, validBefore: end)
        let signers = TemporaryRegistry.standardSigners.replacing(Person.jane.line, with: line)
        try TemporaryRegistry.with(signers: signers) { trial in
            let proposal = try trial.propose(trial.register())
            let early = trial.clock.now
            trial.clock.advance(200)
            let backdated = try trial.merge(proposal, at: early)
            let verdict = try trial.expectRefused(dev.branch, backdated, by: .signature)
            #expect(verdict.denials[0].saw.contains("was not valid at"))
        }
    }

    @Test(arguments: [
        "Version: 2", "Model: fraud", "Environment: prod", "Decision: rejected",
        "Signed-by: Kim Kern", "Version: 2\nVersion: 1",
    ])
    func aTrailerThatContradictsTheMergeIsRefused(trailer: String) throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, message: "Merge\n\n\(trailer)\n")
            try trial.expectRefused(dev.branch, merge, by: .trailers)
        }
    }

    @Test func aCommitWithADoubledSignatureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let bytes = try trial.repository.read(trial.merge(proposal), as: .commit)
            let text = String(decoding: bytes, as: UTF8.self)
            let start = try #require(text.firstRange(of: "gpgsig "))
            let end = try #require(text.firstRange(of: "-----END SSH SIGNATURE-----\n"))
            let doubled = text[..<end.upperBound] + text[start.lowerBound...]
            let id = try trial.repository.write(.commit, String(doubled).bytes)
            try trial.expectRefused(dev.branch, id, by: .canonicalCommit)
        }
    }

    @Test func aMissingPolicyRefuses() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let bare = try trial.craft(
                tree: trial.tree(
                    trial.tree(of: trial.tip(dev)), with: [".signet/policy.yaml": nil]),
                parents: [trial.tip(dev)], by: Person.ada.key)
            let merge = try trial.merge(proposal, parents: [bare, proposal])
            let error = try #require(throws: DocumentError.self) {
                try trial.judge.environmentStep(
                    trial.commit(merge), onto: trial.commit(bare), environment: dev, trial.clock.now
                )
            }
            #expect(error.file == ".signet/policy.yaml")
            try trial.moveAround(dev.branch, to: bare)
            try trial.expectRefused(dev.branch, merge, by: .presentTip)
        }
    }
}
