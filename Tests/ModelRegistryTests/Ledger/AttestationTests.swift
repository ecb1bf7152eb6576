import Crypto
import Foundation
import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// Source verification summaries of what environments accepted.
struct AttestationTests {
    private let dev = TemporaryRegistry.dev

    private func summary(
        of commit: ObjectID, _ trial: TemporaryRegistry
    ) throws -> VerificationSummary {
        let envelope = try #require(try trial.registry.attestations.envelope(of: commit))
        return try CanonicalJSON.decode(
            VerificationSummary.self, from: envelope.payload, file: "statement")
    }

    @Test func everyAcceptedCommitIsAttestedOnce() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            // Three environments began, one took a version.
            #expect(try trial.registry.attest() == 4)
            let tip = try trial.registry.attestations.tip()
            #expect(try trial.registry.attest() == 0)
            #expect(try trial.registry.attestations.tip() == tip)
            let summary = try summary(of: commit, trial)
            let receipt = try #require(try trial.registry.receipt(of: commit, on: dev.branch))
            #expect(summary.subject.map(\.digest) == [["gitCommit": commit.hex]])
            #expect(summary.subject.map(\.annotations.sourceRefs) == [[dev.branch]])
            let uri = "urn:signet:\(trial.registry.founding.hex)"
            #expect(summary.predicate.verifier.id == uri)
            #expect(summary.predicate.timeVerified == receipt.received)
            #expect(summary.predicate.verificationResult == "PASSED")
            let before = try trial.tree(of: trial.commit(commit).parents[0])
            #expect(summary.predicate.policy.digest["gitTree"] == before.hex)
            #expect(try trial.registry.verifyLedger().attestations == 4)
            #expect(try trial.registry.verifyLedger().holds)
            try trial.promote()
            #expect(try trial.registry.attest() == 1)
            // Without its note of how far it came, it finds the same.
            _ = try trial.registry.repair()
            #expect(try trial.registry.attest() == 0)
        }
    }

    @Test func theSignatureIsOverDSSEsEncodingByTheRegistrysKey() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            try trial.registry.attest()
            let envelope = try #require(try trial.registry.attestations.envelope(of: commit))
            let type = "application/vnd.in-toto+json"
            let signed =
                "DSSEv1 \(type.utf8.count) \(type) \(envelope.payload.count) ".bytes
                + envelope.payload
            let key = try trial.registry.serviceKey(.registry).publicKey
            // The last 32 bytes of an ed25519 key in OpenSSH's form are its point.
            let point = try Curve25519.Signing.PublicKey(rawRepresentation: key.blob.suffix(32))
            #expect(
                point.isValidSignature(try #require(envelope.signatures.first).bytes, for: signed))
            let statement = try JSONSerialization.jsonObject(with: Data(envelope.payload))
            let members = try #require(statement as? [String: Any])
            #expect(members["_type"] as? String == "https://in-toto.io/Statement/v1")
            #expect(
                members["predicateType"] as? String == "https://slsa.dev/verification_summary/v1")
        }
    }

    @Test func levelFourIsStatedWhereTwoPeopleAreProvenOnly() throws {
        let policy = TemporaryRegistry.standardPolicy.replacing(
            "{name: dev, approvals: {approver: 1}}",
            with: "{name: dev, approvals: {approver: 1}, fourEyes: false}")
        for (policy, approver, level) in [
            (TemporaryRegistry.standardPolicy, Person.jane, SourceLevel.twoParty),
            (policy, .jane, .twoParty), (policy, .ravi, .recorded),
        ] {
            try TemporaryRegistry.with(policy: policy) { trial in
                let root = try trial.tip(dev)
                let version = try trial.register()
                try trial.propose(version)
                let commit = try trial.approve(version, by: approver)
                try trial.registry.attest()
                #expect(try summary(of: commit, trial).predicate.verifiedLevels == [level])
                #expect(try summary(of: root, trial).predicate.verifiedLevels == [.recorded])
            }
        }
    }

    @Test func aRollOutByOnePersonIsNotTwoParty() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            try trial.registry.attest()
            let tip = try trial.tip(dev)
            #expect(try summary(of: tip, trial).predicate.verifiedLevels == [.recorded])
        }
    }

    @Test func anEnvironmentThatDoesNotHoldIsNotAttested() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            let evil = try trial.craft(
                tree: trial.tree(of: commit), parents: [commit], by: Person.mallory.key)
            try trial.moveAround(dev.branch, to: evil)
            #expect(try trial.registry.attest() == 2)
            #expect(try trial.registry.attestations.envelope(of: commit) == nil)
            _ = try trial.registry.repair()
            #expect(try trial.registry.attest() == 2)
        }
    }

    @Test func anAttestationThatIsForgedOrChangedIsFound() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let commit = try trial.approve(version)
            try trial.registry.attest()
            let tip = try trial.registry.attestations.tip()
            let key = try #require(try trial.registry.serviceKey(.registry) as? ServiceKey)
            var lie = try summary(of: commit, trial)
            lie.predicate.timeVerified = Timestamp(seconds: 1)
            let genuine = try #require(try trial.registry.attestations.envelope(of: commit))
            let type = VerificationSummary.payloadType
            let forgeries: [(ObjectID, DSSEEnvelope)] = [
                (commit, try .signed(genuine.payload, type: type, by: Person.ada.key)),
                (commit, try .signed(CanonicalJSON.encode(lie), type: type, by: key)),
                (proposal, genuine),
            ]
            for (subject, envelope) in forgeries {
                try trial.registry.attestations.add(
                    [(subject, envelope)], upTo: 1, at: trial.clock.now, signer: key)
                try trial.repository.flush()
                let findings = try trial.registry.verifyLedger().findings
                #expect(findings.map(\.reference) == [Attestations.reference])
                #expect(findings.map(\.commit) == [subject])
                try trial.moveAround(Attestations.reference, to: tip)
            }
        }
    }
}
