import ArgumentParser
import ModelRegistry
import SystemPackage

extension PolicyCommand {
    /// `signet policy diff`: what one policy changes in another.
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a policy changes: people, roles, rules and keys.",
            discussion: """
                From the policy on main, or in the environment named by --env, to a draft in a file \
                or an open change of configuration. With --env alone, to the policy on main: what a \
                roll-out would change there.
                """)
        @Argument(help: "A policy's file, or the serial of an open change; ./N for a file named N.")
        var draft: String?
        @Option(name: .customLong("env"), help: "Compare with the policy in this environment.")
        var environment: String?
        @Option(name: .customLong("allowed-signers"), help: "The keys that go with the file.")
        var allowedSigners: FilePath?
        @OptionGroup var options: RegistryOptions

        func validate() throws {
            guard draft != nil || environment != nil else {
                throw ValidationError("name a file, the serial of an open change, or --env")
            }
            if allowedSigners != nil, draft.map({ Int($0) != nil }) ?? true {
                throw ValidationError("--allowed-signers goes with a policy's file")
            }
        }

        func run() throws {
            let registry = try options.open()
            let main = try registry.mainEdition()
            let old =
                try environment.map { try registry.edition(of: registry.environment($0)) } ?? main
            let difference = PolicyDifference(from: old, to: try new(registry, old, main))
            try options.renderer.render(difference) { PolicyDifferenceText(difference).text }
        }

        private func new(
            _ registry: Registry, _ old: PolicyEdition, _ main: PolicyEdition
        ) throws -> PolicyEdition {
            guard let draft else { return main }
            if let serial = Int(draft) { return try registry.edition(ofChange: serial) }
            return try PolicyEdition(FilePath(draft), keys: allowedSigners, else: old)
        }
    }
}

/// A difference as lines: `+` is new, `-` is gone, `~` changed.
struct PolicyDifferenceText {
    let difference: PolicyDifference

    init(_ difference: PolicyDifference) { self.difference = difference }

    var text: String {
        let (old, new) = (difference.old, difference.new)
        let heading = "\(old.name) (serial \(old.serial)) → \(new.name) (serial \(new.serial))"
        guard !difference.isEmpty else {
            let what = old.serial == new.serial ? "nothing" : "nothing but the serial"
            return "\(heading)\n\(what) differs"
        }
        let sections = [
            section("principals", difference.principals.map(line)),
            section("roles", difference.roles.flatMap(lines)),
            difference.environments.map { place in
                let note = place.change == .changed ? "" : ", \(place.change.rawValue)"
                return section("environment \(place.environment)\(note)", place.settings.map(line))
            }.joined(),
            section("scopes", difference.scopes.map(line)),
            section("policy", difference.settings.map(line)),
            section("keys", difference.keys.map(line)),
            section("files (what they hold: git show)", difference.files.map(line)),
        ]
        return heading + sections.joined()
    }

    /// Nothing where there are no lines.
    private func section(_ title: String, _ lines: [String]) -> String {
        lines.isEmpty ? "" : (["\n\(title)"] + lines).joined(separator: "\n  ")
    }

    private func line(_ setting: PolicySetting) -> String {
        switch (setting.old, setting.new) {
        case (let old?, let new?): "~ \(setting.key): \(old) → \(new)"
        case (let old?, nil): "- \(setting.key): \(old)"
        case (nil, let new): "+ \(setting.key): \(new ?? "")"
        }
    }

    private func lines(_ role: PolicyDifference.RoleChange) -> [String] {
        let place = role.environment == "*" ? "everywhere" : "in \(role.environment)"
        return role.granted.map { "+ \(role.role) \(place): \($0)" }
            + role.taken.map { "- \(role.role) \(place): \($0)" }
    }

    private func line(_ key: PolicyDifference.KeyChange) -> String {
        let sign =
            switch key.change {
            case .added: "+"
            case .removed: "-"
            case .retired, .changed: "~"
            }
        let validity = key.validity.map { ", valid \($0)" } ?? ""
        return "\(sign) \(key.principal): \(key.fingerprint) \(key.change.rawValue)\(validity)"
    }
}
