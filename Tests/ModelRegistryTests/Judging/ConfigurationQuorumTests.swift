import GitStore
import Testing

@testable import ModelRegistry

/// Changes of configuration, roll-outs and new environments that several people must sign.
struct ConfigurationQuorumTests {
    private let dev = TemporaryRegistry.dev

    /// Two of the admins ada, kim and sue sign.
    private static let policy = TemporaryRegistry.standardPolicy
        .replacing("admin: {\"*\": [ada]}", with: "admin: {\"*\": [ada, kim, sue]}")
        .replacing("policyChange: {admin: 1}", with: "policyChange: {admin: 2}")

    private func with(_ body: (TemporaryRegistry) throws -> Void) throws {
        try TemporaryRegistry.with(policy: Self.policy, body)
    }

    /// Opens a change that adds an environment `uat`, signed by ada.
    private func propose(_ trial: TemporaryRegistry) throws -> Int {
        let policy = try trial.policy()
            .replacing("serial: 1\n", with: "serial: 2\n")
            .replacing(
                "policyChange:",
                with: "  - {name: uat, after: prod, approvals: {approver: 1}}\npolicyChange:")
        return try trial.registry.proposeConfiguration(
            [(".signet/policy.yaml", policy.bytes)], title: "Add uat", by: trial.author(.ada))
    }

    @Test func theFounderAloneBeginsTheRegistrysEnvironments() throws {
        try with { trial in
            let verification = try trial.registry.verify()
            #expect(verification.holds)
            #expect(verification.environments.count == 3)
        }
    }

    @Test func theProposersOwnMergeIsOneSignature() throws {
        try with { trial in
            let serial = try propose(trial)
            let change = try #require(try trial.registry.reference("refs/heads/policy/\(serial)"))
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let merge = try trial.craft(
                tree: trial.tree(of: change), parents: [main, change], by: Person.ada.key)
            let verdict = try trial.expectRefused("refs/heads/main", merge, by: .approvals)
            #expect(verdict.denials[0].saw.contains("missing: 1 admin"))
        }
    }

    @Test func aSecondAdminsMergeMakesItTwo() throws {
        try with { trial in
            let serial = try propose(trial)
            let approved = try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.kim))
            #expect(approved.missing.isEmpty)
            #expect(try trial.registry.mainSnapshot().policy.serial == 2)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func mergesGatherOnTheChangesBranch() throws {
        let policy = Self.policy.replacing(
            "policyChange: {admin: 2}", with: "policyChange: {admin: 3}")
        try TemporaryRegistry.with(policy: policy) { trial in
            let serial = try propose(trial)
            let first = try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.kim))
            #expect(first.missing.text == "1 admin")
            #expect(try trial.registry.reference("refs/heads/policy/2") == first.commit)
            let last = try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.sue))
            #expect(last.missing.isEmpty)
            #expect(try trial.registry.reference("refs/heads/main") == last.commit)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRollOutGathersItsSignatures() throws {
        try with { trial in
            try trial.registry.approveConfiguration(
                serial: propose(trial), reason: "agreed", by: trial.author(.kim))
            let before = try trial.tip(dev)
            let first = try trial.registry.rollOut(
                to: dev, reason: "agreed", by: trial.author(.ada))
            guard case .gathering(_, let missing) = first else {
                Issue.record("\(first)")
                return
            }
            #expect(missing.text == "1 admin")
            #expect(try trial.tip(dev) == before)
            // Once more by the same person adds nothing.
            #expect(throws: RegistryError.self) {
                try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            }
            let last = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.kim))
            #expect(last == .merged(serial: 2))
            #expect(try trial.registry.references(prefix: "refs/heads/rollout/").isEmpty)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRollOutStandsOnATipThatIsNotEnteredYet() throws {
        try with { trial in
            let approved = try trial.merge(trial.propose(trial.register()))
            try trial.registry.approveConfiguration(
                serial: propose(trial), reason: "agreed", by: trial.author(.kim))
            try trial.admit(trial.update(dev.branch, to: approved))
            for person in [Person.ada, .kim] {
                _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(person))
            }
            #expect(try trial.registry.mainSnapshot().policy.serial == 2)
            #expect(try trial.commit(trial.tip(dev)).parents[0] == approved)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRollOutSignedByOneIsRefused() throws {
        try with { trial in
            try trial.registry.approveConfiguration(
                serial: propose(trial), reason: "agreed", by: trial.author(.kim))
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let merge = try trial.craft(
                tree: trial.rollOutTree(to: dev), parents: [trial.tip(dev), main],
                by: Person.ada.key)
            try trial.expectRefused(dev.branch, merge, by: .approvals)
            // A gathered signature for another tree is not merged.
            let evil = try trial.craft(
                tree: trial.tree(of: main), parents: [trial.tip(dev), main], by: Person.kim.key)
            let last = try trial.craft(
                tree: trial.rollOutTree(to: dev), parents: [trial.tip(dev), evil],
                by: Person.ada.key)
            try trial.expectRefused(dev.branch, last, by: .tree)
        }
    }

    @Test func aLaterEnvironmentBeginsWithTwoSignatures() throws {
        try with { trial in
            let uat = try Environment("uat")
            try trial.registry.approveConfiguration(
                serial: propose(trial), reason: "agreed", by: trial.author(.kim))
            let first = try trial.registry.rollOut(to: uat, reason: "go", by: trial.author(.ada))
            guard case .gathering(let branch, _) = first else {
                Issue.record("\(first)")
                return
            }
            let candidate = try #require(try trial.registry.reference("refs/heads/\(branch)"))
            try trial.expectRefused(uat.branch, candidate, by: .approvals)
            let last = try trial.registry.rollOut(to: uat, reason: "go", by: trial.author(.sue))
            #expect(last == .began)
            #expect(try trial.registry.reference(uat.branch) != nil)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            let tip = try trial.registry.verifiedTip(of: uat)
            #expect(tip.parents.count == 2)
        }
    }
}
