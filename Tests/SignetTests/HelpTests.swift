import Foundation
import Testing

/// What the program says of itself, and of wrong usage.
struct HelpTests {
    static let commands = [
        "init", "register", "baseline", "propose", "review", "approve", "reject", "rollback",
        "withdraw", "params", "resolve", "fetch", "status", "show", "log", "verify", "audit",
        "policy",
        "keys", "watch", "infer", "hook", "repair",
    ]

    @Test(arguments: [[], ["--help"], ["-h"], ["help"]])
    func helpListsEveryCommand(_ arguments: [String]) throws {
        try Fixture.inFolder { fixture in
            let help = try fixture.signet(arguments)
            #expect(help.status == 0)
            #expect(help.errors == "")
            #expect(help.output.hasPrefix("OVERVIEW: A git-backed registry of machine-learning"))
            for command in Self.commands {
                #expect(help.output.contains("\n  \(command) "), "no \(command)")
            }
            #expect(!help.output.contains("run-batch"))
        }
    }

    @Test(arguments: [["help", "register"], ["register", "--help"]])
    func helpOnACommandShowsItsOptions(_ arguments: [String]) throws {
        try Fixture.inFolder { fixture in
            let help = try fixture.signet(arguments)
            #expect(help.status == 0)
            #expect(help.errors == "")
            #expect(help.output.hasPrefix("OVERVIEW: Register a version of a model.\n"))
            #expect(help.output.contains("--no-propose"))
            #expect(help.output.contains("USAGE: signet register "))
        }
    }

    @Test func helpOnACommandGroupListsItsCommands() throws {
        try Fixture.inFolder { fixture in
            for (group, inner) in [
                ("policy", "roll-out"), ("policy", "diff"), ("keys", "enrol"),
                ("params", "history"),
            ] {
                let help = try fixture.signet(group)
                #expect(help.status == 0, "\(help)")
                #expect(help.output.contains("\n  \(inner) "), "\(help)")
            }
        }
    }

    @Test func versionIsALineOfItsOwn() throws {
        try Fixture.inFolder { fixture in
            fixture.expect(try fixture.signet("--version"), "0.1.0")
        }
    }

    @Test(arguments: [
        (["nonsense"], "Unexpected argument 'nonsense'"),
        (["approve"], "Missing expected argument '<model>'"),
        (["approve", "tumour", "--env", "dev"], "Missing expected argument '--reason <reason>'"),
        (
            ["register", "Tumour"],
            "'Tumour' is not a model name: 'Tumour' has other characters than a-z 0-9 . _ -"
        ),
        (["show", "tumour@0"], "'tumour@0' is invalid for '<version>': 'tumour@0' is not"),
        (["show", "v3"], "'v3' is not a model name: 'v3' reads like a version"),
        (["show", "a/../b"], "'a/../b' is invalid for '<version>'"),
        (["status", "--format", "xml"], "'xml' is invalid for '--format <format>'"),
        (
            ["params", "set", "tumour", "--env", "dev", "ab"],
            "'ab' is invalid for '<settings>': write path=value"
        ),
        (["verify", "--founding", "abc"], "'abc' is not a commit's id of 40 hexadecimal digits"),
        (["init", "new", "--policy", "p.yaml"], "--policy and --allowed-signers go together"),
        (["policy", "diff"], "name a file, the serial of an open change, or --env"),
        (
            ["policy", "diff", "2", "--allowed-signers", "keys"],
            "--allowed-signers goes with a policy's file"
        ),
        (
            ["policy", "check", "--allowed-signers", "keys"],
            "--allowed-signers goes with a policy's file"
        ),
        (["init", "new", "--principal", "x"], "'x' must be id,name,email,keyfile"),
    ])
    func wrongUsageExitsWith64(_ arguments: [String], _ complaint: String) throws {
        try Fixture.inFolder { fixture in
            let key = try fixture.run(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", fixture.folder.path + "/key")
            try #require(key.status == 0, "ssh-keygen (Debian: openssh-client): \(key)")
            let answer = try fixture.signet(
                arguments, adding: ["SIGNET_KEY": fixture.folder.path + "/key"])
            #expect(answer.status == 64, "\(answer)")
            #expect(answer.output == "")
            #expect(answer.errors.contains(complaint), "\(answer)")
        }
    }
}
