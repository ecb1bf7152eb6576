import Foundation
import Testing

/// `signet verify` and `signet repair`: what moved around the registry is found and set aside.
struct VerifyTests {
    @Test func aSoundHistoryIsProvenAgainstItsAnchor() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            let founding = try fixture.commit("main")
            fixture.expect(
                try fixture.signet("verify", "--founding", founding),
                """
                founding commit <id>, as given
                env/dev: 2 steps, 4 signatures, tip <short>
                env/prod: 1 steps, 1 signatures, tip <short>
                ledger: 6 entries
                proven by content: signatures, parents, trees, roles, four eyes, quorum, evidence, gates, order
                attested by the ledger: times of receipt (soak, freeze, age of approvals), revocations, rejections
                not knowable from a copy: whether this is the newest state
                """)
            let one = try fixture.signet("verify", "--env", "prod")
            #expect(one.status == 0)
            #expect(!one.output.contains("env/dev"), "\(one)")
            let wrong = try fixture.signet(
                "verify", "--founding", String(repeating: "0123456789", count: 4))
            #expect(wrong.status == 1)
            #expect(wrong.output.hasPrefix("founding commit \(founding)\n"), "\(wrong)")
            #expect(
                wrong.output.contains(
                    "\nWRONG refs/heads/main \(founding): reference: the founding commit is "
                        + "\(founding), not 0123456789012345678901234567890123456789 "
                        + "(proven by content)\n"), "\(wrong)")
        }
    }

    @Test func aBranchMovedAroundTheHooksIsRefusedThenSetAside() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            let good = try fixture.commit("env/dev")
            // An unsigned commit, put there by writing git's own file.
            let made = try fixture.git(
                "commit-tree", "-p", good, "-m", "quietly", "\(good)^{tree}", as: .ravi)
            let bad = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try "\(bad)\n".write(
                to: fixture.registry.appending(path: "refs/heads/env/dev"), atomically: true,
                encoding: .utf8)
            let resolved = try fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.status == 1, "\(resolved)")
            #expect(resolved.output == "")
            let verified = try fixture.signet("verify")
            #expect(verified.status == 1, "\(verified)")
            #expect(verified.output.contains("WRONG refs/heads/env/dev \(bad): "), "\(verified)")
            let repaired = try fixture.signet("repair")
            #expect(repaired.status == 0, "\(repaired)")
            #expect(
                repaired.output.hasPrefix(
                    "set aside refs/heads/env/dev: \(bad.prefix(10)), back to \(good.prefix(10))\n"),
                "\(repaired)")
            #expect(try fixture.commit("env/dev") == good)
            #expect(
                try fixture.commit("refs/signet/quarantine/env/dev/\(bad.prefix(10))") == bad)
            #expect(try fixture.signet("resolve", "tumour", "--env", "dev").status == 0)
            #expect(try fixture.signet("verify").status == 0)
            fixture.expect(try fixture.signet("repair"), "everything is in the ledger")
        }
    }

    @Test func stockGitVerifiesEveryCommitAndTheRepositoryIsSound() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            try #require(try fixture.register(example: 2).status == 0)
            try fixture.signet("reject", "tumour", "--env", "dev", "--reason", "no", as: .kim)
            try #require(try fixture.register(example: 3).status == 0)
            let signers = try fixture.git("show", "main:.signet/allowed_signers").output
            let file = try fixture.write("allowed_signers", signers)
            let commits = try fixture.git("rev-list", "--all").output.split(separator: "\n")
            #expect(commits.count == 20)
            let verified = try fixture.run(
                ["git", "-C", fixture.registry.path, "-c", "gpg.ssh.allowedSignersFile=\(file)"]
                    + ["verify-commit"] + commits.map(String.init))
            #expect(verified.status == 0, "\(verified)")
            let good = verified.errors.split(separator: "\n")
                .filter { $0.hasPrefix("Good \"git\" signature for ") }
            #expect(good.count == commits.count)
            let sound = try fixture.git("fsck", "--strict", "--no-dangling")
            #expect(sound.status == 0 && sound.output == "", "\(sound)")
        }
    }

    @Test func gitsHousekeepingChangesNothing() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            try #require(try fixture.register(example: 2).status == 0)
            let before = try fixture.state()
            for arguments in [["pack-refs", "--all"], ["gc", "-q", "--prune=now"]] {
                let kept = try fixture.run(["git", "-C", fixture.registry.path] + arguments)
                #expect(kept.status == 0, "\(kept)")
                #expect(try fixture.state() == before)
            }
            let loose = try fixture.run("find", fixture.registry.path + "/refs", "-type", "f")
            #expect(loose.output == "")
            try fixture.expectNothingWaits()
            let approved = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "better", as: .jane)
            #expect(approved.status == 0, "\(approved)")
            #expect(try fixture.json("status", "tumour")["models"]?[0]?["newest"]?.number == 2)
            try #require(try fixture.register(example: 3).status == 0)
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "fit", "origin/promote/dev/tumour/v3",
                in: clone, as: .kim)
            let pushed = try fixture.push(["HEAD:env/dev"], from: clone)
            #expect(pushed.status == 0, "\(pushed)")
            try fixture.expectNothingWaits()
        }
    }
}
