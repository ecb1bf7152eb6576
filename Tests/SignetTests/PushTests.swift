import Foundation
import Testing

/// What a push, or a shell on the server, may not do: refused with the rule, what it saw, a hint.
struct PushTests {
    /// One refused push: what is pushed, and lines of the refusal.
    struct Row {
        let refspecs: [String]
        let rule: String
        let hint: String
    }

    @Test func referencesThatAreNotForPushing() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            let before = try fixture.state()
            let own = "hint: push a branch: the registry writes tags and refs/signet/* for it"
            let kept =
                "hint: kept are main, policy/*, models/*, env/*, promote/*, rollout/*, runs/* and, by the registry, tags"
            let rows = [
                Row(
                    refspecs: ["HEAD:refs/tags/x"],
                    rule: "reference: is written by the registry alone", hint: own),
                Row(
                    refspecs: ["+HEAD:refs/signet/ledger"],
                    rule: "reference: is written by the registry alone", hint: own),
                Row(
                    refspecs: ["HEAD:refs/signet/cursors/mail"],
                    rule: "reference: is written by the registry alone", hint: own),
                Row(
                    refspecs: ["HEAD:refs/replace/\(try fixture.commit("main"))"],
                    rule: "reference: references of this name are not kept here", hint: kept),
                Row(
                    refspecs: ["HEAD:refs/heads/feature"],
                    rule: "reference: references of this name are not kept here", hint: kept),
                Row(
                    refspecs: ["HEAD:refs/heads/promote/dev/tumour/x"],
                    rule: "reference: references of this name are not kept here", hint: kept),
                Row(
                    refspecs: ["HEAD:refs/heads/env/staging"],
                    rule: "parents: an environment begins with a commit on main's tip",
                    hint: "signet policy roll-out --env staging"),
                Row(
                    refspecs: [":env/dev"], rule: "reference: must not be deleted",
                    hint: "signet withdraw MODEL --env dev"),
                Row(
                    refspecs: [":promote/dev/tumour/v1"], rule: "reference: must not be deleted",
                    hint: "signet reject tumour@1 --env dev --reason TEXT"),
                Row(
                    refspecs: ["+origin/main:env/dev"],
                    rule: "present-tip: <short> does not continue the present tip <short>",
                    hint: "git switch --detach origin/env/dev"),
                Row(
                    refspecs: ["+origin/env/prod:env/dev"],
                    rule: "present-tip: <short> does not continue the present tip <short>",
                    hint: "git switch --detach origin/env/dev"),
                Row(
                    refspecs: ["origin/promote/dev/tumour/v1:env/dev"],
                    rule:
                        "proposal: <short> is the proposal itself: fast-forwarding approves nothing",
                    hint: "git merge --no-ff -S <id>"),
                Row(
                    refspecs: ["origin/promote/dev/tumour/v1:refs/heads/promote/prod/tumour/v1"],
                    rule: "proposal: the proposal <short> is not made on env/prod",
                    hint: "signet propose MODEL@N --env prod"),
            ]
            for row in rows {
                let pushed = try fixture.push(row.refspecs, from: clone)
                fixture.expectRefusal(pushed, row.rule, hint: row.hint)
            }
            #expect(try fixture.state() == before)
        }
    }

    @Test func mergesThatAreNoApprovals() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            let before = try fixture.state()
            let proposal = "origin/promote/dev/tumour/v1"
            func commit(_ arguments: String..., as person: Fixture.Person = .jane) throws {
                let start = try fixture.git(
                    "switch", "-q", "--detach", "origin/env/dev", in: clone, as: person)
                try #require(start.status == 0, "\(start)")
                let made = try fixture.run(
                    ["git", "-C", clone.path] + arguments, adding: fixture.settings(person))
                try #require(made.status == 0, "\(made)")
            }
            func refuse(_ rule: String, hint: String, _ line: Int = #line) throws {
                let pushed = try fixture.push(["HEAD:env/dev"], from: clone)
                fixture.expectRefusal(pushed, rule, hint: hint)
            }

            try commit("commit", "-q", "--allow-empty", "-S", "-m", "x")
            try refuse(
                "parents: a step of env/dev is a merge with two parents, the present tip first",
                hint: "git merge --no-ff -S origin/promote/dev/MODEL/vN")
            try commit("merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "x", proposal)
            try refuse("signature: commit <short> is not signed", hint: "git commit -S")
            try commit("merge", "-q", "--no-ff", "-S", "-m", "x", proposal, as: .ravi)
            try refuse(
                "four-eyes: ravi registered or proposed it", hint: "who may approve it: jane, kim")
            try commit("merge", "-q", "--no-ff", "-S", "-m", "x", proposal, as: .ada)
            try refuse("role: ada is not approver for dev", hint: "jane, kim")

            // Evil merges: a file more, one less, one changed.
            for change in [
                "echo more > models/tumour/more.txt", "rm models/tumour/CARD.md",
                "echo changed >> parameters/tumour.yaml", "echo more > .signet/more.yaml",
                "echo prod > .signet/environment", "chmod +x models/tumour/CARD.md",
            ] {
                try commit("merge", "-q", "--no-ff", "--no-commit", proposal)
                try fixture.run("sh", "-c", "cd '\(clone.path)' && \(change)")
                try fixture.git("add", "-A", in: clone)
                let made = try fixture.git(
                    "commit", "-q", "-S", "-m", "evil", in: clone, as: .jane)
                try #require(made.status == 0, "\(made)")
                try refuse(
                    "tree: the merge's tree is <id>, not what the proposal makes of the tip",
                    hint: "git merge --no-ff -S <id>")
            }

            // A trailer that contradicts what the merge does.
            try commit(
                "merge", "-q", "--no-ff", "-S", "-m", "x\n\nDecision: approved\nVersion: 2",
                proposal)
            try refuse(
                "trailers: the trailer 'Version: 2' contradicts the commit, which has '1'",
                hint: "leave the trailer out, or write 'Version: 1'")
            #expect(try fixture.state() == before)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func twoEnvironmentsInOnePush() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            for model in ["tumour", "other"] {
                try #require(try fixture.register(model).status == 0)
            }
            let policy = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2").replacing(
                    "    requires: {run: passed}\n", with: ""
                )
                .replacing("    after: dev\n", with: "")
            }
            try fixture.signet("policy", "propose", policy, as: .ada)
            try fixture.signet("policy", "approve", "2", "--reason", "no ladder", as: .ada)
            try fixture.signet("policy", "roll-out", as: .ada)
            try #require(
                try fixture.signet("propose", "other", "--env", "prod", as: .ravi).status == 0)
            let clone = try fixture.clone()
            for (environment, model) in [("dev", "tumour"), ("prod", "other")] {
                try fixture.git(
                    "switch", "-q", "-c", environment, "origin/env/\(environment)", in: clone)
                let merged = try fixture.git(
                    "merge", "-q", "--no-ff", "-S", "-m", "fit",
                    "origin/promote/\(environment)/\(model)/v1", in: clone, as: .jane)
                try #require(merged.status == 0, "\(merged)")
            }
            let before = try fixture.state()
            let both = try fixture.push(["dev:env/dev", "prod:env/prod"], from: clone)
            fixture.expectRefusal(
                both,
                "one-environment-per-push: one push moves at most one environment branch; this moves 2",
                hint: "push them one after the other")
            #expect(try fixture.state() == before)
            for environment in ["dev", "prod"] {
                let pushed = try fixture.push(["\(environment):env/\(environment)"], from: clone)
                #expect(pushed.status == 0, "\(pushed)")
            }
        }
    }

    @Test func aShellOnTheServerIsStopped() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            let before = try fixture.state()
            let tip = try fixture.commit("env/dev")
            let earlier = try fixture.commit("env/dev^")
            for arguments in [
                ["update-ref", "refs/heads/env/prod", tip],
                ["update-ref", "refs/heads/env/dev", earlier],
                ["update-ref", "-d", "refs/heads/env/dev"],
                ["update-ref", "refs/signet/ledger", earlier],
                ["update-ref", "-d", "refs/signet/ledger"],
                ["update-ref", "-d", "refs/tags/tumour/v1"],
                ["update-ref", "refs/heads/main", earlier],
                ["branch", "feature", "main"],
                ["branch", "-D", "models/tumour"],
                ["tag", "x", "main"],
                ["replace", tip, earlier],
            ] {
                let stopped = try fixture.run(["git", "-C", fixture.registry.path] + arguments)
                #expect(stopped.status != 0, "\(arguments): \(stopped)")
                #expect(
                    stopped.errors.contains("signet: refused: refs/"), "\(arguments): \(stopped)")
                #expect(stopped.errors.contains("    hint: "), "\(arguments): \(stopped)")
                #expect(try fixture.state() == before, "\(arguments)")
            }
            // The same once the references are packed.
            try #require(try fixture.git("pack-refs", "--all").status == 0)
            for name in ["refs/heads/env/dev", "refs/tags/tumour/v1", "refs/signet/ledger"] {
                let stopped = try fixture.git("update-ref", "-d", name)
                #expect(stopped.errors.contains("signet: refused: \(name)"), "\(stopped)")
            }
            #expect(try fixture.state() == before)
        }
    }
}

extension Fixture {
    /// A clone of the registry.
    func clone(_ name: String = "clone") throws -> URL {
        let clone = folder.appending(path: name)
        let cloned = try run("git", "clone", "-q", registry.path, clone.path)
        try #require(cloned.status == 0, "\(cloned)")
        return clone
    }

    func push(_ refspecs: [String], from clone: URL) throws -> Outcome {
        try run(["git", "-C", clone.path, "push", "origin"] + refspecs)
    }

    /// Expects that the registry's hooks refused a push, by this rule and with this remedy.
    func expectRefusal(
        _ pushed: Outcome, _ rule: String, hint: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(pushed.status == 1, "\(pushed)", sourceLocation: sourceLocation)
        let text = scrubbed(pushed.errors)
        #expect(
            text.contains("remote: signet: refused: refs/"), "\(pushed)",
            sourceLocation: sourceLocation)
        #expect(
            text.contains("remote:   \(rule)"), "wanted '\(rule)' in \(text)",
            sourceLocation: sourceLocation)
        #expect(
            text.contains("remote:     hint: ") && text.contains(hint),
            "wanted '\(hint)' in \(text)", sourceLocation: sourceLocation)
        #expect(text.contains("pre-receive hook declined"), sourceLocation: sourceLocation)
    }
}
