import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// Keys that were given up.
struct RevocationTests {
    private let dev = TemporaryRegistry.dev
    private let list = RevocationReader.reference

    private func revoke(
        _ person: Person, _ reason: Revocation.Reason, from entry: Int? = nil,
        by author: Person = .ada, in trial: TemporaryRegistry
    ) throws {
        try trial.registry.revoke(
            person.key.publicKey, reason: reason, fromEntry: entry, note: nil,
            by: trial.author(author))
    }

    private func number(_ trial: TemporaryRegistry) throws -> Int {
        try trial.registry.ledger.entries(after: nil).count
    }

    @Test(arguments: Revocation.Reason.allCases)
    func aRevokedKeySignsNothingFromThenOn(reason: Revocation.Reason) throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .jane)
            try revoke(
                .jane, reason, from: reason == .compromised ? number(trial) : nil, in: trial)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .signature)
            #expect(verdict.denials[0].saw.contains("is revoked: \(reason.rawValue)"))
            try trial.approve(ModelVersion(model: ModelName("churn"), number: 1), by: .kim)
        }
    }

    @Test(arguments: [Revocation.Reason.left, .rotated])
    func whatAKeySignedBeforeItWasGivenUpStays(reason: Revocation.Reason) throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let proposal = try trial.propose(trial.register())
            try revoke(.jane, reason, in: trial)
            try revoke(.ravi, reason, in: trial)
            // The registration and the proposal were ravi's, and came in before.
            try trial.submit(dev.branch, trial.merge(proposal, by: .kim))
            let verification = try trial.registry.verify()
            #expect(verification.findings.map(\.saw) == [])
            #expect(try trial.registry.reapprovals().isEmpty)
            #expect(try trial.resolve()?.version == 2)
        }
    }

    @Test(arguments: Revocation.Reason.allCases)
    func configurationThatCameInBeforeARevocationStays(reason: Revocation.Reason) throws {
        // Policy 2 asks for two admins, ada and sue; policy 3 for one again, once sue's key is gone.
        let policy = TemporaryRegistry.standardPolicy
            .replacing("admin: {\"*\": [ada]}", with: "admin: {\"*\": [ada, sue]}")
        try TemporaryRegistry.with(policy: policy) { trial in
            try trial.changePolicy {
                $0.replacing("policyChange: {admin: 1}", with: "policyChange: {admin: 2}")
            }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let serial = try trial.registry.proposeConfiguration(
                [
                    (
                        ".signet/policy.yaml",
                        try trial.policy().replacing("serial: 2\n", with: "serial: 3\n")
                            .replacing("policyChange: {admin: 2}", with: "policyChange: {admin: 1}")
                            .bytes
                    )
                ], title: "One again", by: trial.author(.sue))
            try trial.registry.approveConfiguration(
                serial: serial, reason: "agreed", by: trial.author(.ada))
            try revoke(.sue, reason, from: reason == .compromised ? 1 : nil, in: trial)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            // Nobody has judged it before: a new environment on that main, and what is approved there.
            try trial.promote()
            #expect(try trial.resolve()?.version == 1)
        }
    }

    @Test func whatACompromisedKeySignedSinceThenCountsForNothing() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let registered = try number(trial)
            let proposal = try trial.propose(version)
            try revoke(.ravi, .compromised, from: registered + 1, in: trial)
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .kim), by: .signature)
            // The registration was before; somebody else proposes it anew.
            let anew = try trial.proposal(of: version, by: Person.sue.key)
            let update = try trial.update(dev.branch, to: trial.merge(anew, by: .kim))
            let verdicts = trial.judge.judge(update, received: trial.clock.now)
            #expect(verdicts.map(\.isAccepted) == [true])
        }
    }

    @Test func aPartialApprovalWithACompromisedKeyCountsForNothing() throws {
        let policy = TemporaryRegistry.standardPolicy.replacing(
            "{name: dev, approvals: {approver: 1}}", with: "{name: dev, approvals: {approver: 2}}")
        try TemporaryRegistry.with(policy: policy) { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let first = try trial.merge(proposal, by: .jane)
            try trial.submit(dev.proposalBranch(version), first)
            let last = try trial.merge(proposal, by: .kim, parents: [trial.tip(dev), first])
            let update = try trial.update(dev.branch, to: last)
            #expect(
                trial.judge.judge(update, received: trial.clock.now).map(\.isAccepted) == [true])
            try revoke(.jane, .compromised, from: 1, in: trial)
            try trial.expectRefused(dev.branch, last, by: .approvals)
        }
    }

    @Test func whatACompromisedKeyApprovedIsListedUntilItIsApprovedAgain() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            try trial.promote("fraud")
            try revoke(.jane, .compromised, from: number(trial) - 1, in: trial)
            #expect(try trial.registry.reapprovals().map(\.model?.text) == ["fraud"])
            try revoke(.jane, .compromised, from: 1, in: trial)
            let due = try trial.registry.reapprovals()
            #expect(due.map(\.model?.text) == ["churn", "fraud"])
            #expect(due.map(\.commit)[0] == commit)
            #expect(due.map(\.reason)[0] == .compromisedKey)
            // History stands: it was valid when it came in.
            let verification = try trial.registry.verify()
            #expect(verification.findings.map(\.saw) == [])
            try trial.registry.proposeAgain(version.model, in: dev, by: trial.author(.sue))
            try trial.approve(version, by: .kim)
            #expect(try trial.registry.reapprovals().map(\.model?.text) == ["fraud"])
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            #expect(entry.verdict.action == .reapproved)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func whatNoLongerStandsNeedsNoOtherApproval() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let second = try trial.promote()
            try revoke(.jane, .compromised, from: 1, in: trial)
            #expect(try trial.registry.reapprovals().map(\.commit) == [second.commit])
        }
    }

    @Test func onesOwnKeyMayBeRevokedAndNobodyElses() throws {
        try TemporaryRegistry.with { trial in
            try revoke(.kim, .rotated, by: .kim, in: trial)
            #expect(throws: RegistryError.self) {
                try revoke(.jane, .left, by: .sue, in: trial)
            }
            #expect(try trial.registry.revocations().map(\.revocation.principal.text) == ["kim"])
        }
    }

    @Test func theLastAdministratorsKeyIsNotRevoked() throws {
        try TemporaryRegistry.with { trial in
            do {
                try revoke(.ada, .rotated, in: trial)
                Issue.record("nobody could change the policy any more")
            } catch RegistryError.refused(let verdict) {
                #expect(verdict.denials.map(\.rule) == [.revocation])
            }
        }
    }

    @Test func theServicesOnlyKeyIsNotRevoked() throws {
        try TemporaryRegistry.with { trial in
            let key = try trial.registry.serviceKey(.runner).publicKey
            #expect(throws: RegistryError.self) {
                try trial.registry.revoke(
                    key, reason: .rotated, fromEntry: nil, note: nil, by: trial.author(.ada))
            }
        }
    }

    @Test func theListOnlyGrows() throws {
        try TemporaryRegistry.with { trial in
            try revoke(.kim, .left, in: trial)
            let tip = try #require(try trial.registry.reference(list))
            let empty = try trial.craft(
                tree: trial.repository.writeTree([]), parents: [tip], by: Person.ada.key)
            try trial.expectRefused(list, empty, by: .tree)
            try trial.expectRefused(list, nil, by: .reference)
            let changed = try trial.craft(
                tree: trial.tree(trial.tree(of: tip), with: ["1.yaml": "kind: Revocation\n"]),
                parents: [tip], by: Person.ada.key)
            try trial.expectRefused(list, changed, by: .tree)
            let root = try trial.craft(
                tree: trial.tree(of: tip), parents: [trial.registry.founding], by: Person.ada.key)
            try trial.expectRefused(list, root, by: .presentTip)
        }
    }

    @Test(arguments: [
        "reason: compromised", "reason: left\nfromEntry: 3", "reason: tired",
        "reason: left\nmore: 1",
    ])
    func aMalformedRevocationIsRefused(text: String) throws {
        try TemporaryRegistry.with { trial in
            let file = """
                apiVersion: signet/v1
                kind: Revocation
                key: "\(Person.kim.key.publicKey.openSSHLine)"
                principal: kim
                \(text)

                """
            let tree = try trial.tree(trial.repository.writeTree([]), with: ["1.yaml": file])
            let commit = try trial.craft(
                tree: tree, parents: [trial.registry.founding], by: Person.ada.key)
            try trial.expectRefused(list, commit, by: .revocation)
        }
    }

    @Test func aKeyOfNobodyOrOfAnotherIsNotRevoked() throws {
        try TemporaryRegistry.with { trial in
            #expect(throws: RegistryError.self) {
                try revoke(.mallory, .left, in: trial)
            }
            let other = Revocation(
                key: Person.kim.key.publicKey, principal: try PrincipalID("jane"), reason: .left,
                fromEntry: nil, note: nil)
            let tree = try trial.tree(
                trial.repository.writeTree([]),
                with: ["1.yaml": String(decoding: other.serialise(), as: UTF8.self)])
            let commit = try trial.craft(
                tree: tree, parents: [trial.registry.founding], by: Person.jane.key)
            try trial.expectRefused(list, commit, by: .revocation)
        }
    }

    @Test func aPolicyNobodyCouldSatisfyWithoutTheRevokedKeysIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try revoke(.sue, .left, in: trial)
            #expect(throws: RegistryError.self) {
                try trial.changePolicy {
                    $0.replacing(
                        "registrar: {\"*\": [ravi, sue]}", with: "registrar: {\"*\": [sue]}")
                }
            }
        }
    }
}
