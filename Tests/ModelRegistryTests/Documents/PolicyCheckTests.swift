import ModelRegistry
import Testing

/// Policies that nobody could satisfy.
@Suite struct PolicyCheckTests {
    private func check(_ text: String, signers: String...) throws -> String? {
        let policy = try PolicyDraft.parse(text)
        let ids = try signers.map { try PrincipalID($0) }
        return complaint { () throws(DocumentError) in try policy.check(signers: ids) }
    }

    @Test func aPolicyThatCanBeSatisfiedPasses() throws {
        #expect(try check(PolicyDraft.text, signers: "jane", "ravi", "root1") == nil)
    }

    @Test func aRoleWithoutALiveKeyCannotApprove() throws {
        #expect(
            try check(PolicyDraft.text, signers: "ravi", "root1")
                == ".signet/policy.yaml: 'environments[0].approvals' asks for 1 'approver', but 0 "
                + "with a live key hold this role in 'dev'")
        #expect(
            try check(PolicyDraft.text, signers: "ravi", "jane")
                == ".signet/policy.yaml: 'policyChange' asks for 1 'admin', but 0 with a live key "
                + "hold this role for \"*\"")
    }

    @Test func policyChangeNeedsARoleHeldForEveryEnvironment() throws {
        let text = PolicyDraft.text.replacing(
            "policyChange: {admin: 1}", with: "policyChange: {risk: 1}"
        ).replacing("  admin:", with: "  risk: {dev: [jane]}\n  admin:")
        #expect(
            try check(text, signers: "jane", "ravi", "root1")
                == ".signet/policy.yaml: 'policyChange' asks for 1 'risk', but 0 with a live key "
                + "hold this role for \"*\"")
    }

    @Test func somebodyMustBeAbleToRegisterAndPropose() throws {
        #expect(
            try check(PolicyDraft.text, signers: "jane", "root1")
                == ".signet/policy.yaml: 'roles.registrar' has nobody with a live key, so that "
                + "nothing can be registered")
        let text = PolicyDraft.text.replacing(
            "proposer: {\"*\": [registry], dev: [ravi]}", with: "proposer: {dev: [ravi]}")
        #expect(
            try check(text, signers: "jane", "ravi", "root1")
                == ".signet/policy.yaml: 'roles.proposer' has nobody with a live key in 'test', so "
                + "that nothing can be proposed")
    }

    @Test func fourEyesNeedASecondPerson() throws {
        let text = PolicyDraft.text.replacing(
            "approver: {\"*\": [jane]", with: "approver: {\"*\": [ravi]")
        let expected =
            ".signet/policy.yaml: 'environments[0].approvals' can never be met in 'dev': whoever "
            + "could approve is also the only one who could register and propose"
        #expect(try check(text, signers: "jane", "ravi", "root1") == expected)
        let relaxed = text.replacing(
            "name: dev, approvals: {approver: 1}",
            with: "name: dev, fourEyes: false, approvals: {approver: 1}")
        #expect(try check(relaxed, signers: "jane", "ravi", "root1") == nil)
    }

    @Test func fourEyesLookAtTheProposerToo() throws {
        // ravi registers, and jane alone could both propose and approve in dev.
        let text = PolicyDraft.text.replacing(
            "proposer: {\"*\": [registry], dev: [ravi]}",
            with: "proposer: {test: [registry], dev: [jane]}")
        #expect(
            try check(text, signers: "jane", "ravi", "root1")?
                .contains("can never be met in 'dev'") == true)
    }

    @Test func twoPeopleWhoDoEverythingHaveFourEyes() throws {
        let text = PolicyDraft.text
            .replacing("registrar: {\"*\": [ravi]}", with: "registrar: {\"*\": [ravi, jane]}")
            .replacing("  proposer: {\"*\": [registry], dev: [ravi]}\n", with: "")
            .replacing("approver: {\"*\": [jane]", with: "approver: {\"*\": [ravi, jane]")
        #expect(try check(text, signers: "jane", "ravi", "root1") == nil)
        #expect(
            try check(text, signers: "jane", "root1")?.contains("can never be met in 'dev'") == true
        )
    }
}
