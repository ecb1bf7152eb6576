import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// The list of revoked keys, re-proven.
struct RevocationVerifyTests {
    private let list = RevocationReader.reference

    private func revoke(
        _ key: PublicKey, _ reason: Revocation.Reason = .rotated, from entry: Int? = nil,
        by person: Person = .ada, in trial: TemporaryRegistry
    ) throws {
        try trial.registry.revoke(
            key, reason: reason, fromEntry: entry, note: nil, by: trial.author(person))
    }

    /// A key that was an administrator's keeps what it signed, even when main's history rests on it.
    @Test func aCompromisedAdministratorsKeyLeavesHistoryProven() throws {
        let policy = TemporaryRegistry.standardPolicy
            .replacing("admin: {\"*\": [ada]}", with: "admin: {\"*\": [ada, kim]}")
        try TemporaryRegistry.with(policy: policy) { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(
                to: TemporaryRegistry.dev, reason: "agreed", by: trial.author(.ada))
            try revoke(Person.ada.key.publicKey, .compromised, from: 1, by: .kim, in: trial)
            let verification = try trial.registry.verify()
            #expect(verification.findings.map(\.saw) == [])
            #expect(verification.revocations == 1)
            try trial.expectAgreement(holds: true)
            #expect(try trial.registry.audit().holds)
        }
    }

    /// A revocation was right if it was when it came in.
    @Test func aRevocationIsJudgedAsItWasThen() throws {
        let policy = TemporaryRegistry.standardPolicy
            .replacing("admin: {\"*\": [ada]}", with: "admin: {\"*\": [ada, kim]}")
        try TemporaryRegistry.with(policy: policy) { trial in
            try revoke(Person.sue.key.publicKey, by: .kim, in: trial)
            try revoke(Person.kim.key.publicKey, in: trial)
            try trial.changePolicy {
                $0.replacing("admin: {\"*\": [ada, kim]}", with: "admin: {\"*\": [ada]}")
            }
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    /// An old policy could be satisfied by those who had keys then.
    @Test func aPolicyThatNobodyCouldSatisfyNowStandsAsItDid() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(
                to: TemporaryRegistry.dev, reason: "agreed", by: trial.author(.ada))
            try trial.promote()
            for person in [Person.ravi, .sue] { try revoke(person.key.publicKey, in: trial) }
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            try DurableFile.removeTree(trial.path.appending("signet/verified"))
            #expect(
                try trial.reopened().resolve(ModelName("churn"), in: TemporaryRegistry.dev) != nil)
            try trial.expectAgreement(holds: true)
        }
    }

    @Test func aRevocationThatNobodyMadeIsFound() throws {
        try TemporaryRegistry.with { trial in
            try revoke(Person.sue.key.publicKey, in: trial)
            let tip = try #require(try trial.registry.reference(list))
            let revocation = Revocation(
                key: Person.jane.key.publicKey, principal: try PrincipalID("jane"), reason: .left,
                fromEntry: nil, note: nil)
            let text = String(decoding: revocation.serialise(), as: UTF8.self)
            let forged = try trial.craft(
                tree: trial.tree(trial.tree(of: tip), with: ["2.yaml": text]), parents: [tip],
                by: Person.ravi.key)
            try trial.moveAround(list, to: forged)
            let findings = try trial.registry.verify().findings
                .filter { $0.reference == list && $0.commit == forged }
            #expect(findings.filter { $0.basis == .content }.map(\.rule) == [.role])
            #expect(findings.contains { $0.basis == .ledger && $0.rule == .record })
        }
    }

    @Test func aPlainCloneCannotKnowRevocations() throws {
        try TemporaryRegistry.with { trial in
            try trial.moveAround(Ledger.reference, to: nil)
            let unproven = try trial.registry.verify().unproven
            #expect(unproven.count == 1)
            #expect(unproven[0].contains("revocations"))
        }
    }

    /// Enrols a second key of the registry, puts it in place, revokes the first; returns that.
    private func rotate(_ trial: TemporaryRegistry) throws -> any CommitSigner {
        let old = try trial.registry.serviceKey(.registry)
        let new = Person("registry", key: "registry two")
        let main = try #require(try trial.registry.reference("refs/heads/main"))
        let signers = try trial.file(".signet/allowed_signers", of: main)
        try trial.changeConfiguration([(".signet/allowed_signers", signers + new.line + "\n")])
        #expect {
            try revoke(old.publicKey, in: trial)
        } throws: { "\($0)".hasPrefix("the service 'registry' still signs with the key ") }
        let path = trial.registry.serviceKeyPath(.registry)
        try DurableFile.remove(path)
        try new.key.write(to: path)
        try revoke(old.publicKey, in: trial)
        return old
    }

    @Test func anEntrySignedWithARevokedKeyOfTheRegistryIsFound() throws {
        try TemporaryRegistry.with { trial in
            let old = try rotate(trial)
            try trial.promote()
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            try trial.expectAgreement(holds: true)
            let links = try trial.registry.ledger.entries(after: nil)
            let last = try #require(links.last).entry
            let base = links[links.count - 2].commit
            try trial.moveAround(Ledger.reference, to: base)
            _ = try trial.registry.ledger.append([last], to: base, signer: old)
            try trial.repository.flush()
            let saw = try trial.registry.verify().findings.map(\.saw)
            #expect(
                saw == [
                    "entry \(last.number) is signed with \(old.publicKey.fingerprint) of the "
                        + "registry, which entry 7 revoked"
                ])
            let answer = try trial.check(trial.kit().folder)
            #expect(answer.status == 1)
        }
    }

    @Test func theSignaturesOfNestedApprovalsAreCounted() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.approveTwice(version)
            // The root, two approvals, the proposal, the registration.
            let environments = try trial.registry.verify().environments
            #expect(environments.map(\.signatures) == [5, 1, 1])
        }
    }
}
