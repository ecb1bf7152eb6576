import Foundation
import Testing

/// Tricks around the push itself: settings, options, environment, objects that are not sent.
struct TransportAttackTests {
    /// A merge that nobody may make.
    private func evil(_ field: AttackField) throws -> String {
        try field.merge(
            field.id("env/dev"), field.id("promote/dev/tumour/v1"), by: field.key(.mallory))
    }

    @Test func thePushersSettingsDoNotSwitchTheHooksOff() throws {
        try AttackField.with { field in
            let commit = try evil(field)
            let ways: [[String: String]] = [
                [
                    "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath",
                    "GIT_CONFIG_VALUE_0": "/dev/null",
                ],
                ["GIT_CONFIG_PARAMETERS": "'core.hookspath'='/dev/null'"],
            ]
            for way in ways {
                let pushed = try field.push([(commit, "env/dev")], adding: way)
                field.expectRefused(pushed, by: "signature: the key <fingerprint> that signed")
                #expect(try field.fixture.state() == field.before, "\(way)")
            }
            let option = try field.push([(commit, "env/dev")], "--no-verify")
            field.expectRefused(option, by: "signature: the key <fingerprint> that signed")
            let pushOption = try field.push([(commit, "env/dev")], "-o", "skip")
            #expect(pushOption.status != 0, "\(pushOption)")
            #expect(pushOption.errors.contains("does not support push options"), "\(pushOption)")
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func theAccountsOwnHooksDoNotTakeThePlaceOfTheRegistrys() throws {
        try AttackField.with { start in
            let commit = try evil(start)
            // As tools for commit hooks set it, for all repositories of the account.
            let settings =
                start.fixture.gitSettings(of: .ada)
                + "[core]\n    hooksPath = \(start.fixture.folder.path)/none\n"
            try start.fixture.write(".gitconfig", settings)
            let global = ["GIT_CONFIG_GLOBAL": start.fixture.folder.path + "/.gitconfig"]
            let status = try start.fixture.signet(["status"], adding: global)
            #expect(status.status == 0, "\(status)")
            func refused(at registry: URL) throws {
                let pushed = try start.fixture.run(
                    [
                        "git", "-C", start.clone.path, "push", registry.path,
                        "\(commit):refs/heads/env/dev",
                    ], adding: global)
                start.expectRefused(pushed, by: "signature: the key <fingerprint> that signed")
            }
            try refused(at: start.registry)
            // Also when the registry is somewhere else by then, once a command has opened it.
            let moved = start.fixture.folder.appending(path: "elsewhere.git")
            try FileManager.default.moveItem(at: start.registry, to: moved)
            let opened = try start.fixture.run(
                [Fixture.program.path, "status", "--registry", moved.path], adding: global)
            #expect(opened.status == 0, "\(opened)")
            try refused(at: moved)
            try FileManager.default.moveItem(at: moved, to: start.registry)
            #expect(try start.fixture.state() == start.before)
        }
    }

    @Test func objectsComeIntoTheRegistryOrTheirCommitDoesNot() throws {
        try AttackField.with { field in
            // A valid approval, whose objects stay in the attacker's repository.
            let good = try field.merge(
                field.id("env/dev"), field.id("promote/dev/tumour/v1"), by: field.key(.jane))
            let objects = field.clone.appending(path: ".git/objects").path
            for variable in ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"] {
                let pushed = try field.push(
                    [(good, "env/dev")],
                    "--receive-pack=env \(variable)=\(objects) git-receive-pack")
                #expect(pushed.status != 0, "\(variable): \(pushed)")
                #expect(try field.fixture.state() == field.before, "\(variable)")
            }
            let fsck = try field.fixture.git("fsck", "--full", "--strict")
            #expect(fsck.status == 0, "\(fsck)")
        }
    }

    @Test func historyThatIsNotSentIsNotAccepted() throws {
        try AttackField.with { field in
            // A commit on a parent that nobody has, which a shallow clone may claim.
            let shallow = field.fixture.folder.appending(path: "shallow")
            let made = try field.fixture.run(
                "sh", "-ec",
                """
                git init -q '\(shallow.path)' && cd '\(shallow.path)'
                tree=$(git write-tree)
                parent=$(git commit-tree -m lost $tree)
                child=$(git commit-tree -m child -p $parent $tree)
                echo $child > .git/shallow
                rm -f .git/objects/$(echo $parent | cut -c1-2)/$(echo $parent | cut -c3-)
                git push '\(field.registry.path)' $child:refs/heads/policy/2
                """)
            #expect(made.status != 0, "\(made)")
            #expect(
                made.errors.contains("shallow update not allowed")
                    || made.errors.contains("signet: refused"), "\(made)")
            #expect(try field.fixture.state() == field.before)
            #expect(
                !FileManager.default.fileExists(
                    atPath: field.registry.appending(path: "shallow").path))
        }
    }

    @Test func whatAHookCanNotReadIsRefused() throws {
        try AttackField.with { field in
            // Newer gits tell hooks of symbolic references as well; that is no update of ours.
            let zero = String(repeating: "0", count: 40)
            for line in [
                "\(zero) ref:refs/heads/models/tumour refs/heads/env/dev", "x", "\(zero) \(zero)",
                "\(zero)  refs/heads/env/dev",
            ] {
                for hook in [["pre-receive"], ["reference-transaction", "prepared"]] {
                    let asked = try field.fixture.run([
                        "sh", "-c",
                        "cd '\(field.registry.path)' && printf '%s\\n' '\(line)' | GIT_DIR=. "
                            + "'\(Fixture.program.path)' hook \(hook.joined(separator: " "))",
                    ])
                    #expect(asked.status == 1, "\(asked)")
                    #expect(
                        asked.errors == "signet: refused: '\(line)' is no update of a reference\n")
                }
            }
            #expect(try field.fixture.state() == field.before)
        }
    }
}
