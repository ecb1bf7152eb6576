import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// Several signatures, emergencies and revocations in the kit: the script agrees with `verify`.
struct KitQuorumTests {
    private let dev = TemporaryRegistry.dev

    @Test func aRegistryInWhichEverythingHappenedPasses() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            try trial.liveThroughEverything()
            let verification = try trial.registry.verify()
            #expect(verification.findings.map(\.saw) == [])
            #expect(verification.revocations == 2)
            let words = try trial.expectAgreement(holds: true)
            #expect(!words.contains("WRONG"))
            let report = try trial.registry.audit()
            #expect(report.verification.findings.map(\.saw) == [])
        }
    }

    @Test func theTableSaysWhoFilledWhichRole() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.approveTwice(version)
            let glass = try trial.breakGlass(trial.propose(trial.register("fraud")))
            try trial.addEnvironment()
            let rows = try KitTableBuilder(Auditor(trial.registry))
                .build(trial.repository.references(prefix: "refs/")).rows
            let emergency = try #require(rows.first { $0.commit == glass })
            #expect(emergency.role == "break-glass:approver|oncall|risk")
            #expect(emergency.quorum.map(\.text) == ["oncall=ada@\(glass)"])
            let step = try #require(emergency.parents.first)
            let partial = try trial.commit(step).parents[1]
            let approval = try #require(rows.first { $0.commit == step })
            #expect(
                approval.quorum.map(\.text) == ["approver=jane@\(step)", "risk=kim@\(partial)"])
            #expect(
                approval.tree.text
                    == "^1 ^2^2:models/churn ^2^2:parameters/churn.yaml ^2^2:evidence/churn")
            #expect(try #require(rows.first { $0.commit == partial }).principals == ["kim"])
            let main = try trial.registry.reference("refs/heads/main")
            let change = try #require(rows.first { $0.commit == main })
            #expect(change.quorum.compactMap(\.signature?.principal.text) == ["ada", "kim", "sue"])
            #expect(change.tree.text == "^2^2")
            let root = try #require(rows.first { $0.reference == "refs/heads/env/prod" })
            #expect(root.role == "founder")
            #expect(root.quorum.isEmpty)
        }
    }

    /// Puts a commit on a branch around the hooks and demands that both find it.
    private func expectFound(
        _ complaint: String, on branch: String? = nil,
        at location: SourceLocation = #_sourceLocation,
        _ forge: (TemporaryRegistry, _ proposal: ObjectID, _ tip: ObjectID) throws -> ObjectID
    ) throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let proposal = try trial.propose(trial.register())
            trial.clock.advance(1)
            let forged = try forge(trial, proposal, trial.tip(dev))
            try trial.expectAgreement(holds: true, at: location)
            try trial.moveAround(branch ?? dev.branch, to: forged)
            let words = try trial.expectAgreement(holds: false, at: location)
            #expect(words.contains(complaint), "\(words)", sourceLocation: location)
        }
    }

    @Test func oneSignatureOfTwo() throws {
        try expectFound(" risk=?") { trial, proposal, _ in try trial.merge(proposal) }
    }

    @Test func theSamePersonTwice() throws {
        try expectFound(": it lacks signatures: approver=jane@") { trial, proposal, tip in
            let first = try trial.merge(proposal)
            return try trial.merge(proposal, parents: [tip, first])
        }
    }

    @Test func aForgedPartialApproval() throws {
        for forger in [Person.mallory, .ada] {
            try expectFound(": it lacks signatures: ") { trial, proposal, tip in
                let first = try trial.merge(proposal, by: forger)
                return try trial.merge(proposal, parents: [tip, first])
            }
        }
    }

    @Test func aPartialApprovalThatNobodySigned() throws {
        try expectFound(": it lacks signatures: ") { trial, proposal, tip in
            let first = try trial.craft(
                tree: trial.composed(proposal, over: tip), parents: [tip, proposal], by: nil)
            return try trial.merge(proposal, parents: [tip, first])
        }
    }

    @Test func anEvilPartialApproval() throws {
        try expectFound(": it lacks signatures: ") { trial, proposal, tip in
            let right = try trial.composed(proposal, over: tip)
            let first = try trial.merge(
                proposal, by: .kim, tree: trial.tree(right, with: ["models/churn/CARD.md": "#"]))
            return try trial.merge(proposal, parents: [tip, first])
        }
    }

    @Test func aPartialApprovalByAnAuthor() throws {
        try expectFound(": it lacks signatures: approver=?") { trial, proposal, tip in
            let first = try trial.merge(proposal, by: .ravi)
            return try trial.merge(proposal, by: .kim, parents: [tip, first])
        }
    }

    @Test func parentsOfAPartialApprovalInTheWrongOrder() throws {
        try expectFound("WRONG ") { trial, proposal, tip in
            let first = try trial.merge(proposal, by: .kim, parents: [proposal, tip])
            return try trial.merge(proposal, parents: [tip, first])
        }
    }

    @Test func theTreeOfAnEvilPartialApprovalUnderGoodOnes() throws {
        try expectFound(": its tree is not ^1 ^2^2^2:models/churn") { trial, proposal, tip in
            let right = try trial.composed(proposal, over: tip)
            let evil = try trial.tree(right, with: ["models/churn/CARD.md": "#"])
            let idle = try trial.merge(proposal, by: .ravi, tree: evil)
            let first = try trial.merge(proposal, by: .kim, tree: evil, parents: [tip, idle])
            return try trial.merge(proposal, tree: evil, parents: [tip, first])
        }
    }

    @Test func anEmergencyDeclaredByWhoMayNot() throws {
        try expectFound(": it lacks signatures: approver=? risk=kim@") { trial, proposal, _ in
            try trial.merge(proposal, by: .kim, message: "M\n\nBreak-glass: it burns\n")
        }
    }

    @Test func anEmergencyThatIsNotDeclared() throws {
        try expectFound(": signed by ada, not by approver|risk ") { trial, proposal, _ in
            try trial.merge(proposal, by: .ada)
        }
    }

    @Test func aRolloutWithTwoOfThreeSignatures() throws {
        try expectFound(": it lacks signatures: admin=ada@") { trial, _, tip in
            try trial.addEnvironment()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let tree = try trial.rollOutTree(to: dev)
            let first = try trial.craft(tree: tree, parents: [tip, main], by: Person.kim.key)
            return try trial.craft(tree: tree, parents: [tip, first], by: Person.ada.key)
        }
    }

    @Test func aChangeOfConfigurationWithTwoOfThreeSignatures() throws {
        try expectFound(": it lacks signatures: admin=ada@", on: "refs/heads/main") { trial, _, _ in
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let serial = try trial.registry.proposeConfiguration(
                [(".signet/rules.yaml", "# none\nrules: []\n".bytes)], title: "Rules",
                by: trial.author(.ada))
            let change = try #require(
                try trial.registry.reference("refs/heads/policy/\(serial)"))
            return try trial.craft(
                tree: trial.tree(of: change), parents: [main, change], by: Person.kim.key)
        }
    }

    @Test func anEnvironmentBegunByOneOfThree() throws {
        try expectFound(": it lacks signatures: admin=ada@", on: "refs/heads/env/uat") {
            trial, _, _ in
            try trial.addEnvironment()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            return try trial.craft(
                tree: trial.tree(
                    trial.tree(of: main), with: [".signet/environment": "uat\n"]),
                parents: [main], by: Person.ada.key)
        }
    }

    @Test func anotherOnesKeyRevokedByWhoMayNot() throws {
        let list = RevocationReader.reference
        try expectFound(": signed by ravi, not by admin ada|jane|kim|sue", on: list) {
            trial, _, _ in
            let revocation = Revocation(
                key: Person.jane.key.publicKey, principal: try PrincipalID("jane"), reason: .left,
                fromEntry: nil, note: nil)
            let text = String(decoding: revocation.serialise(), as: UTF8.self)
            return try trial.craft(
                tree: trial.tree(trial.repository.writeTree([]), with: ["1.yaml": text]),
                parents: [trial.registry.founding], by: Person.ravi.key)
        }
    }

    @Test(arguments: [0, -3600])
    func whatARevokedKeySignsLaterWhateverItsDate(_ shift: Int64) throws {
        try TemporaryRegistry.with { trial in
            trial.clock.advance(7200)
            try trial.promote()
            let proposal = try trial.propose(trial.register("fraud"))
            trial.clock.advance(3600)
            try trial.registry.revoke(
                Person.jane.key.publicKey, reason: .rotated, fromEntry: nil, note: nil,
                by: trial.author(.ada))
            trial.clock.advance(1)
            try trial.expectAgreement(holds: true)
            let date = Timestamp(seconds: trial.clock.now.seconds + shift)
            try trial.moveAround(dev.branch, to: trial.merge(proposal, by: .jane, at: date))
            try trial.expectAgreement(holds: false)
        }
    }

    /// The proposal's branch is no environment: `verify` says that the ledger lacks it.
    @Test func aForgedPartialApprovalOnTheProposalsBranch() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let version = try trial.register()
            let forged = try trial.merge(trial.propose(version), by: .ada)
            try trial.moveAround(dev.proposalBranch(version), to: forged)
            #expect(!(try trial.registry.verify().holds))
            let answer = try trial.check(trial.kit().folder)
            #expect(answer.status == 1)
            #expect(
                answer.words.contains("\(forged): signed by ada, not by approver|risk "),
                "\(answer.words)")
        }
    }

    @Test func anEditedQuorumIsFound() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            try trial.approveTwice(version)
            let step = try trial.tip(dev)
            let partial = try trial.commit(step).parents[1]
            let file = try trial.kit().folder.appending("required-signers.tsv")
            let text = String(decoding: try #require(try DurableFile.read(file)), as: UTF8.self)
            let root = try trial.commit(step).parents[0]
            for (wanted, edited) in [
                ("risk=kim@\(partial)", "risk=sue@\(partial)"),
                ("risk=kim@\(partial)", "risk=jane@\(step)"),
                ("risk=kim@\(partial)", "risk=ravi@\(proposal) risk=ada@\(root)"),
            ] {
                #expect(text.contains(wanted))
                try DurableFile.write(text.replacing(wanted, with: edited).bytes, to: file)
                let answer = try trial.check(file.removingLastComponent())
                #expect(answer.status == 1)
                #expect(answer.words.contains("\(step): it lacks signatures: "), "\(answer.words)")
            }
        }
    }
}
