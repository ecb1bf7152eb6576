import ArgumentParser
import GitStore
import ModelRegistry
import Notifications
import SystemPackage

/// `signet policy`: the configuration, changed by signatures like everything else.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, compare, propose, approve or reject, and roll out a policy.",
        subcommands: [Check.self, Diff.self, Propose.self, Approve.self, Reject.self, RollOut.self])

    struct Propose: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose a change of configuration.",
            discussion: "The serial in the policy must be greater than the one in force.")
        @Argument(help: "The new policy.")
        var file: FilePath
        @Option(name: .customLong("allowed-signers"), help: "The new keys.")
        var allowedSigners: FilePath?
        @Option(help: "The new rules for notifications.")
        var rules: FilePath?
        @Option(help: "Why.")
        var reason = "change the policy"
        @OptionGroup var keys: KeyOptions
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let author = try registry.author(keys.signer())
            var files = [(path: PolicyReader.policyPath, bytes: try contents(of: file))]
            _ = try Policy.parse(files[0].bytes, file: file.string)
            if let allowedSigners {
                files.append((PolicyReader.signersPath, try contents(of: allowedSigners)))
            }
            if let rules {
                let bytes = try contents(of: rules)
                _ = try Rules.parse(bytes, file: rules.string)
                files.append((".signet/rules.yaml", bytes))
            }
            let serial = try registry.proposeConfiguration(files, title: reason, by: author)
            try ConfigurationProposed(serial: serial).render(options.renderer)
        }
    }

    struct Approve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve an open change of configuration into main.")
        @OptionGroup var decision: ChangeDecisionOptions

        func run() throws {
            let registry = try decision.options.open()
            let author = try registry.author(decision.keys.signer())
            let serial = decision.serial
            let approved = try registry.approveConfiguration(
                serial: serial, reason: decision.reason, expected: decision.change, by: author)
            let answer = [
                "serial": "\(serial)", "commit": approved.commit.hex,
                "missing": approved.missing.text,
            ]
            let next =
                approved.missing.isEmpty
                ? "next: signet policy roll-out --reason \"…\""
                : "still missing: \(approved.missing.text); next: another runs "
                    + "`signet policy approve \(serial) --reason …`"
            try decision.options.renderer.render(answer) {
                "approved configuration \(serial): \(approved.commit.short)\n\(next)"
            }
        }
    }

    struct RollOut: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "roll-out", abstract: "Merge main's configuration into environments.",
            discussion: "Each environment judges it by the policy that is in force there now.")
        @Option(name: .customLong("env"), help: "One environment; all of them when left out.")
        var environment: String?
        @Option(help: "Why.")
        var reason = "roll the configuration out"
        @OptionGroup var keys: KeyOptions
        @OptionGroup var options: RegistryOptions

        func run() throws {
            let registry = try options.open()
            let author = try registry.author(keys.signer())
            let all =
                try environment.map { [try registry.environment($0)] } ?? registry.environments()
            var lines: [String: String] = [:]
            for environment in all {
                switch try registry.rollOut(to: environment, reason: reason, by: author) {
                case .began: lines[environment.name] = "began"
                case .merged(let serial): lines[environment.name] = "rolled out \(serial)"
                case .alreadyThere(let serial): lines[environment.name] = "has \(serial) already"
                case .gathering(let branch, let missing):
                    lines[environment.name] =
                        "signed on \(branch), still missing: \(missing.text); another runs "
                        + "`signet policy roll-out --env \(environment)`"
                }
            }
            try options.renderer.render(lines) {
                all.map { "\($0): \(lines[$0.name] ?? "")" }.joined(separator: "\n")
            }
        }
    }
}

/// The answer of a command that proposes configuration.
struct ConfigurationProposed: Encodable {
    let serial: Int

    func render(_ renderer: Renderer) throws {
        try renderer.render(self) {
            """
            proposed configuration \(serial)
            next: signet policy approve \(serial) --reason "…", then signet policy roll-out
            """
        }
    }
}
