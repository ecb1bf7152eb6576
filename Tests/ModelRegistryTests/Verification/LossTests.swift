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
                    let verification = try? verify(trial)
                    #expect(verification?.holds != true, "\(object)")
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

    private func verify(_ trial: TemporaryRegistry) throws -> Verification {
        let clock = trial.clock
        return try Registry(at: trial.path, indexed: false, .init(now: { clock.now }))
            .verify(threads: 1)
    }

    /// Does the work while an object is not there.
    private func without(
        _ id: ObjectID, in trial: TemporaryRegistry, _ work: () throws -> Void
    ) throws {
        let file = trial.path.appending("objects").appending(String(id.hex.prefix(2)))
            .appending(String(id.hex.dropFirst(2)))
        let whole = try #require(try DurableFile.read(file))
        try DurableFile.remove(file)
        defer { #expect(throws: Never.self) { try DurableFile.write(whole, to: file) } }
        try work()
    }
}
