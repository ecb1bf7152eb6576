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

    /// The draft with these approvals for dev, more of its approvers, and a second role there.
    private func draft(_ rules: String, approvers: String, risk: String = "omar") -> String {
        PolicyDraft.text
            .replacing("{name: dev, approvals: {approver: 1}}", with: "{name: dev, \(rules)}")
            .replacing("approver: {\"*\": [jane]", with: "approver: {\"*\": [\(approvers)]")
            .replacing("  admin:", with: "  risk: {dev: [\(risk)]}\n  admin:")
            .replacing(
                "roles:",
                with: """
                      - {id: kim, name: Kim, email: kim@example.com}
                      - {id: omar, name: Omar, email: omar@example.com}
                    roles:
                    """)
    }

    @Test func severalApproversMustBeDifferentPeople() throws {
        let rules = "approvals: {approver: 2, risk: 1}"
        let signers = ["jane", "kim", "omar", "ravi", "root1"]
        func check(_ text: String, without: String = "") throws -> String? {
            let policy = try PolicyDraft.parse(text)
            let ids = try signers.filter { $0 != without }.map { try PrincipalID($0) }
            return complaint { () throws(DocumentError) in try policy.check(signers: ids) }
        }
        let good = draft(rules, approvers: "jane, kim")
        #expect(try check(good) == nil)
        #expect(
            try check(good, without: "kim")
                == ".signet/policy.yaml: 'environments[0].approvals' asks for 2 'approver', but 1 "
                + "with a live key hold this role in 'dev'")
        // Each role alone has enough, and kim can't stand for both.
        #expect(
            try check(draft(rules, approvers: "jane, kim", risk: "kim"))
                == ".signet/policy.yaml: 'environments[0].approvals' asks for 2 'approver' and 1 "
                + "'risk', who must be 3 different principals, but only jane, kim hold these roles")
        #expect(try check(draft(rules, approvers: "jane, kim, omar", risk: "kim")) == nil)
    }

    @Test func fourEyesLeaveEnoughForEveryRole() throws {
        let signers = ["jane", "kim", "omar", "ravi", "root1"]
        // ravi registers and proposes for dev; without him one approver is too few.
        let text = draft("approvals: {approver: 2}", approvers: "jane, ravi")
        let policy = try PolicyDraft.parse(text)
        let ids = try signers.map { try PrincipalID($0) }
        #expect(
            complaint { () throws(DocumentError) in try policy.check(signers: ids) }
                == ".signet/policy.yaml: 'environments[0].approvals' can never be met in 'dev': too "
                + "few could approve without those who registered and proposed")
        let relaxed = draft("fourEyes: false, approvals: {approver: 2}", approvers: "jane, ravi")
        let other = try PolicyDraft.parse(relaxed)
        #expect(complaint { () throws(DocumentError) in try other.check(signers: ids) } == nil)
    }

    @Test func breakGlassAndPolicyChangeMustBeSatisfiableToo() throws {
        let glass = "breakGlass: {reapproveWithin: 1d, approvals:"
        let text = draft("approvals: {approver: 1}, \(glass) {risk: 2}}", approvers: "jane")
        #expect(
            try check(text, signers: "jane", "omar", "ravi", "root1")
                == ".signet/policy.yaml: 'environments[0].breakGlass.approvals' asks for 2 'risk', "
                + "but 1 with a live key hold this role in 'dev'")
        let own = draft(
            "approvals: {approver: 1}, \(glass) {risk: 1}}", approvers: "jane", risk: "ravi")
        #expect(
            try check(own, signers: "jane", "omar", "ravi", "root1")
                == ".signet/policy.yaml: 'environments[0].breakGlass.approvals' can never be met in "
                + "'dev': whoever could approve is also the only one who could register and propose"
        )
        #expect(
            try check(
                PolicyDraft.text.replacing(
                    "policyChange: {admin: 1}", with: "policyChange: {admin: 2}"),
                signers: "jane", "ravi", "root1")
                == ".signet/policy.yaml: 'policyChange' asks for 2 'admin', but 1 with a live key "
                + "hold this role for \"*\"")
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
