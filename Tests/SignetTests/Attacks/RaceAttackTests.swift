import Foundation
import Testing

/// Attack 13 with many processes: pushes, commands, a policy on its way and git's housekeeping at once.
struct RaceAttackTests {
    @Test func nothingIsLostAndEverybodyIsTold() throws {
        try AttackField.with { start in
            let models = ["r1", "r2", "r3", "r4"]
            for model in models {
                let registered = try start.fixture.register(model)
                try #require(registered.status == 0, "\(registered)")
            }
            let draft = try start.fixture.write(
                "draft.yaml", AttackField.policy.replacing("serial: 1", with: "serial: 2"))
            try #require(
                try start.fixture.signet("policy", "propose", draft, as: .ada).status == 0)
            let field = try start.refreshed()
            let tip = try field.id("env/dev")
            // The same proposal merged by two people, another one as well, all on the present tip.
            let pushes = try [("tumour", Fixture.Person.jane), ("tumour", .kim), ("r1", .kim)].map {
                model, person in
                try field.merge(tip, field.id("promote/dev/\(model)/v1"), by: field.key(person))
            }

            let fixture = field.fixture
            func program(_ arguments: [String], as person: Fixture.Person) throws -> StartedProgram
            {
                try fixture.start(
                    [Fixture.program.path] + arguments + ["--key", fixture.key(person).path])
            }
            let approvals = try models.map {
                try program(["approve", $0, "--env", "dev", "--reason", "fit"], as: .jane)
            }
            let pushed = try pushes.map {
                try fixture.start([
                    "git", "-C", field.clone.path, "push", field.registry.path,
                    "\($0):refs/heads/env/dev",
                ])
            }
            let housekeeping = try fixture.start([
                "sh", "-c",
                """
                cd '\(field.registry.path)'
                for i in $(seq 1 12); do git pack-refs --all || exit 1; done
                git gc --quiet || exit 1
                for i in $(seq 1 12); do git pack-refs --all --prune || exit 1; done
                """,
            ])
            let policy = try fixture.start([
                "sh", "-ec",
                """
                '\(Fixture.program.path)' policy approve 2 --reason fit --key '\(fixture.key(.kim).path)'
                '\(Fixture.program.path)' policy roll-out --env dev --key '\(fixture.key(.ada).path)'
                '\(Fixture.program.path)' policy roll-out --env dev --key '\(fixture.key(.kim).path)'
                """,
            ])
            let outcomes = try (
                approvals: approvals.map { try $0.outcome() },
                pushed: pushed.map { try $0.outcome() },
                housekeeping: housekeeping.outcome(), policy: policy.outcome()
            )

            // A command makes its merge again until it lands; r1's may have been pushed by Kim.
            for (model, outcome) in zip(models, outcomes.approvals) {
                let isTold =
                    outcome.errors.contains("somebody else decided \(model)@1")
                    || outcome.errors.contains("there is no open proposal of \(model)")
                #expect(outcome.status == 0 || (model == "r1" && isTold), "\(model): \(outcome)")
            }
            // At most one push was first; who was not is told why, and told by the engine or by git.
            #expect(outcomes.pushed.filter { $0.status == 0 }.count <= 1, "\(outcomes.pushed)")
            for outcome in outcomes.pushed where outcome.status != 0 {
                let isTold = [
                    "present-tip: ", "cannot lock ref", "fetch first", "non-fast-forward",
                ]
                .contains { outcome.errors.contains($0) }
                #expect(isTold, "\(outcome)")
            }
            #expect(outcomes.policy.status == 0, "\(outcomes.policy)")
            #expect(outcomes.housekeeping.status == 0, "\(outcomes.housekeeping)")
            try expectNothingIsLost(field, models, pushes, outcomes.pushed)
        }
    }

    private func expectNothingIsLost(
        _ field: AttackField, _ models: [String], _ pushes: [String], _ outcomes: [Outcome]
    ) throws {
        let fixture = field.fixture
        try fixture.expectNothingWaits()
        let ledger = try fixture.signet("ledger", "verify")
        #expect(ledger.status == 0, "\(ledger)")
        for model in models {
            let resolved = try fixture.signet("resolve", model, "--env", "dev")
            #expect(resolved.status == 0, "\(model): \(resolved)")
        }
        let chain = try fixture.git("rev-list", "--first-parent", "env/dev").output
        for (commit, outcome) in zip(pushes, outcomes) {
            #expect(chain.contains(commit) == (outcome.status == 0), "\(outcome)")
        }
        let policy = try fixture.git("show", "env/dev:.signet/policy.yaml").output
        #expect(policy.contains("serial: 2"))
        let fsck = try fixture.git("fsck", "--full", "--strict")
        #expect(fsck.status == 0, "\(fsck)")
    }

    /// Rejections, partial approvals and last ones of one proposal at once: one decision, told to all.
    @Test func oneProposalHasOneDecision() throws {
        try AttackField.with { field in
            let tip = try field.id("env/duo")
            let proposal = try field.id("promote/duo/tumour/v1")
            let first = try field.merge(tip, proposal, by: field.key(.jane))
            let last = try field.commit(
                tree: field.tree(of: first), parents: [tip, first], by: field.key(.kim))
            let no = try field.commit(
                tree: field.tree(of: proposal), parents: [proposal], "no\n\nDecision: rejected\n",
                by: field.key(.kim))
            let moves = [
                (first, "promote/duo/tumour/v1"), (last, "env/duo"), (no, "promote/duo/tumour/v1"),
                (last, "env/duo"),
            ]
            let started = try moves.map { commit, branch in
                try field.fixture.start([
                    "git", "-C", field.clone.path, "push", field.registry.path,
                    "\(commit):refs/heads/\(branch)",
                ])
            }
            let outcomes = try started.map { try $0.outcome() }
            let isIn = try field.fixture.commit("env/duo") == last
            let closed = try field.fixture.git(
                "for-each-ref", "--format=%(objectname)", "refs/signet/closed/duo/"
            ).output
            #expect(isIn != closed.contains(no), "\(outcomes)")
            for outcome in outcomes where outcome.status != 0 {
                let isTold = ["signet: refused", "cannot lock ref", "fetch first", "stale info"]
                    .contains { outcome.errors.contains($0) }
                #expect(isTold, "\(outcome)")
            }
            try field.fixture.expectNothingWaits()
            #expect(try field.fixture.signet("ledger", "verify").status == 0)
        }
    }
}
