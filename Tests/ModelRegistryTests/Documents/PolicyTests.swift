import ModelRegistry
import Testing

/// A policy with every key there is, and drafts of it.
enum PolicyDraft {
    static let text = """
        apiVersion: signet/v1
        kind: Policy
        serial: 3
        principals:
          - {id: jane, name: Jane Doe, email: jane@example.com}
          - {id: ravi, name: Ravi, email: ravi@example.com}
          - {id: root1, name: Root, email: root1@example.com}
        roles:
          registrar: {"*": [ravi]}
          proposer: {"*": [registry], dev: [ravi]}
          approver: {"*": [jane], test: [root1]}
          admin: {"*": [root1]}
        environments:
          - {name: dev, approvals: {approver: 1}}
          - name: test
            after: dev
            approvals: {admin: 1}
            fourEyes: false
            requires:
              run: passed
              card: [Intended use, Limitations]
              gates: {accuracy: {min: 0.9}, mae: {max: 2}}
        policyChange: {admin: 1}
        proposals: latest

        """

    static func parse(_ text: String) throws(DocumentError) -> Policy {
        try Policy.parse(text.bytes, file: "policy.yaml")
    }

    /// The policy with a piece of its text replaced.
    static func replacing(_ old: String, with new: String) throws(DocumentError) -> Policy {
        try parse(text.replacing(old, with: new))
    }
}

@Suite struct PolicyTests {
    private let dev = try! Environment("dev")  // a literal that follows the rules
    private let test = try! Environment("test")  // likewise

    private func ids(_ texts: String...) throws -> Set<PrincipalID> {
        Set(try texts.map { try PrincipalID($0) })
    }

    @Test func serialAndProposalsAreRead() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.serial == 3)
        #expect(policy.proposals == .latest)
        #expect(try PolicyDraft.replacing("proposals: latest\n", with: "").proposals == .latest)
    }

    @Test func principalsAreRead() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        let jane = try PrincipalID("jane")
        #expect(
            policy.principal(jane)
                == Principal(id: jane, name: "Jane Doe", email: "jane@example.com"))
        #expect(policy.principal(.registry) == nil)
        #expect(policy.principals.map(\.id.text) == ["jane", "ravi", "root1"])
    }

    @Test func aRoleForEveryEnvironmentHoldsOutsideThemToo() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(try policy.principals(holding: .registrar, in: nil) == ids("ravi"))
        #expect(try policy.principals(holding: .approver, in: nil) == ids("jane"))
        #expect(try policy.principals(holding: .approver, in: dev) == ids("jane"))
    }

    @Test func aRoleForOneEnvironmentHoldsThereAlone() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(try policy.principals(holding: .approver, in: test) == ids("jane", "root1"))
        #expect(try policy.holds(PrincipalID("root1"), .approver, in: test))
        #expect(try !policy.holds(PrincipalID("root1"), .approver, in: dev))
        #expect(try !policy.holds(PrincipalID("root1"), .approver, in: nil))
        #expect(try policy.principals(holding: .proposer, in: dev) == ids("registry", "ravi"))
        #expect(try policy.principals(holding: .proposer, in: test) == ids("registry"))
    }

    @Test func anUnknownRoleIsHeldByNobody() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(try policy.principals(holding: RoleName("risk"), in: dev).isEmpty)
    }

    @Test func withoutProposersRegistrarsAndTheRegistryPropose() throws {
        let policy = try PolicyDraft.replacing(
            "  proposer: {\"*\": [registry], dev: [ravi]}\n", with: "")
        #expect(try policy.principals(holding: .proposer, in: test) == ids("ravi", "registry"))
    }

    @Test func servicesHoldTheirOwnRolesAlways() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.principals(holding: .runner, in: dev) == [.runner])
        #expect(policy.principals(holding: .registry, in: nil) == [.registry])
        #expect(
            try PolicyDraft.replacing("  admin:", with: "  runner: {\"*\": [runner]}\n  admin:")
                .principals(holding: .runner, in: nil) == [.runner])
    }

    @Test func theLadderIsRead() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.environments.map(\.environment) == [dev, test])
        #expect(policy.environment(dev)?.after == nil)
        #expect(policy.environment(test)?.after == dev)
        #expect(policy.next(after: dev)?.environment == test)
        #expect(policy.next(after: test) == nil)
        #expect(try policy.environment(Environment("prod")) == nil)
    }

    @Test func withoutAfterAnEnvironmentIsNobodysSuccessor() throws {
        let draft = PolicyDraft.text.replacing("    after: dev\n", with: "")
            .replacing("      run: passed\n", with: "")
            .replacing("      gates: {accuracy: {min: 0.9}, mae: {max: 2}}\n", with: "")
        #expect(try PolicyDraft.parse(draft).next(after: dev) == nil)
    }

    @Test func approvalsAreReadForEachEnvironment() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.environment(dev)?.approvals == [.approver: 1])
        #expect(policy.environment(test)?.approvals == [.admin: 1])
        #expect(policy.policyChange == [.admin: 1])
        #expect(
            try PolicyDraft.replacing(
                "policyChange: {admin: 1}", with: "policyChange: {approver: 1}"
            )
            .policyChange == [.approver: 1])
    }

    @Test func fourEyesIsTheDefault() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.environment(dev)?.fourEyes == true)
        #expect(policy.environment(test)?.fourEyes == false)
    }

    @Test func requirementsAreRead() throws {
        let policy = try PolicyDraft.parse(PolicyDraft.text)
        #expect(policy.environment(dev)?.requires == EnvironmentRule.Requirements())
        let requires = try #require(policy.environment(test)?.requires)
        #expect(requires.run)
        #expect(requires.card == ["Intended use", "Limitations"])
        #expect(requires.gates == ["accuracy": Gate(min: 0.9), "mae": Gate(max: 2)])
        let without = try PolicyDraft.parse(
            PolicyDraft.text.replacing("      run: passed\n", with: "")
                .replacing("      gates: {accuracy: {min: 0.9}, mae: {max: 2}}\n", with: ""))
        #expect(without.environment(test)?.requires.run == false)
    }

    @Test func severalApproversAreRead() throws {
        let policy = try PolicyDraft.replacing(
            "dev, approvals: {approver: 1}", with: "dev, approvals: {approver: 2, admin: 1}")
        #expect(policy.environment(dev)?.approvals == [.approver: 2, .admin: 1])
        #expect(
            try PolicyDraft.replacing(
                "policyChange: {admin: 1}", with: "policyChange: {admin: 2}"
            ).policyChange == [.admin: 2])
    }

    @Test func rulesAboutTimeAreRead() throws {
        let policy = try PolicyDraft.replacing(
            "    after: dev\n",
            with: """
                    after: dev
                    soak: 24h
                    approvalMaxAge: 7d
                    breakGlass: {approvals: {admin: 1}, reapproveWithin: 72h}
                    freeze:
                      - {from: "Fri 16:00", to: Mon 08:00, timeZone: Europe/Berlin}
                      - {from: 2026-12-20T00:00, to: 2027-01-03T12:30, timeZone: UTC}

                """)
        let rule = try #require(policy.environment(test))
        #expect(rule.soak?.seconds == 86_400)
        #expect(rule.approvalMaxAge?.seconds == 604_800)
        #expect(
            rule.breakGlass
                == .init(approvals: [.admin: 1], reapproveWithin: try PolicyDuration("3d")))
        #expect(
            rule.freeze.map(\.description) == [
                "Fri 16:00 to Mon 08:00 Europe/Berlin", "2026-12-20T00:00 to 2027-01-03T12:30 UTC",
            ])
        let absent = try #require(policy.environment(dev))
        #expect(absent.soak == nil && absent.approvalMaxAge == nil && absent.breakGlass == nil)
        #expect(absent.freeze.isEmpty)
    }

    @Test func scopesLimitWhoIsListedAlone() throws {
        let policy = try PolicyDraft.replacing(
            "proposals: latest", with: "scopes: {jane: [\"credit/**\", churn]}")
        let (jane, ravi) = (try PrincipalID("jane"), try PrincipalID("ravi"))
        let (churn, fraud) = (try ModelName("churn"), try ModelName("fraud"))
        #expect(policy.mayDecide(jane, churn))
        #expect(try policy.mayDecide(jane, ModelName("credit/eu")))
        #expect(!policy.mayDecide(jane, fraud))
        #expect(policy.mayDecide(ravi, fraud))
        #expect(try PolicyDraft.parse(PolicyDraft.text).mayDecide(jane, fraud))
    }

    @Test func aGateIncludesItsEndsAndRefusesWhatIsMissing() {
        let gate = Gate(min: 0.5, max: 0.9)
        #expect(gate.admits(0.5) && gate.admits(0.9) && gate.admits(0.7))
        #expect(!gate.admits(0.49) && !gate.admits(0.91))
        #expect(!gate.admits(nil) && !gate.admits(.nan))
        #expect(Gate(min: 0.5).admits(.infinity) && !Gate(max: 0.5).admits(.infinity))
        #expect(!Gate().admits(0.5))
    }
}
