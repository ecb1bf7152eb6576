import Foundation
import Testing

/// Attacks 1, 11, 23 and 24: references that are not for pushing, or not this way.
struct ReferenceAttackTests {
    @Test func whatTheRegistryWritesIsNotPushed() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let engine = [
                "refs/signet/ledger", "refs/signet/closed/dev/tumour/v1/1",
                "refs/signet/cursors/watch",
                "refs/signet/quarantine/env/dev/x", "refs/signet/closed-policy/2/x",
                "refs/signet/closed-rollout/dev/2/x", "refs/signet/attestations",
                "refs/signet/revocations/x", "refs/signet/anything", "refs/tags/tumour/v1",
                "refs/tags/tumour/v2", "refs/tags/v1",
            ]
            let pushed = try field.push(engine.map { (tip, $0) })
            #expect(pushed.status == 1, "\(pushed)")
            for name in engine {
                #expect(
                    field.fixture.scrubbed(pushed.errors).contains(
                        "remote: signet: refused: \(name)        \nremote:   reference: is written by the registry alone"
                    ),
                    "\(name): \(pushed)")
            }
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func namesThatAreNotKeptAreRefused() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let names = [
                "refs/replace/\(tip)", "refs/notes/commits", "refs/stash",
                "refs/remotes/origin/main",
                "refs/bisect/bad", "refs/worktree/x", "refs/pull/1/head", "refs/heads/HEAD",
                "refs/heads/feature", "refs/heads/Main", "refs/heads/env/Dev",
                "refs/heads/env/dev\u{200D}", "refs/heads/env/de\u{34F}v",
                "refs/heads/env/d\u{435}v",
                "refs/heads/models", "refs/heads/models/tumour\u{200D}", "refs/heads/models/v1",
                "refs/heads/models/a/b/c/d", "refs/heads/promote/dev/tumour/v01",
                "refs/heads/promote/dev/tumour/v1\u{301}", "refs/heads/promote/dev/tumour",
                "refs/heads/policy/01", "refs/heads/policy/+2", "refs/heads/rollout/dev",
                "refs/heads/rollout/dev/02", "refs/heads/runs/Dev",
            ]
            let pushed = try field.push(names.map { (tip, $0) })
            #expect(pushed.status == 1, "\(pushed)")
            for name in names {
                // What turns or joins text is shown, and not obeyed.
                let shown = String(
                    String.UnicodeScalarView(
                        name.unicodeScalars.map { $0 == "\u{200D}" ? "\u{FFFD}" : $0 }))
                let answer = "remote: signet: refused: \(shown)"
                let place = try #require(pushed.errors.range(of: answer), "\(name): \(pushed)")
                let rest = pushed.errors[place.upperBound...].prefix(200)
                #expect(
                    rest.contains("reference: references of this name are not kept here"),
                    "\(name): \(rest)")
            }
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func nothingIsDeletedAndHeadIsNotMoved() throws {
        try AttackField.with { field in
            let names = [
                "refs/heads/main", "refs/heads/env/dev", "refs/heads/models/tumour",
                "refs/heads/promote/dev/tumour/v1", "refs/heads/runs/dev",
            ]
            let deleted = try field.push(names.map { ("", $0) })
            #expect(deleted.status == 1, "\(deleted)")
            for name in names {
                #expect(
                    deleted.errors.contains("refused: \(name)")
                        || deleted.errors.contains("deletion prohibited"), "\(name): \(deleted)")
            }
            let kept = try field.push([("", "refs/tags/tumour/v1"), ("", "refs/signet/ledger")])
            #expect(kept.status == 1, "\(kept)")
            let head = try field.fixture.run([
                "git", "-C", field.clone.path, "push", field.registry.path, "main:HEAD",
            ])
            #expect(head.status != 0, "\(head)")
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func onePushMovesOneEnvironmentAndAllOrNothing() throws {
        try AttackField.with { field in
            let dev = try field.merge(
                field.id("env/dev"), field.id("promote/dev/tumour/v1"), by: field.key(.jane))
            let duo = try field.id("env/duo")
            let proposal = try field.id("promote/duo/tumour/v1")
            let first = try field.merge(duo, proposal, by: field.key(.jane))
            let both = try field.commit(
                tree: field.tree(of: first), parents: [duo, first], by: field.key(.kim))
            try field.expectRefused(
                [(dev, "env/dev"), (both, "env/duo")],
                by: "one-environment-per-push: one push moves at most one environment branch")
            // A good approval beside something that is refused.
            try field.expectRefused(
                [(dev, "env/dev"), (dev, "feature")], by: "reference: references of this name")
            let atomic = try field.push([(dev, "env/dev"), (dev, "refs/tags/x")], "--atomic")
            field.expectRefused(atomic, by: "reference: is written by the registry alone")
            #expect(try field.fixture.state() == field.before)
            // The approval and its opposite; a partial approval and the last one at once.
            let no = try field.commit(
                tree: field.tree(of: "origin/promote/dev/tumour/v1"),
                parents: [field.id("promote/dev/tumour/v1")], "no\n\nDecision: rejected\n",
                by: field.key(.kim))
            let contradiction = try field.push(
                [(dev, "env/dev"), (no, "promote/dev/tumour/v1")], "--atomic")
            #expect(contradiction.status != 0, "\(contradiction)")
            #expect(
                contradiction.errors.contains(
                    "one-environment-per-push: env/dev moves alone, and not in one transaction"),
                "\(contradiction)")
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func whatWentAroundTheHooksIsNotActedOn() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let evil = try field.merge(
                tip, field.id("promote/dev/tumour/v1"), by: field.key(.mallory))
            // A shell as the registry's account can switch the hooks off for one command.
            let pushed = try field.push(
                [(evil, "env/dev")], "--receive-pack=git -c core.hooksPath=/dev/null receive-pack")
            try #require(pushed.status == 0, "\(pushed)")
            let resolved = try field.fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.status == 1, "\(resolved)")
            #expect(resolved.output == "")
            #expect(resolved.errors.contains("it was moved around the registry"), "\(resolved)")
            let verified = try field.fixture.signet("verify")
            #expect(verified.status == 1, "\(verified)")
            // Nor is anything accepted on top of it.
            let next = try field.commit(
                tree: field.tree(of: evil), parents: [evil, field.id("promote/dev/tumour/v1")],
                by: field.key(.jane))
            let over = try field.push([(next, "env/dev")])
            field.expectRefused(
                over, by: "present-tip: env/dev was moved to <short> around the registry")
            let repaired = try field.fixture.signet("repair")
            #expect(repaired.output.contains("env/dev"), "\(repaired)")
            #expect(try field.fixture.commit("env/dev") == tip)
        }
        try AttackField.with { field in
            // A branch made to follow another.
            let linked = try field.fixture.git(
                "symbolic-ref", "refs/heads/env/dev", "refs/heads/promote/dev/tumour/v1")
            try #require(linked.status == 0, "\(linked)")
            let resolved = try field.fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.status == 1, "\(resolved)")
            #expect(try field.fixture.signet("verify").status == 1)
            let tip = try field.id("env/dev")
            try field.fixture.git("symbolic-ref", "--delete", "refs/heads/env/dev")
            let back = try field.fixture.run(
                ["sh", "-c", "echo \(tip) > '\(field.registry.path)/refs/heads/env/dev'"])
            try #require(back.status == 0, "\(back)")
        }
    }
}
