import GitStore
import Signatures
import SoftwareKeys
import SystemPackage
import Testing

@testable import ModelRegistry

/// Approvals with security keys and passkeys, as the policy's `securityKeys` wants them.
struct SecurityKeyRulesTests {
    private static let full = """
        securityKeys:
          userVerification: required
          webauthn:
            relyingParty: approve.example.com
            origins: ["https://approve.example.com", "https://eu.approve.example.com:8443"]

        """

    private static let discouraged = "securityKeys: {userVerification: discouraged}\n"

    private static let passkeysAfterATouch = full.replacing(
        "  userVerification: required\n", with: "")

    private static let others = ["example.com", "eu.approve.example.com", "Approve.example.com"]

    /// All of jane's, so that registries differ by the rule alone.
    private static func keys() throws -> [SoftwareKey] {
        try SoftwareKey.Kind.allCases.map { try SoftwareKey($0) }
            + (others + ["ssh:"]).map { try SoftwareKey(.browser, application: $0) }
            + [SoftwareKey(.ecdsa, application: "approve.example.com")]
    }

    /// Lends a registry with this rule, and a proposal to approve.
    private func with(
        _ rule: String, body: (TemporaryRegistry, ObjectID) throws -> Void
    ) throws {
        let lines = try Self.keys().map {
            AllowedSigners.line(principal: "jane", key: $0.publicKey) + "\n"
        }
        try TemporaryRegistry.with(
            policy: TemporaryRegistry.standardPolicy + rule,
            signers: TemporaryRegistry.standardSigners + lines.joined()
        ) { trial in
            try body(trial, trial.propose(trial.register()))
        }
    }

    private func approval(
        _ trial: TemporaryRegistry, of proposal: ObjectID, by key: SoftwareKey
    ) throws -> ObjectID {
        let tip = try trial.tip(TemporaryRegistry.dev)
        return try trial.craft(
            tree: trial.composed(proposal, over: tip), parents: [tip, proposal], by: key)
    }

    private func expectAccepted(_ rule: String, _ key: SoftwareKey) throws {
        try with(rule) { trial, proposal in
            let merge = try approval(trial, of: proposal, by: key)
            let verdicts = try trial.submit(TemporaryRegistry.dev.branch, merge)
            #expect(verdicts.map(\.principal?.text) == ["jane"])
            #expect(verdicts.map(\.fingerprint) == [key.publicKey.fingerprint])
        }
    }

    /// A key, and what its refusal says after naming the commit.
    typealias Refusal = (key: SoftwareKey, saw: String)

    private func expectRefused(
        _ rule: String, _ refusals: [Refusal], hint: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        try with(rule) { trial, proposal in
            for (key, saw) in refusals {
                let merge = try approval(trial, of: proposal, by: key)
                let verdict = try trial.expectRefused(
                    TemporaryRegistry.dev.branch, merge, by: .signature, at: location)
                #expect(
                    verdict.denials[0].saw == "the signature of \(merge.short) \(saw)",
                    sourceLocation: location)
                #expect(verdict.denials[0].hint == hint, sourceLocation: location)
            }
        }
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func anApprovalWithEachKindOfKeyIsAcceptedHereAndByGit(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind)
        try with(Self.full) { trial, proposal in
            let merge = try approval(trial, of: proposal, by: key)
            try trial.submit(TemporaryRegistry.dev.branch, merge)
            #expect(try trial.tip(TemporaryRegistry.dev) == merge)
            #expect(try trial.resolve()?.commit == merge)
            let signers = trial.folder.appending("allowed_signers")
            let text = try trial.file(".signet/allowed_signers", of: merge)
            try DurableFile.write(text.bytes, to: signers)
            let git = Git(home: trial.folder, repository: trial.path)
            let words = try git(
                "-c", "gpg.ssh.allowedSignersFile=\(signers)", "verify-commit", merge.hex)
            #expect(words.contains("Good \"git\" signature for jane with"), "\(words)")
        }
    }

    @Test func withoutTheRuleATouchOfAHardwareKeySuffices() throws {
        let touched = { (kind: SoftwareKey.Kind) in
            try SoftwareKey(kind).claiming { $0.flags = 0x01 }
        }
        try expectAccepted("", touched(.ed25519))
        try expectAccepted("", touched(.ecdsa))
        try expectAccepted(Self.discouraged, touched(.ed25519))
    }

    @Test func requiredVerificationIsDemandedOfHardwareKeys() throws {
        let saw = "was made without PIN or fingerprint, which the policy requires"
        try expectRefused(
            Self.full,
            [SoftwareKey.Kind.ed25519, .ecdsa].map { kind in
                (try SoftwareKey(kind).claiming { $0.flags = 0x01 }, saw)
            },
            hint: "sign with a key that asks for it: ssh-keygen -t ed25519-sk -O verify-required")
    }

    @Test func requiredVerificationIsDemandedOfPasskeys() throws {
        let key = try SoftwareKey(.browser).claiming { $0.flags = 0x01 }
        try expectAccepted(Self.passkeysAfterATouch, key)
        let saw = "was made without PIN or fingerprint, which the policy requires"
        try expectRefused(
            Self.full, [(key, saw)],
            hint: "sign with a passkey that is unlocked by PIN or fingerprint")
    }

    @Test(arguments: ["", discouraged])
    func withoutTheRuleNoBrowserIsAdmitted(_ rule: String) throws {
        let saw = "was made in a browser, which the policy in force does not admit"
        try expectRefused(
            rule, [(SoftwareKey(.browser), saw)],
            hint: "sign with `signet approve` or `git merge -S`, or an admin adds "
                + "'securityKeys.webauthn' to the policy")
    }

    @Test func aPasskeyOfAnotherRelyingPartyIsRefused() throws {
        try expectRefused(
            Self.full,
            (Self.others + ["ssh:"]).map { party in
                (
                    try SoftwareKey(.browser, application: party),
                    "is by a passkey of '\(party)', not of 'approve.example.com'"
                )
            },
            hint: "enrol a passkey made at https://approve.example.com, "
                + "https://eu.approve.example.com:8443")
    }

    @Test func aSignatureMadeAtAnotherOriginIsRefused() throws {
        let origins = [
            "https://a.example", "https://eu.approve.example.com", "http://approve.example.com",
            "https://approve.example.com/", "https://approve.example.com:443",
            "https://www.approve.example.com",
        ]
        let key = try SoftwareKey(.browser)
        try expectRefused(
            Self.full,
            origins.map { origin in
                (
                    key.claiming { $0.origin = origin },
                    "was made at '\(origin)', which the policy does not name"
                )
            },
            hint: "approve at https://approve.example.com, https://eu.approve.example.com:8443")
    }

    @Test func everyOriginOfThePolicyIsAdmitted() throws {
        let key = try SoftwareKey(.browser)
        try expectAccepted(
            Self.full, key.claiming { $0.origin = "https://eu.approve.example.com:8443" })
    }

    @Test func whatIsRefusedWhateverThePolicySaysIsNamedWithItsRemedy() throws {
        let untouched = "is bad: the security key signed without being touched"
        try expectRefused(
            Self.full,
            SoftwareKey.Kind.allCases.map { kind in
                (try SoftwareKey(kind).claiming { $0.flags = 0x04 }, untouched)
            },
            hint: "sign with a key made without 'no-touch-required': ssh-keygen -t ed25519-sk")
        let framed = try SoftwareKey(.browser).claiming { $0.end = #","crossOrigin":true}"# }
        try expectRefused(
            Self.full,
            [(framed, "is bad: signed in a page that stands inside a page of another origin")],
            hint: "open the approval page itself, not inside another site")
    }

    /// Whoever can ask the authenticator without a browser can claim any origin anyway.
    @Test func aPasskeyMaySignWithoutABrowser() throws {
        try expectAccepted(Self.full, SoftwareKey(.ecdsa, application: "approve.example.com"))
    }

    /// The rule binds every signature, not the approver's alone.
    @Test func aProposalSignedInABrowserThatIsNotAdmittedIsRefused() throws {
        let key = try SoftwareKey(.browser)
        let line = AllowedSigners.line(principal: "ravi", key: key.publicKey) + "\n"
        try TemporaryRegistry.with(signers: TemporaryRegistry.standardSigners + line) { trial in
            let version = try trial.register()
            let proposal = try trial.proposal(of: version, by: key)
            try trial.expectRefused(
                TemporaryRegistry.dev.proposalBranch(version), proposal, by: .signature)
        }
    }

    @Test func theRuleIsThatOfTheEnvironmentUntilItsRollOut() throws {
        let key = try SoftwareKey(.browser)
        try with(Self.full) { trial, proposal in
            try trial.changePolicy { $0.replacing(Self.full, with: "") }
            let merge = try approval(trial, of: proposal, by: key)
            try trial.submit(TemporaryRegistry.dev.branch, merge)
            _ = try trial.registry.rollOut(
                to: TemporaryRegistry.dev, reason: "no browsers", by: trial.author(.ada))
            let next = try trial.propose(trial.register())
            try trial.expectRefused(
                TemporaryRegistry.dev.branch, approval(trial, of: next, by: key), by: .signature)
        }
    }
}
