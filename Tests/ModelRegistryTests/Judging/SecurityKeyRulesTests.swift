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

    private static let passkeysAfterATouch = full.replacing(
        "  userVerification: required\n", with: "")

    /// Lends a registry where these keys are jane's, and a proposal of hers to approve.
    private func with(
        _ rule: String, _ keys: SoftwareKey...,
        body: (TemporaryRegistry, ObjectID) throws -> Void
    ) throws {
        let lines = keys.map { AllowedSigners.line(principal: "jane", key: $0.publicKey) + "\n" }
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
        try with(rule, key) { trial, proposal in
            let merge = try approval(trial, of: proposal, by: key)
            let verdicts = try trial.submit(TemporaryRegistry.dev.branch, merge)
            #expect(verdicts.map(\.principal?.text) == ["jane"])
            #expect(verdicts.map(\.fingerprint) == [key.publicKey.fingerprint])
        }
    }

    private func expectRefused(
        _ rule: String, _ key: SoftwareKey, saw: String, hint: String?,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        try with(rule, key) { trial, proposal in
            let merge = try approval(trial, of: proposal, by: key)
            let verdict = try trial.expectRefused(
                TemporaryRegistry.dev.branch, merge, by: .signature, at: location)
            #expect(
                verdict.denials[0].saw == "the signature of \(merge.short) \(saw)",
                sourceLocation: location)
            #expect(verdict.denials[0].hint == hint, sourceLocation: location)
        }
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func anApprovalWithEachKindOfKeyIsAcceptedHereAndByGit(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind)
        try with(Self.full, key) { trial, proposal in
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

    @Test(arguments: [SoftwareKey.Kind.ed25519, .ecdsa])
    func withoutTheRuleATouchOfAHardwareKeySuffices(_ kind: SoftwareKey.Kind) throws {
        let key = try SoftwareKey(kind).claiming { $0.flags = 0x01 }
        try expectAccepted("", key)
        try expectAccepted("securityKeys: {userVerification: discouraged}\n", key)
    }

    @Test func requiredVerificationIsDemandedOfHardwareKeys() throws {
        for kind in [SoftwareKey.Kind.ed25519, .ecdsa] {
            let key = try SoftwareKey(kind).claiming { $0.flags = 0x01 }
            try expectRefused(
                "securityKeys: {userVerification: required}\n", key,
                saw: "was made without PIN or fingerprint, which the policy requires",
                hint:
                    "sign with a key that asks for it: ssh-keygen -t ed25519-sk -O verify-required"
            )
        }
    }

    @Test func requiredVerificationIsDemandedOfPasskeys() throws {
        let key = try SoftwareKey(.browser).claiming { $0.flags = 0x01 }
        try expectAccepted(Self.passkeysAfterATouch, key)
        try expectRefused(
            Self.full, key,
            saw: "was made without PIN or fingerprint, which the policy requires",
            hint: "sign with a passkey that is unlocked by PIN or fingerprint")
    }

    @Test func withoutTheRuleNoBrowserIsAdmitted() throws {
        for rule in ["", "securityKeys: {userVerification: discouraged}\n"] {
            try expectRefused(
                rule, SoftwareKey(.browser),
                saw: "was made in a browser, which the policy in force does not admit",
                hint: "sign with `signet approve` or `git merge -S`, or an admin adds "
                    + "'securityKeys.webauthn' to the policy")
        }
    }

    @Test(arguments: ["example.com", "ssh:", "eu.approve.example.com", "Approve.example.com"])
    func aPasskeyOfAnotherRelyingPartyIsRefused(_ application: String) throws {
        try expectRefused(
            Self.full, SoftwareKey(.browser, application: application),
            saw: "is by a passkey of '\(application)', not of 'approve.example.com'",
            hint: "enrol a passkey made at https://approve.example.com, "
                + "https://eu.approve.example.com:8443")
    }

    @Test(arguments: [
        "https://a.example", "https://eu.approve.example.com", "http://approve.example.com",
        "https://approve.example.com/", "https://approve.example.com:443",
        "https://www.approve.example.com",
    ])
    func aSignatureMadeAtAnotherOriginIsRefused(_ origin: String) throws {
        let key = try SoftwareKey(.browser).claiming { $0.origin = origin }
        try expectRefused(
            Self.full, key, saw: "was made at '\(origin)', which the policy does not name",
            hint: "approve at https://approve.example.com, https://eu.approve.example.com:8443")
    }

    @Test func everyOriginOfThePolicyIsAdmitted() throws {
        let key = try SoftwareKey(.browser)
        try expectAccepted(
            Self.full, key.claiming { $0.origin = "https://eu.approve.example.com:8443" })
    }

    @Test func whatIsRefusedWhateverThePolicySaysIsNamedWithItsRemedy() throws {
        try expectRefused(
            "", SoftwareKey(.ed25519).claiming { $0.flags = 0x04 },
            saw: "is bad: the security key signed without being touched",
            hint: "sign with a key made without 'no-touch-required': ssh-keygen -t ed25519-sk")
        try expectRefused(
            Self.full, SoftwareKey(.browser).claiming { $0.end = #","crossOrigin":true}"# },
            saw: "is bad: signed in a page that stands inside a page of another origin",
            hint: "open the approval page itself, not inside another site")
    }

    /// Its private half can claim any origin anyway: see decision 12.
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
        try with(Self.full, key) { trial, proposal in
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
