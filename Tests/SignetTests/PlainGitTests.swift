import Foundation
import Testing

/// What an approver does with stock git and nothing else.
struct PlainGitTests {
    @Test func anApproverWithStockGitIsAccepted() throws {
        try Fixture.with { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone, as: .jane)
            let merged = try fixture.git(
                "merge", "--no-ff", "-S", "-m", "fit for dev", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            #expect(merged.status == 0, "\(merged)")
            let pushed = try fixture.git("push", "origin", "HEAD:env/dev", in: clone, as: .jane)
            #expect(pushed.status == 0, "\(pushed)")
            #expect(pushed.errors.contains("signet: ledger entry 8"), "\(pushed)")
            let resolved = try fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.output.contains("by jane"), "\(resolved)")
            // The same merge, made again by another: it is told that nothing is left to do.
            try fixture.git("fetch", "-q", in: clone)
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            let proposal = try fixture.commit("refs/signet/closed/dev/tumour/v1/1")
            let tree = try fixture.commit("env/dev^{tree}")
            let again = try fixture.git(
                "commit-tree", "-S", "-p", "origin/env/dev", "-p", proposal, "-m", "again", tree,
                in: clone, as: .kim)
            let second = again.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let refused = try fixture.push(["\(second):refs/heads/env/dev"], from: clone)
            fixture.expectRefusal(
                refused, "not-stale: the proposal is merged already", hint: "nothing is left to do")
        }
    }

    @Test func onePushCanNotApproveAndReject() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "-c", "yes", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "fit", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            try fixture.git("switch", "-q", "-c", "no", "origin/promote/dev/tumour/v1", in: clone)
            try fixture.git(
                "commit", "-q", "--allow-empty", "-S", "-m", "unfit", "--trailer",
                "Decision: rejected", in: clone, as: .jane)
            let before = try fixture.state()
            let both = try fixture.git(
                "push", "--atomic", "origin", "yes:env/dev", "no:promote/dev/tumour/v1", in: clone)
            #expect(both.status != 0, "\(both)")
            #expect(
                both.errors.contains(
                    "one-environment-per-push: env/dev moves alone, and not in one transaction "
                        + "with 1 other"), "\(both)")
            #expect(try fixture.state() == before)
            let one = try fixture.push(["yes:env/dev"], from: clone)
            #expect(one.status == 0, "\(one)")
        }
    }

    @Test func anApproverWithStockGitRejects() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            func reject(_ trailer: String...) throws -> Outcome {
                try fixture.git(
                    "switch", "-q", "--detach", "origin/promote/dev/tumour/v1", in: clone)
                let made = try fixture.run(
                    ["git", "-C", clone.path, "commit", "-q", "--allow-empty", "-S"]
                        + ["-m", "too many false alarms"] + trailer, adding: fixture.settings(.kim))
                try #require(made.status == 0, "\(made)")
                return try fixture.push(["HEAD:promote/dev/tumour/v1"], from: clone)
            }
            let before = try fixture.state()
            fixture.expectRefusal(
                try reject(), "trailers: a commit on a proposal must say 'Decision: rejected'",
                hint: "git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'")
            #expect(try fixture.state() == before)
            let pushed = try reject("--trailer", "Decision: rejected")
            #expect(pushed.status == 0, "\(pushed)")
            #expect(
                pushed.errors.contains("signet: ledger entry 6, received "), "\(pushed)")
            #expect(pushed.errors.contains(": rejection promote/dev/tumour/v1"), "\(pushed)")
            let proposed = try fixture.git("rev-parse", "--verify", "promote/dev/tumour/v1")
            #expect(proposed.status != 0)
            // It is closed for good: merging it now is refused.
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "after all", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            fixture.expectRefusal(
                try fixture.push(["HEAD:env/dev"], from: clone),
                "open: <short> is a rejection: it closed the proposal for good",
                hint: "propose anew: signet propose MODEL@N --env dev")
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "after all", "origin/promote/dev/tumour/v1^",
                in: clone, as: .jane)
            fixture.expectRefusal(
                try fixture.push(["HEAD:env/dev"], from: clone),
                "open: this proposal was closed before (refs/signet/closed/dev/tumour/v1/1)",
                hint: "propose it anew: signet propose tumour@1 --env dev")
        }
    }
}
