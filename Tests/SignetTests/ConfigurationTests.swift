import Foundation
import Testing

/// Policy and keys: checked, proposed, approved, rolled out.
struct ConfigurationTests {
    @Test func thePolicyInForceIsCheckedAndTheKeysListed() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            fixture.expect(
                try fixture.signet("policy", "check"),
                """
                serial 1: can be satisfied
                dev
                  approve    1 approver of jane, kim, ravi
                  propose    ada, jane, kim, ravi, registry
                  four eyes  nobody approves what they registered or proposed
                prod
                  approve    1 approver of jane, kim, ravi
                  propose    ada, jane, kim, ravi, registry
                  four eyes  nobody approves what they registered or proposed
                  after      dev has accepted the version
                  run        a run in dev has passed
                everywhere
                  register       ada, jane, kim, ravi
                  policy change  1 admin of ada
                warning: without 'ada' the policy can never be changed again
                """)
            fixture.expect(
                try fixture.signet("keys", "list"),
                """
                principal  name  type         fingerprint                                         \("")
                ada        Ada   ssh-ed25519  <fingerprint>  valid
                ravi       Ravi  ssh-ed25519  <fingerprint>  valid
                jane       Jane  ssh-ed25519  <fingerprint>  valid
                kim        Kim   ssh-ed25519  <fingerprint>  valid
                registry         ssh-ed25519  <fingerprint>  valid
                runner           ssh-ed25519  <fingerprint>  valid
                """)
        }
    }

    @Test func aTemplateThatCannotBeReadIsRefusedWithItsLine() throws {
        try Fixture.with(environments: "dev") { fixture in
            let clone = try fixture.clone()
            func propose(_ template: String) throws -> Outcome {
                let policy = clone.appending(path: ".signet/policy.yaml")
                let text = try String(contentsOf: policy, encoding: .utf8)
                try text.replacing("serial: 1", with: "serial: 2")
                    .write(to: policy, atomically: true, encoding: .utf8)
                try template.write(
                    to: clone.appending(path: "templates/email/default.txt.mustache"),
                    atomically: true, encoding: .utf8)
                try fixture.git("commit", "-q", "-a", "-S", "-m", "x", in: clone, as: .ada)
                return try fixture.push(["HEAD:refs/heads/policy/2"], from: clone)
            }
            let broken = try propose("fine\n{{#type")
            #expect(broken.status != 0)
            #expect(
                broken.errors.contains(
                    "templates/email/default.txt.mustache") && broken.errors.contains("line 2"),
                "\(broken)")
            try fixture.git("reset", "-q", "--hard", "origin/main", in: clone)
            let mended = try propose("{{type}}\n")
            #expect(mended.status == 0, "\(mended)")
        }
    }

    @Test func missingHooksAreToldAndPutBack() throws {
        try Fixture.with(environments: "dev") { fixture in
            #expect(try !fixture.signet("status").output.contains("ALARM"))
            let hook = fixture.registry.appending(path: "hooks/pre-receive")
            try FileManager.default.removeItem(at: hook)
            let status = try fixture.signet("status")
            #expect(
                status.output.contains(
                    "ALARM: the hook pre-receive is gone, and pushes are not judged; next: signet repair"
                ), "\(status)")
            let repaired = try fixture.signet("repair")
            #expect(
                repaired.status == 0 && repaired.errors.contains("put back the hook pre-receive"),
                "\(repaired)")
            let original = Fixture.root.appending(path: "hooks/pre-receive")
            #expect(
                FileManager.default.contentsEqual(atPath: hook.path, andPath: original.path)
                    && FileManager.default.isExecutableFile(atPath: hook.path))
            #expect(try !fixture.signet("status").output.contains("ALARM"))
        }
    }

    @Test func withoutAProgramPushesAreRefusedUntilItIsLinkedAgain() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone().path
            func approve() throws -> Outcome {
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "fit", "--registry", clone,
                    as: .jane)
            }
            let link = fixture.registry.appending(path: "signet/program")
            try FileManager.default.removeItem(at: link)
            try FileManager.default.createSymbolicLink(
                atPath: link.path, withDestinationPath: "/nowhere/signet")
            let refused = try approve()
            #expect(
                refused.status == 1
                    && refused.errors.contains(
                        "nothing can judge this push, since there is no program"),
                "\(refused)")
            let repaired = try fixture.signet("repair")
            #expect(
                repaired.status == 0
                    && repaired.errors.contains("the hooks run this program again"),
                "\(repaired)")
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: link.path)
            #expect(target == Fixture.program.path)
            #expect(try approve().status == 0)
        }
    }

    @Test func aChangedPolicyCountsOnceItIsRolledOut() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let policy = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2")
                    .replacing(
                        "approver: {\"*\": [ravi, jane, kim]}", with: "approver: {\"*\": [kim]}")
            }
            fixture.expect(
                try fixture.signet("policy", "propose", policy, as: .ada),
                """
                proposed configuration 2
                next: signet policy approve 2 --reason "…", then signet policy roll-out
                """)
            fixture.expect(
                try fixture.signet("status"),
                """
                no models yet
                next: signet register MODEL --artifact FILE --metrics FILE --card FILE
                configuration 2 waits for approval; next: signet policy diff 2, \
                then signet policy approve 2 --reason "…", or policy reject
                """)
            fixture.expect(
                try fixture.signet("policy", "approve", "2", "--reason", "Kim decides", as: .ada),
                """
                approved configuration 2: <short>
                next: signet policy roll-out --reason "…"
                """)
            let status = try fixture.signet("status")
            #expect(
                status.output.hasSuffix(
                    """

                    dev has configuration 1, main has 2; next: signet policy roll-out --env dev
                    prod has configuration 1, main has 2; next: signet policy roll-out --env prod

                    """), "\(status)")
            // Until it is rolled out, an environment is judged by the policy that it has.
            try #require(try fixture.register().status == 0)
            let before = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            #expect(before.status == 0, "\(before)")
            fixture.expect(
                try fixture.signet("policy", "roll-out", "--env", "prod", as: .ada),
                "prod: rolled out 2")
            fixture.expect(
                try fixture.signet("policy", "roll-out", as: .ada),
                "dev: rolled out 2\nprod: has 2 already")
            try #require(try fixture.register(example: 2).status == 0)
            fixture.expect(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane),
                complaint: """
                    error: refused: refs/heads/env/dev
                      role: jane is not approver for dev
                        hint: who may: kim
                    """)
            let after = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", as: .kim)
            #expect(after.status == 0, "\(after)")
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func aChangeIsRejectedByTheCommandAndByPlainGit() throws {
        try Fixture.with(environments: "dev") { fixture in
            let policy = try fixture.policy { $0.replacing("serial: 1", with: "serial: 2") + "\n" }
            try #require(
                try fixture.signet("policy", "propose", policy, as: .ada).status == 0)
            fixture.expect(
                try fixture.signet("policy", "reject", "2", "--reason", "no", as: .jane),
                complaint: """
                    error: refused: refs/heads/policy/2
                      role: jane is not admin
                        hint: who may: ada
                    """)
            fixture.expect(
                try fixture.signet("policy", "reject", "2", "--reason", "not now", as: .ada),
                "rejected configuration 2: <short>")
            fixture.expect(
                try fixture.signet("policy", "approve", "2", "--reason", "late", as: .ada),
                complaint: """
                    error: there is no open change of configuration 2
                    hint: propose one: signet policy propose FILE
                    """)
            // Once more, and turned down with stock git.
            let again = try fixture.signet(
                "policy", "propose", policy, "--reason", "please", as: .ada)
            try #require(again.status == 0, "\(again)")
            let clone = try fixture.clone()
            try fixture.git("fetch", "-q", in: clone)
            try fixture.git("switch", "-q", "--detach", "origin/policy/2", in: clone)
            try fixture.git(
                "commit", "-q", "--allow-empty", "-S", "-m", "Still not", "--trailer",
                "Decision: rejected", in: clone, as: .ada)
            let pushed = try fixture.push(["HEAD:policy/2"], from: clone)
            #expect(pushed.status == 0, "\(pushed)")
            let audit = try fixture.signet("audit")
            #expect(audit.output.contains("configuration rejected"), "\(audit)")
            #expect(audit.output.contains("Still not") && audit.output.contains("not now"))
            #expect(try fixture.signet("verify").status == 0)
            #expect(try fixture.signet("ledger", "verify").status == 0)
        }
    }

    @Test func anEnrolledKeySigns() throws {
        try Fixture.with(environments: "dev") { fixture in
            let second = fixture.folder.appending(path: "second").path
            try fixture.run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", second)
            try #require(try fixture.register().status == 0)
            let early = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", "--key", second)
            fixture.expect(
                early,
                complaint: """
                    error: the key <fingerprint> belongs to nobody in this registry
                    hint: use another with --key, or ask an admin to enrol it: \
                    signet keys enrol PRINCIPAL KEYFILE
                    """)
            let proposed = try fixture.json("keys", "enrol", "jane", second + ".pub", as: .ada)
            #expect(proposed["serial"]?.number == 2)
            try fixture.signet("policy", "approve", "2", "--reason", "a new laptop", as: .ada)
            fixture.expect(
                try fixture.signet("policy", "roll-out", as: .ada), "dev: rolled out 2")
            let approved = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", "--key", second)
            #expect(approved.output.contains(" as jane: "), "\(approved)")
            fixture.expect(
                try fixture.signet("keys", "enrol", "kim", second, as: .ada),
                complaint: """
                    error: the key <fingerprint> is enrolled already, for jane
                    hint: one key belongs to one principal; make another with ssh-keygen -t ed25519
                    """)
        }
    }

    @Test func securityKeysAreEnrolledAndListedWithTheirType() throws {
        try Fixture.with(environments: "dev") { fixture in
            let hardware = try fixture.write(
                "hardware.pub",
                """
                sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYH\
                CAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo= jane's key

                """)
            let passkey = try fixture.write(
                "passkey.pub",
                """
                sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5j\
                b20AAAAIbmlzdHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tK\
                fA+eFivOM1drMV7Oy7ZAaDe/UfUAAAATYXBwcm92ZS5leGFtcGxlLmNvbQ==

                """)
            for (serial, file) in [("2", hardware), ("3", passkey)] {
                _ = try fixture.json("keys", "enrol", "jane", file, as: .ada)
                try fixture.signet("policy", "approve", serial, "--reason", "keys", as: .ada)
            }
            let list = try fixture.signet("keys", "list")
            let rows = list.output.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(
                rows.filter { $0[0] == "jane" }.map { $0[2] } == [
                    "ssh-ed25519", "sk-ssh-ed25519@openssh.com",
                    "sk-ecdsa-sha2-nistp256@openssh.com",
                ], "\(list)")
        }
    }

    @Test func configurationThatMayNotBeIsRefused() throws {
        try Fixture.with(environments: "dev") { fixture in
            let before = try fixture.state()
            let same = try fixture.policy { $0 }
            let old = try fixture.signet("policy", "propose", same, as: .ada)
            #expect(old.status == 1)
            #expect(old.errors.contains("the configuration is like this already"), "\(old)")
            let lower = try fixture.policy { $0.replacing("serial: 1", with: "serial: 1 # same") }
            let refused = try fixture.signet("policy", "propose", lower, as: .ada)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("serial"), "\(refused)")
            let soaking = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2").replacing(
                    "approvals: {approver: 1}", with: "approvals: {approver: 1}\n    soaks: 24h")
            }
            let unknown = try fixture.signet("policy", "check", soaking)
            #expect(unknown.status == 1)
            #expect(
                unknown.errors.contains(try Regex("policy.yaml:\\d+: '.*soaks'")), "\(unknown)")
            let nobody = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2")
                    .replacing("approvals: {approver: 1}", with: "approvals: {approver: 4}")
            }
            let unmet = try fixture.signet("policy", "propose", nobody, as: .ada)
            #expect(unmet.status == 1, "\(unmet)")
            #expect(unmet.errors.contains("hint: "), "\(unmet)")
            let good = try fixture.policy { $0.replacing("serial: 1", with: "serial: 2") }
            let byRavi = try fixture.signet("policy", "propose", good, as: .ravi)
            #expect(byRavi.status == 1, "\(byRavi)")
            let rules = try fixture.write("rules.yaml", "rules: [{name: x")
            let broken = try fixture.signet(
                "policy", "propose", good, "--rules", rules, as: .ada)
            #expect(broken.errors.contains("rules.yaml:2: is not valid YAML"), "\(broken)")
            #expect(try fixture.state() == before)
            fixture.expect(
                try fixture.signet("policy", "approve", "2", "--reason", "x", as: .ada),
                complaint: """
                    error: there is no open change of configuration 2
                    hint: propose one: signet policy propose FILE
                    """)
        }
    }
}

extension Fixture {
    /// Main's policy, changed, in a file.
    func policy(_ change: (String) -> String) throws -> String {
        try write("policy.yaml", change(git("show", "main:.signet/policy.yaml").output))
    }
}
