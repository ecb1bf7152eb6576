import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// Each rule on main, on changes of configuration and on roll-outs, broken alone.
struct ConfigurationRulesTests {
    private let dev = TemporaryRegistry.dev
    private let branch = "refs/heads/policy/2"

    /// An unmerged change of main's files, signed by the administrator unless said otherwise.
    private func change(
        _ trial: TemporaryRegistry, _ files: [String: String?], serial: Int? = 2,
        by person: Person = .ada, mode: GitStore.FileMode = .file, at time: Timestamp? = nil
    ) throws -> ObjectID {
        let main = try #require(try trial.registry.reference("refs/heads/main"))
        let policy = try trial.policy()
            .replacing("serial: 1\n", with: "serial: \(serial ?? 1)\n")
        let numbered = try trial.tree(trial.tree(of: main), with: [".signet/policy.yaml": policy])
        return try trial.craft(
            tree: trial.tree(numbered, with: files, mode: mode), parents: [main], by: person.key,
            at: time)
    }

    @Test func aChangeMadeByHandIsAcceptedAndMergedByHand() throws {
        try TemporaryRegistry.with { trial in
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let proposed = try change(trial, ["templates/mail.txt": "hello\n"])
            #expect(try trial.submit(branch, proposed).map(\.kind) == [.configurationProposal])
            let merge = try trial.craft(
                tree: trial.tree(of: proposed), parents: [main, proposed], by: Person.ada.key)
            #expect(try trial.submit("refs/heads/main", merge).map(\.kind) == [.configuration])
            #expect(try trial.registry.reference(branch) == nil)
            #expect(try trial.registry.mainSnapshot().policy.serial == 2)
        }
    }

    @Test(arguments: [
        "models/churn/CARD.md", "parameters/churn.yaml", ".signet/environment", "README.md",
        ".gitattributes",
    ])
    func aChangeOutsideTheConfigurationIsRefused(path: String) throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(branch, change(trial, [path: "dev\n"]), by: .tree)
        }
    }

    @Test func aLinkInTheConfigurationIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposed = try change(trial, ["templates/x": "/etc/passwd"], mode: .symlink)
            try trial.expectRefused(branch, proposed, by: .tree)
        }
    }

    @Test func aSerialThatDoesNotGrowIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposed = try change(trial, ["templates/x": "y"], serial: 1)
            try trial.expectRefused("refs/heads/policy/1", proposed, by: .serial)
        }
    }

    @Test func aChangeOnTheBranchOfAnotherSerialIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposed = try change(trial, ["templates/x": "y"])
            try trial.expectRefused("refs/heads/policy/3", proposed, by: .serial)
        }
    }

    @Test(arguments: [
        [".signet/policy.yaml": nil], [".signet/allowed_signers": nil],
        [".signet/policy.yaml": "kind: Policy\n"], [".signet/registry.yaml": "kind: Other\n"],
        [".signet/allowed_signers": "jane *\n"],
    ])
    func aConfigurationThatCannotBeReadIsRefused(files: [String: String?]) throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(branch, change(trial, files), by: .policy)
        }
    }

    @Test(arguments: [
        ("approver: {\"*\": [jane, kim, ravi], dev: [sue]}", "approver: {dev: [sue]}"),
        ("registrar: {\"*\": [ravi, sue]}", "registrar: {\"*\": [zoe]}"),
        ("admin: {\"*\": [ada]}", "admin: {\"*\": [zoe]}"),
        ("approvals: {approver: 1}}", "approvals: {nobody: 1}}"),
        ("policyChange: {admin: 1}", "policyChange: {admin: 2}"),
    ])
    func aPolicyThatNobodyCouldSatisfyIsRefused(from: String, to: String) throws {
        try TemporaryRegistry.with { trial in
            let text = try trial.policy().replacing("serial: 1\n", with: "serial: 2\n")
                .replacing(
                    "principals:\n",
                    with: "principals:\n  - {id: zoe, name: Zoe, email: z@example.com}\n")
            let broken = text.replacing(from, with: to)
            #expect(broken != text)
            try trial.expectRefused(
                branch, change(trial, [".signet/policy.yaml": broken]), by: .policy)
        }
    }

    @Test func aKeyThatIsRemovedOrReassignedIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let text = try trial.file(
                ".signet/allowed_signers", of: trial.registry.founding)
            let without = text.replacing(Person.kim.line + "\n", with: "")
            let given = text.replacing("kim namespaces", with: "sue namespaces")
            for wrong in [without, given] {
                #expect(wrong != text)
                try trial.expectRefused(
                    branch, change(trial, [".signet/allowed_signers": wrong]), by: .keysKept)
            }
        }
    }

    @Test func aChangeByNoAdministratorIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let proposed = try change(trial, ["templates/x": "y"], by: .jane)
            try trial.expectRefused(branch, proposed, by: .role)
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let merge = try trial.craft(
                tree: trial.tree(of: proposed), parents: [main, proposed], by: Person.ada.key)
            try trial.expectRefused("refs/heads/main", merge, by: .role)
        }
    }

    @Test func aChangeFromTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            try trial.expectRefused(
                branch, change(trial, ["templates/x": "y"], at: late), by: .dates)
        }
    }

    @Test func mainMovesByAMergeOfTheProposedTreeAlone() throws {
        try TemporaryRegistry.with { trial in
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let proposed = try change(trial, ["templates/x": "y"])
            let more = try trial.tree(trial.tree(of: proposed), with: ["templates/z": "more"])
            let evil = try trial.craft(tree: more, parents: [main, proposed], by: Person.ada.key)
            try trial.expectRefused("refs/heads/main", evil, by: .tree)
            try trial.expectRefused("refs/heads/main", proposed, by: .parents)
            let notAdmin = try trial.craft(
                tree: trial.tree(of: proposed), parents: [main, proposed], by: Person.jane.key)
            try trial.expectRefused("refs/heads/main", notAdmin, by: .role)
        }
    }

    @Test func aChangeThatMainHasPassedIsStale() throws {
        try TemporaryRegistry.with { trial in
            let proposed = try change(trial, ["templates/x": "y"])
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let merge = try trial.craft(
                tree: trial.tree(of: proposed), parents: [main, proposed], by: Person.ada.key)
            try trial.expectRefused("refs/heads/main", merge, by: .notStale)
            try trial.expectRefused(branch, proposed, by: .parents)
        }
    }

    @Test func aPolicyIsInForceOnlyAfterItsRollOut() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            // Weakened on main: in dev the policy of dev's own tree goes on.
            try trial.changePolicy {
                $0.replacing("approver: 1}}\n", with: "approver: 1}, fourEyes: false}\n")
            }
            let merge = try trial.merge(proposal, by: .ravi)
            try trial.expectRefused(dev.branch, merge, by: .fourEyes)
            let outcome = try trial.registry.rollOut(
                to: dev, reason: "agreed", by: trial.author(.ada))
            #expect(outcome == .merged(serial: 2))
            try trial.submit(dev.branch, trial.merge(proposal, by: .ravi))
        }
    }

    @Test func aRollOutThatBringsMoreThanMainsConfigurationIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let tip = try trial.tip(dev)
            let whole = try trial.craft(
                tree: trial.tree(of: main), parents: [tip, main], by: Person.ada.key)
            try trial.expectRefused(dev.branch, whole, by: .tree)
        }
    }

    @Test func aRollOutByAnApproverIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            let right = try trial.rollOutTree(to: dev)
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let step = try trial.craft(
                tree: right, parents: [trial.tip(dev), main], by: Person.jane.key)
            try trial.expectRefused(dev.branch, step, by: .role)
        }
    }

    @Test func anOldPolicySignedAgainIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let old = try #require(try trial.registry.reference("refs/heads/main"))
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let right = try trial.rollOutTree(to: dev, of: old)
            let step = try trial.craft(
                tree: right, parents: [trial.tip(dev), old], by: Person.ada.key)
            try trial.expectRefused(dev.branch, step, by: .serial)
        }
    }

    @Test func aPolicyThatDropsTheEnvironmentIsNotRolledOutToIt() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { text in
                text.split(separator: "\n", omittingEmptySubsequences: false)
                    .filter { !$0.contains("name: prod") }.joined(separator: "\n")
            }
            let prod = TemporaryRegistry.prod
            let right = try trial.rollOutTree(to: prod)
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let step = try trial.craft(
                tree: right, parents: [trial.tip(prod), main], by: Person.ada.key)
            try trial.expectRefused(prod.branch, step, by: .policy)
            #expect(
                try trial.registry.verify().environments.map(\.name) == ["dev", "test", "prod"])
        }
    }

    @Test func anEnvironmentBeginsOnMainWithItsNameAlone() throws {
        try TemporaryRegistry.with { trial in
            let qa = try Environment("qa")
            try trial.changePolicy {
                $0.replacing(
                    "policyChange:", with: "  - {name: qa, approvals: {approver: 1}}\npolicyChange:"
                )
            }
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let base = try trial.tree(of: main)
            func root(
                _ files: [String: String?], on parent: ObjectID? = nil, by person: Person = .ada,
                at time: Timestamp? = nil
            ) throws -> ObjectID {
                try trial.craft(
                    tree: trial.tree(base, with: files), parents: [parent ?? main], by: person.key,
                    at: time)
            }
            let name = ".signet/environment"
            try trial.expectRefused(qa.branch, root([name: "prod\n"]), by: .tree)
            try trial.expectRefused(qa.branch, root([name: "qa\n", "README.md": "x"]), by: .tree)
            try trial.expectRefused(qa.branch, root([name: "qa\n"], by: .jane), by: .role)
            try trial.expectRefused(
                qa.branch, root([name: "qa\n"], on: trial.registry.founding), by: .parents)
            // What else it stood on would come along into the environment's history.
            let strays = try [trial.tip(dev), trial.registry.founding, main]
            for beside in strays.map({ [$0] }) + [[strays[0], strays[1]]] {
                let merge = try trial.craft(
                    tree: trial.tree(base, with: [name: "qa\n"]), parents: [main] + beside,
                    by: Person.ada.key)
                try trial.expectRefused(qa.branch, merge, by: .parents)
            }
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            try trial.expectRefused(qa.branch, root([name: "qa\n"], at: late), by: .dates)
            try trial.expectRefused(
                "refs/heads/env/unnamed", root([name: "unnamed\n"]), by: .policy)
            #expect(
                try trial.registry.rollOut(to: qa, reason: "new", by: trial.author(.ada)) == .began)
        }
    }

    @Test func anEnrolledKeySignsOnceItIsRolledOut() throws {
        try TemporaryRegistry.with { trial in
            let second = Person("jane", key: "jane's second")
            let signers = try trial.registry.signersAdding(
                second.key.publicKey, for: PrincipalID("jane"))
            try trial.changeConfiguration([
                (".signet/allowed_signers", String(decoding: signers, as: UTF8.self))
            ])
            let proposal = try trial.propose(trial.register())
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: second), by: .signature)
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let verdicts = try trial.submit(dev.branch, trial.merge(proposal, by: second))
            #expect(verdicts.map(\.principal?.text) == ["jane"])
            #expect(throws: RegistryError.self) {
                try trial.registry.signersAdding(second.key.publicKey, for: PrincipalID("kim"))
            }
        }
    }
}
