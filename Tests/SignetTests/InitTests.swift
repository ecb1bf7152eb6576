import Foundation
import Testing

/// `signet init`: what it makes, says, and refuses.
struct InitTests {
    @Test func aRegistryForOnePersonIsMadeWithAWarning() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let made = try fixture.signet("init", fixture.registry.path, "--environments", "dev,prod")
        #expect(made.status == 0, "\(made)")
        #expect(
            made.errors == """
                warning: 'ada' is the only principal, so fourEyes is false everywhere: one person may \
                register, propose and approve the same version

                """)
        #expect(
            fixture.scrubbed(made.output) == """
                made the registry <folder>/registry.git
                  founding commit  <id>
                                   (note it: `signet verify --founding` proves the history against it)
                  environments     dev → prod
                  principals       ada
                  policy           git -C <folder>/registry.git show main:.signet/policy.yaml
                  settings         <folder>/registry.git/signet/config.yaml
                next: export SIGNET_REGISTRY=<folder>/registry.git
                      signet register MODEL --artifact FILE --metrics FILE --card FILE

                """)
        let policy = try fixture.git("show", "main:.signet/policy.yaml")
        #expect(policy.output.contains("approver: {\"*\": [ada]}"), "\(policy)")
        #expect(policy.output.contains("fourEyes: false"), "\(policy)")
        let registered = try fixture.signet(
            ["register", "tumour"] + fixture.files(1))
        #expect(registered.status == 0, "\(registered)")
        let approved = try fixture.signet(
            "approve", "tumour", "--env", "dev", "--reason", "good enough")
        #expect(approved.status == 0, "\(approved)")
    }

    @Test func theKeysOfTheServicesAreTheOwnersAlone() throws {
        try Fixture.with(environments: "dev") { fixture in
            for name in ["registry", "runner"] {
                let file = fixture.registry.appending(path: "signet/keys/\(name)").path
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
                #expect((mode as? NSNumber)?.intValue == 0o600)
            }
            for hook in ["pre-receive", "reference-transaction", "post-receive"] {
                let file = fixture.registry.appending(path: "hooks/\(hook)").path
                #expect(FileManager.default.isExecutableFile(atPath: file))
            }
        }
    }

    @Test func jsonNamesTheFoundingCommit() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let made = try fixture.signet(
            "init", "registry.git", "--format", "json", "--principal",
            "jane,Jane,jane@example.com,\(fixture.key(.jane).path).pub", "--name", "models")
        try #require(made.status == 0, "\(made)")
        let answer = try JSON(made.output)
        // The path is one that still leads there from another folder.
        let path = try #require(answer["registry"]?.text)
        #expect(path.hasPrefix("/") && path.hasSuffix("/registry.git"), "\(path)")
        #expect(answer["founding"]?.text == (try fixture.commit("main")))
        #expect(answer["environments"]?.count == 4)
        #expect(answer["environments"]?[3]?.text == "prod")
        #expect(answer["principals"]?[0]?.text == "ada")
        #expect(answer["principals"]?[1]?.text == "jane")
    }

    @Test func aPolicyOfOnesOwnIsKeptAndTheServicesKeysAdded() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let (policy, signers) = try fixture.ownPolicy()
        let made = try fixture.signet(
            "init", fixture.registry.path, "--policy", policy, "--allowed-signers", signers)
        #expect(made.status == 0, "\(made)")
        #expect(made.errors == "")
        let kept = try fixture.git("show", "main:.signet/policy.yaml")
        #expect(kept.output == (try String(contentsOfFile: policy, encoding: .utf8)))
        let keys = try fixture.git("show", "main:.signet/allowed_signers")
        #expect(keys.output.contains("\nregistry namespaces=\"git\" ssh-ed25519 "), "\(keys)")
        #expect(keys.output.contains("\nrunner namespaces=\"git\" ssh-ed25519 "), "\(keys)")
    }

    @Test func withoutASigningKeyItStopsWithTheCommandsToRun() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let stopped = try fixture.signet(
            ["init", fixture.registry.path], adding: ["GIT_CONFIG_GLOBAL": "/dev/null"])
        fixture.expect(
            stopped,
            complaint: """
                error: no key to sign with
                hint: name one with --key FILE, or set git's once and for all:
                ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519
                git config --global gpg.format ssh
                git config --global user.signingKey ~/.ssh/id_ed25519
                """)
        try fixture.expectNoRegistry()
    }

    @Test func withoutAnIdentityItStopsWithTheCommandsToRun() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let stopped = try fixture.signet(
            ["init", fixture.registry.path], as: .ada, adding: ["GIT_CONFIG_GLOBAL": "/dev/null"])
        fixture.expect(
            stopped,
            complaint: """
                error: git does not know who you are
                hint: git config --global user.name "Your Name"; \
                git config --global user.email you@example.com
                """)
        try fixture.expectNoRegistry()
    }

    @Test func aFolderThatIsNotEmptyIsLeftAlone() throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        fixture.expect(
            try fixture.signet("init", fixture.folder.path),
            complaint: """
                error: '<folder>' exists and is not empty
                hint: choose another path
                """)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
        #expect(names.filter { !$0.hasPrefix(".") }.sorted() == ["gitconfig", "keys"])
    }

    @Test(arguments: [
        ("approver: {\"*\": [ravi]}", "approver: {\"*\": [nobody]}", "policy.yaml:"),
        (
            "approvals: {approver: 1}", "approvals: {approver: 2}",
            "'environments[0].approvals' asks for 2 'approver'"
        ),
        ("kind: Policy", "kind: Policy\nsoak: 24h", "'soak'"),
        ("serial: 1", "serial: [", "is not valid YAML"),
    ])
    func aPolicyThatCannotWorkIsRefused(_ old: String, _ new: String, _ words: String) throws {
        let fixture = try Fixture.bare()
        defer { fixture.remove() }
        let (policy, signers) = try fixture.ownPolicy { $0.replacing(old, with: new) }
        let refused = try fixture.signet(
            "init", fixture.registry.path, "--policy", policy, "--allowed-signers", signers)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.output == "")
        #expect(refused.errors.contains(words), "\(refused)")
        #expect(refused.errors.contains("hint: "), "\(refused)")
        try fixture.expectNoRegistry()
    }
}

extension Fixture {
    /// A policy of one environment where Ravi alone approves, and the keys that go with it.
    func ownPolicy(
        _ change: (String) -> String = { $0 }
    ) throws -> (policy: String, signers: String) {
        let policy = """
            apiVersion: signet/v1
            kind: Policy
            serial: 1
            principals:
              - {id: ada, name: Ada, email: ada@example.com}
              - {id: ravi, name: Ravi, email: ravi@example.com}
            roles:
              registrar: {"*": [ada]}
              approver: {"*": [ravi]}
              admin: {"*": [ada]}
            environments:
              - {name: dev, approvals: {approver: 1}}
            policyChange: {admin: 1}

            """
        let signers = try [Person.ada, .ravi].map { person in
            let key = try String(
                contentsOf: key(person).appendingPathExtension("pub"), encoding: .utf8)
            let fields = key.split(separator: " ")
            return "\(person.rawValue) namespaces=\"git\" \(fields[0]) \(fields[1])\n"
        }
        return (
            try write("policy.yaml", change(policy)),
            try write("allowed_signers", signers.joined())
        )
    }

    func expectNoRegistry(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.contains("registry") }
        #expect(left.isEmpty, sourceLocation: sourceLocation)
    }
}
