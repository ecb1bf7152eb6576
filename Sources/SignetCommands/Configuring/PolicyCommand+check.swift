import ArgumentParser
import ModelRegistry
import Signatures
import SystemPackage

extension PolicyCommand {
    /// `signet policy check`: a policy in words, and whether the registry would take it.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Say what a policy asks for, what is wrong with it, and whether it would be taken.",
            discussion: """
                A draft is tried as the successor of main's policy, and of each environment's when \
                it is rolled out. Exit 1 when it would be refused anywhere.
                """)
        @Argument(help: "The policy's file; main's policy when left out.")
        var file: FilePath?
        @Option(
            name: .customLong("allowed-signers"),
            help: "The keys that go with it; main's when left out.")
        var allowedSigners: FilePath?
        @OptionGroup var options: RegistryOptions

        func validate() throws {
            if file == nil, allowedSigners != nil {
                throw ValidationError("--allowed-signers goes with a policy's file")
            }
        }

        func run() throws {
            let registry = try options.open()
            let main = try registry.mainEdition()
            let draft = try file.map { try PolicyEdition($0, keys: allowedSigners, else: main) }
            let edition = draft ?? main
            try edition.policy.check(
                signers: edition.live(at: registry.now), file: file?.string ?? ".signet/policy.yaml"
            )
            let checked = Checked(
                try PolicyExplanation(edition, at: registry.now, models: registry.models()),
                trials: try draft.map { try registry.trials(of: $0) } ?? [])
            try options.renderer.render(checked) { checked.text }
            guard checked.trials.allSatisfy(\.accepted) else { throw ExitCode(1) }
        }
    }
}

extension PolicyEdition {
    /// A draft in files; without a file of keys it goes with those of `other`.
    init(_ file: FilePath, keys: FilePath?, else other: PolicyEdition) throws {
        self.init(
            name: file.string,
            policy: try Policy.parse(contents(of: file), file: file.string),
            signers: try keys.map {
                try AllowedSigners.parse(contents(of: $0), file: $0.string)
            } ?? other.signers, revoked: other.revoked, files: other.files)
    }
}

/// The answer of `policy check`.
private struct Checked: Encodable {
    let serial: Int
    let satisfiable = true
    let environments: [PolicyExplanation.Place]
    let everywhere: [PolicyExplanation.Line]
    let warnings: [String]
    let trials: [PolicyTrial]

    init(_ explanation: PolicyExplanation, trials: [PolicyTrial]) {
        serial = explanation.serial
        environments = explanation.environments
        everywhere = explanation.everywhere
        warnings = explanation.warnings
        self.trials = trials
    }

    var text: String {
        let places = environments.map { place in
            "\(place.environment)\n\(table(place.rules))"
        }
        return
            (["serial \(serial): can be satisfied"] + places
            + ["everywhere\n\(table(everywhere))"]
            + warnings.map { "warning: \($0)" } + trials.map(text))
            .joined(separator: "\n")
    }

    private func table(_ lines: [PolicyExplanation.Line]) -> String {
        TextColumns(header: [], rows: lines.map { ["  \($0.rule)", $0.text] }).text
    }

    private func text(_ trial: PolicyTrial) -> String {
        let heading = "after serial \(trial.serial) of \(trial.place): "
        guard !trial.accepted else { return heading + "would be accepted" }
        let denials = trial.denials.flatMap { denial in
            ["  \(denial.rule.rawValue): \(denial.saw)"]
                + (denial.hint.map { ["    hint: \($0)"] } ?? [])
        }
        return ([heading + "would be refused"] + denials).joined(separator: "\n")
    }
}
