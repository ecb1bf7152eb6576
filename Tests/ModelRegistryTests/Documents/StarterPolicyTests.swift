import ModelRegistry
import Testing

@Suite struct StarterPolicyTests {
    private func principal(_ id: String, name: String = "Somebody") throws -> Principal {
        Principal(id: try PrincipalID(id), name: name, email: "\(id)@example.com")
    }

    private func ladder(_ names: String...) throws -> [Environment] {
        try names.map { try Environment($0) }
    }

    private func parse(_ yaml: String, signers: [Principal]) throws -> Policy {
        let policy = try Policy.parse(yaml.bytes, file: "starter")
        try policy.check(signers: signers.map(\.id))
        return policy
    }

    @Test func onePersonIsWarnedThatThereAreNotFourEyes() throws {
        let admin = try principal("jane", name: "Jane Doe")
        let starter = StarterPolicy.make(
            environments: try ladder("dev", "prod"), administrator: admin, principals: [])
        let policy = try parse(starter.yaml, signers: [admin])
        #expect(
            starter.warnings == [
                "'jane' is the only principal, so fourEyes is false everywhere: one person may "
                    + "register, propose and approve the same version"
            ])
        #expect(policy.environments.map(\.fourEyes) == [false, false])
        #expect(policy.principals(holding: .approver, in: nil) == [admin.id])
    }

    @Test func theTextIsMeantForPeople() throws {
        let starter = StarterPolicy.make(
            environments: try ladder("dev", "prod"),
            administrator: try principal("jane", name: "Doe, Jane: \"J\""), principals: [])
        #expect(
            starter.yaml == """
                # Who may do what in this registry. Change it with `signet policy propose`;
                # `signet policy check FILE` tells what is wrong with a draft.
                apiVersion: signet/v1
                kind: Policy
                serial: 1

                # An id is the literal principal in .signet/allowed_signers.
                principals:
                  - {id: jane, name: "Doe, Jane: \\"J\\"", email: jane@example.com}

                # role: environments, or "*" for all of them: who holds it there.
                # The services registry and runner are always there; registry proposes the next
                # environment when a run has passed.
                roles:
                  registrar: {"*": [jane]}
                  proposer: {"*": [jane, registry]}
                  approver: {"*": [jane]}
                  admin: {"*": [jane]}

                # The ladder, lowest first. A rollback needs the signatures alone.
                environments:
                  - name: dev
                    approvals: {approver: 1}
                    fourEyes: false  # there is only one principal: make it true with the second
                  - name: prod
                    after: dev
                    approvals: {approver: 1}
                    fourEyes: false  # there is only one principal: make it true with the second
                    requires: {run: passed}

                # Who must sign a change of this file.
                policyChange: {admin: 1}

                """)
    }

    @Test func twoPeopleApproveEachOther() throws {
        let (admin, other) = (try principal("jane"), try principal("ravi"))
        let starter = StarterPolicy.make(
            environments: try ladder("dev", "test", "prod"), administrator: admin,
            principals: [admin, other])
        let policy = try parse(starter.yaml, signers: [admin, other])
        #expect(starter.warnings.isEmpty)
        #expect(policy.principals.map(\.id) == [admin.id, other.id])
        #expect(policy.principals(holding: .approver, in: nil) == [admin.id, other.id])
        #expect(policy.environments.map(\.fourEyes) == [true, true, true])
        #expect(policy.environments.map(\.requires.run) == [false, true, true])
        #expect(policy.environments.map { $0.after?.name } == [nil, "dev", "test"])
    }

    @Test func withSeveralPrincipalsTheAdministratorDoesNotApprove() throws {
        let people = [try principal("root"), try principal("jane"), try principal("ravi")]
        let starter = StarterPolicy.make(
            environments: try ladder("on"), administrator: people[0],
            principals: Array(people[1...]))
        let policy = try parse(starter.yaml, signers: people)
        #expect(policy.principals(holding: .approver, in: nil) == [people[1].id, people[2].id])
        #expect(policy.principals(holding: .registrar, in: nil) == Set(people.map(\.id)))
        #expect(policy.principals(holding: .admin, in: nil) == [people[0].id])
        #expect(policy.environments[0].environment.name == "on")
    }
}
