import Foundation
import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Nothing that the registry accepted is lost without `verify` saying so, with its place.
struct LossTests {
    private let dev = TemporaryRegistry.dev

    /// Every commit, tree and file that any accepted move brought, one after the other.
    @Test func everyObjectIsMissed() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            try trial.liveThroughEverything()
            try trial.repository.flush()
            let git = Git(home: trial.folder, repository: trial.path)
            let objects = try git(
                "rev-list", "--objects", "--exclude=refs/signet/attestations", "--all"
            ).split(separator: "\n").map(String.init)
            #expect(objects.count > 200)
            #expect(try verify(trial).holds)
            for object in objects {
                let id = try #require(ObjectID(String(object.prefix(40))))
                try without(id, in: trial) {
                    let isTold = try isMissed(in: trial)
                    #expect(isTold, "\(object)")
                }
            }
            #expect(try verify(trial).holds)
        }
    }

    /// Each is read by people alone: no rule asks for them.
    @Test func whatNoRuleReadsIsMissed() throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            let facts = try trial.registry.registration(of: version)
            let idle = try trial.registration(
                of: "idle", files: ["models/idle/baseline.json": "{}"])
            try trial.submit("refs/heads/models/idle", idle)
            try trial.changeConfiguration([("templates/web/page.html", "<p>1</p>\n")])
            try trial.changeConfiguration([("templates/web/page.html", "<p>2</p>\n")])
            try trial.repository.flush()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let before = try trial.commit(main).parents[0]
            let lost = [
                (trial.registry.founding, ".gitattributes", Judge.main),
                (before, "templates/web/page.html", Judge.main),
                (idle, "models/idle/baseline.json", "refs/heads/models/idle"),
            ]
            for (commit, path, reference) in lost {
                let tree = try trial.tree(of: commit)
                let file = try #require(try trial.repository.entry(at: path, in: tree)).id
                try without(file, in: trial) {
                    let findings = try verify(trial).findings
                    let found = findings.first { $0.commit == commit && $0.reference == reference }
                    #expect(
                        found?.saw == "'\(path)' can't be read: object \(file) is missing",
                        "\(findings)")
                }
            }
            #expect(facts.version == version)
        }
    }

    /// Of these trees the rules work out what they must be, which says nothing of whether they are there.
    @Test func treesThatAreWorkedOutAreMissed() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            try expectMissed(dev, "", in: trial)
            let (one, two) = (try trial.register("one"), try trial.register("two"))
            try trial.propose(one)
            try trial.approve(one)
            try expectMissed(dev, "parameters", in: trial)
            try trial.propose(two)
            _ = try trial.registry.proposeWithdrawal(one.model, from: dev, by: trial.author(.ravi))
            try trial.approve(one)
            try expectMissed(dev, "", in: trial)
            try trial.approve(two)
            for path in ["", "models", "parameters"] { try expectMissed(dev, path, in: trial) }
        }
    }

    private func expectMissed(
        _ environment: Environment, _ path: String, in trial: TemporaryRegistry
    ) throws {
        try trial.repository.flush()
        #expect(try verify(trial).holds)
        let tip = try trial.tip(environment)
        let tree = try trial.tree(of: tip)
        let entry = path.isEmpty ? nil : try trial.repository.entry(at: path, in: tree)
        let lost = entry?.id ?? tree
        try without(lost, in: trial) {
            let findings = try verify(trial).findings
            #expect(
                findings.contains { $0.reference == environment.branch && $0.commit == tip },
                "'\(path)' of \(tip.short): \(findings)")
        }
    }

    /// Several merges that came in with one push: only the outermost is a move of the ledger.
    @Test func whatCameInUnderAnotherCommitIsMissed() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let proposal = try trial.propose(trial.register())
            let first = try trial.merge(proposal, by: .kim)
            let second = try trial.merge(proposal, by: .jane, parents: [trial.tip(dev), first])
            try trial.submit(dev.branch, second)
            try trial.repository.flush()
            try without(first, in: trial) {
                let findings = try verify(trial).findings
                #expect(findings.contains { $0.commit == second }, "\(findings)")
            }
        }
    }

    /// A forged tip stays a finding when something is missing below it.
    @Test func whatIsFoundBeforeTheDamageIsTold() throws {
        try TemporaryRegistry.with { trial in
            let first = try trial.promote().commit
            try trial.promote("fraud")
            let forged = try trial.merge(trial.propose(trial.register("late")), by: .ravi)
            try trial.repository.flush()
            try trial.moveAround(dev.branch, to: forged)
            try without(first, in: trial) {
                let rules = try verify(trial).findings.filter { $0.commit == forged }.map(\.rule)
                #expect(rules.contains(.fourEyes) && rules.contains(.record), "\(rules)")
            }
        }
    }

    /// One environment's history is broken: that is told with its place, and the others are verified.
    @Test func aBrokenChainIsAFindingAndTheRestIsVerified() throws {
        try TemporaryRegistry.with { trial in
            let first = try trial.promote().commit
            let second = try trial.promote("fraud").commit
            try trial.promote("late")
            let before = try trial.registry.verify().environments
            try without(first, in: trial) {
                let verification = try verify(trial)
                let finding = try #require(
                    verification.findings.first { $0.reference == dev.branch })
                #expect(finding.commit == second)
                #expect(
                    finding.saw
                        == "can't be read: object \(first) is missing, 1 commits below the tip")
                #expect(verification.environments.map(\.name) == ["test", "prod"])
                #expect(verification.environments.map(\.tip) == before.dropFirst().map(\.tip))
            }
        }
    }

    @Test func aReferenceThatHoldsNothingIsAFinding() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            for name in [dev.branch, Ledger.reference, "refs/tags/churn/v1"] {
                let file = trial.path.appending(name)
                let whole = try #require(try DurableFile.read(file))
                try DurableFile.write([], to: file)
                let verification = try verify(trial)
                #expect(verification.findings.contains { $0.reference == name })
                #expect(!verification.holds)
                try DurableFile.write(whole, to: file)
            }
            #expect(try verify(trial).holds)
        }
    }

    /// Names that a registry keeps nothing under are told of, and are no reason to fail.
    @Test func referencesThatNobodyJudgesAreTold() throws {
        try TemporaryRegistry.with { trial in
            let (_, step) = try trial.promote()
            #expect(try verify(trial).unjudged == [])
            for name in ["refs/heads/evil", "refs/notes/commits", "refs/stash"] {
                try trial.moveAround(name, to: step)
            }
            let git = Git(home: trial.folder, repository: trial.path)
            try git("pack-refs", "--all")
            let verification = try verify(trial)
            #expect(
                verification.unjudged == ["refs/heads/evil", "refs/notes/commits", "refs/stash"])
            #expect(verification.holds)
        }
    }

    /// Whether `verify` tells of a loss, or can't begin without what is lost, and says so.
    private func isMissed(in trial: TemporaryRegistry) throws -> Bool {
        do {
            return try !verify(trial).holds
        } catch RegistryError.damaged(let what, _) {
            return what.hasPrefix("main, or its ")
        }
    }

    private func verify(_ trial: TemporaryRegistry) throws -> Verification {
        let clock = trial.clock
        return try Registry(at: trial.path, indexed: false, .init(now: { clock.now }))
            .verify(threads: 1)
    }

    /// Does the work while an object is not there.
    private func without(
        _ id: ObjectID, in trial: TemporaryRegistry, _ work: () throws -> Void
    ) throws {
        let file = trial.path.appending(id.looseFile)
        let whole = try #require(try DurableFile.read(file))
        try DurableFile.remove(file)
        defer { #expect(throws: Never.self) { try DurableFile.write(whole, to: file) } }
        try work()
    }
}
