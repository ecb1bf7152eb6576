import GitStore
import Testing

@testable import ModelRegistry

/// Environment commits that came in around the hooks: the script and `verify` both find them.
struct KitAttackTests {
    private let dev = TemporaryRegistry.dev

    /// Puts a commit on dev around the hooks and demands that both find it.
    private func expectFound(
        _ complaint: String? = nil, at location: SourceLocation = #_sourceLocation,
        _ forge: (TemporaryRegistry, _ proposal: ObjectID, _ tip: ObjectID) throws -> ObjectID
    ) throws {
        try TemporaryRegistry.with { trial in
            let (_, tip) = try trial.promote()
            trial.clock.advance(1)
            let proposal = try trial.propose(trial.register("fraud"))
            try trial.expectAgreement(holds: true, at: location)
            let forged = try forge(trial, proposal, tip)
            try trial.moveAround(dev.branch, to: forged)
            let words = try trial.expectAgreement(holds: false, at: location)
            let wanted = complaint ?? ": nothing explains it"
            #expect(words.hasPrefix("WRONG "), sourceLocation: location)
            #expect(words.contains(wanted), "\(words)", sourceLocation: location)
        }
    }

    @Test func anUnsignedMerge() throws {
        try expectFound(": no good signature (N )") { trial, proposal, tip in
            try trial.craft(
                tree: trial.composed(proposal, over: tip), parents: [tip, proposal], by: nil)
        }
    }

    @Test func aMergeWithAKeyThatIsNotInTheList() throws {
        try expectFound(": no good signature (") { trial, proposal, _ in
            try trial.merge(proposal, by: .mallory)
        }
    }

    @Test func aMergeBySomebodyWithoutTheRole() throws {
        try expectFound(": signed by ada, not by approver ") { trial, proposal, _ in
            try trial.merge(proposal, by: .ada)
        }
    }

    @Test func aMergeByTheOneWhoProposed() throws {
        try expectFound(": signed by ravi, not by approver jane|kim|sue") { trial, proposal, _ in
            try trial.merge(proposal, by: .ravi)
        }
    }

    @Test func aMergeThatChangesMore() throws {
        try expectFound(": its tree is not ^1 ^2:models/fraud") { trial, proposal, tip in
            let tree = try trial.composed(proposal, over: tip)
            return try trial.merge(
                proposal,
                tree: trial.tree(tree, with: ["parameters/churn.yaml": "gates: {}\n"]))
        }
    }

    @Test func aMergeThatDropsSomething() throws {
        try expectFound(": its tree is not ^1 ^2:models/fraud") { trial, proposal, tip in
            let tree = try trial.composed(proposal, over: tip)
            return try trial.merge(
                proposal, tree: trial.tree(tree, with: ["models/churn/CARD.md": nil]))
        }
    }

    @Test func aMergeThatFlipsAMode() throws {
        try expectFound(": its tree is not ^1 ^2:models/fraud") { trial, proposal, tip in
            let tree = try trial.composed(proposal, over: tip)
            let policy = try trial.file(".signet/policy.yaml", of: tip)
            return try trial.merge(
                proposal,
                tree: trial.tree(
                    tree, with: [".signet/policy.yaml": policy], mode: .executable))
        }
    }

    @Test func parentsTheOtherWayRound() throws {
        try expectFound { trial, proposal, tip in
            try trial.merge(proposal, parents: [proposal, tip])
        }
    }

    @Test func threeParents() throws {
        try expectFound { trial, proposal, tip in
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            return try trial.merge(proposal, parents: [tip, proposal, main])
        }
    }

    @Test func aFastForward() throws {
        try expectFound { _, proposal, _ in proposal }
    }

    @Test func aCommitThatMergesNothing() throws {
        try expectFound(": signed by jane, not by ") { trial, proposal, tip in
            try trial.craft(
                tree: trial.composed(proposal, over: tip), parents: [tip], by: Person.jane.key)
        }
    }

    @Test func aProposalThatNobodySigned() throws {
        try expectFound(": it lacks signatures: approver=?") { trial, _, tip in
            let version = try ModelVersion("fraud@1")
            let unsigned = try trial.proposal(of: version, by: nil)
            return try trial.merge(unsigned)
        }
    }

    @Test func aProposalOfOtherFilesThanTheRegistered() throws {
        try expectFound(": it lacks signatures: approver=?") { trial, _, tip in
            let version = try ModelVersion("fraud@1")
            let edited = try trial.proposal(
                of: version, files: ["models/fraud/CARD.md": "# Better\n"])
            return try trial.merge(edited)
        }
    }

    @Test func aForgedMain() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let policy = try trial.policy().replacing("[jane, kim, ravi]", with: "[ravi]")
            let forged = try trial.craft(
                tree: trial.tree(trial.tree(of: main), with: [".signet/policy.yaml": policy]),
                parents: [main], by: Person.ada.key)
            try trial.moveAround("refs/heads/main", to: forged)
            let words = try trial.expectAgreement(holds: false)
            #expect(words == "WRONG \(forged): nothing explains it\n")
        }
    }

    /// The script says that it does not cover the ledger; verify says that only the ledger tells.
    @Test func aRewoundBranchIsNotCovered() throws {
        try TemporaryRegistry.with { trial in
            let (_, before) = try trial.promote()
            try trial.promote()
            try trial.moveAround(dev.branch, to: before)
            #expect(try trial.registry.verify().findings.map(\.basis) == [.ledger])
            try trial.expectAgreement(holds: true)
        }
    }
}
