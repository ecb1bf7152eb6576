import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// A registry in which several people sign everything, and in which everything happens.
extension TemporaryRegistry {
    /// dev asks for an approver and for risk, of whom jane is both, and has break-glass for ada;
    /// configuration takes ada, kim and sue.
    static let strictPolicy =
        standardPolicy
        .replacing(
            "{name: dev, approvals: {approver: 1}}",
            with: "{name: dev, approvals: {approver: 1, risk: 1}, "
                + "breakGlass: {approvals: {oncall: 1}, reapproveWithin: 72h}}"
        )
        .replacing("[jane, kim, ravi]", with: "[jane, ravi]")
        .replacing(
            "  admin: {\"*\": [ada]}",
            with: "  risk: {\"*\": [kim, jane]}\n  oncall: {\"*\": [ada]}\n"
                + "  admin: {\"*\": [ada, kim, sue]}"
        )
        .replacing("policyChange: {admin: 1}", with: "policyChange: {admin: 3}")

    /// Approves with both signatures.
    func approveTwice(_ version: ModelVersion) throws {
        try approve(version, by: .kim)
        clock.advance(1)
        try approve(version, by: .jane)
    }

    /// Breaks the glass for a proposal.
    @discardableResult
    func breakGlass(_ proposal: ObjectID, by person: Person = .ada) throws -> ObjectID {
        let step = try merge(
            proposal, by: person,
            message: "Merge\n\nReason: it burns\nBreak-glass: production burns\n")
        try submit(Self.dev.branch, step)
        return step
    }

    /// Adds an environment `uat` to the policy, with all three signatures.
    func addEnvironment() throws {
        let policy = try policy().replacing("serial: 1\n", with: "serial: 2\n").replacing(
            "policyChange:",
            with: "  - {name: uat, after: prod, approvals: {approver: 1}}\npolicyChange:")
        let serial = try registry.proposeConfiguration(
            [(".signet/policy.yaml", policy.bytes)], title: "Add uat", by: author(.ada))
        for person in [Person.kim, .sue] {
            clock.advance(1)
            try registry.approveConfiguration(
                serial: serial, reason: "agreed", by: author(person))
        }
    }

    /// Rolls out with all three signatures.
    func rollOut(to environment: Environment) throws {
        for person in [Person.ada, .kim, .sue] {
            clock.advance(1)
            _ = try registry.rollOut(to: environment, reason: "agreed", by: author(person))
        }
    }

    /// Everything that there is: nested approvals, some of no account, a rejection over one, an
    /// emergency and its re-approval, configuration, a roll-out and an environment with three
    /// signatures, revocations of two kinds, and what is still open.
    func liveThroughEverything() throws {
        let dev = Self.dev
        let one = try register()
        clock.advance(1)
        try propose(one)
        try approveTwice(one)
        let fraud = try register("fraud")
        let rejected = try propose(fraud)
        try submit(dev.proposalBranch(fraud), merge(rejected, by: .kim))
        clock.advance(1)
        try reject(fraud)
        // In one push, over a merge that counts for nothing: by an author.
        let two = try register("fraud")
        let proposal = try propose(two)
        let idle = try merge(proposal, by: .ravi)
        let first = try merge(proposal, by: .kim, parents: [tip(dev), idle])
        try submit(dev.branch, merge(proposal, by: .jane, parents: [tip(dev), first]))
        clock.advance(10)
        let three = try register()
        try breakGlass(propose(three))
        clock.advance(3600)
        try registry.proposeAgain(three.model, in: dev, by: author(.ravi))
        try approveTwice(three)
        try addEnvironment()
        try rollOut(to: dev)
        try rollOut(to: Environment("uat"))
        let late = try register("late")
        try propose(late)
        try approve(late, by: .kim)
        clock.advance(1)
        try registry.revoke(
            Person.jane.key.publicKey, reason: .left, fromEntry: nil, note: nil,
            by: author(.jane))
        let entry = try registry.ledger.entries(after: nil).count
        try registry.revoke(
            Person.ravi.key.publicKey, reason: .compromised, fromEntry: entry,
            note: "a stolen notebook", by: author(.ada))
    }
}
