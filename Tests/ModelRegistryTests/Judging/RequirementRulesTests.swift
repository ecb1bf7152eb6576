import GitStore
import Testing

@testable import ModelRegistry

/// What an environment asks for besides signatures: each requirement missed alone.
struct RequirementRulesTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test
    private let prod = TemporaryRegistry.prod

    private func refusedForTest(
        _ trial: TemporaryRegistry, _ version: ModelVersion, by rules: Rule...
    ) throws {
        let proposal = try trial.propose(version, to: test)
        let update = try trial.update(test.branch, to: trial.merge(proposal, into: test))
        let verdict = try #require(trial.judge.judge(update, received: trial.clock.now).last)
        #expect(verdict.denials.map(\.rule) == rules, "\(verdict.refusal)")
        #expect(throws: RegistryError.self) { try trial.approve(version, in: test) }
    }

    @Test func aPassedRunThatMeetsTheGatesIsEnough() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: test)
            try trial.approve(version, in: test)
            #expect(try trial.resolve(in: test)?.version == 1)
        }
    }

    @Test func aVersionThatWasNotInTheEnvironmentBeforeIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try refusedForTest(trial, trial.register(), by: .after, .run, .gates)
        }
    }

    @Test func aVersionThatWasWithdrawnBelowIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let proposal = try trial.propose(version, to: test)
            let merge = try trial.merge(proposal, into: test)
            _ = try trial.registry.proposeWithdrawal(
                version.model, from: dev, by: trial.author(.ravi))
            try trial.approve(version)
            try trial.expectRefused(test.branch, merge, by: .after)
        }
    }

    @Test func aVersionThatWasRolledBackBelowIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let two = try trial.ranInDev()
            let merge = try trial.merge(trial.propose(two, to: test), into: test)
            trial.clock.advance(1)
            let back = try trial.registry.proposeRollback(
                two.model, in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version)
            try trial.expectRefused(test.branch, merge, by: .after)
        }
    }

    @Test func aVersionThatANewerOneFollowedBelowStands() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.ranInDev()
            try trial.propose(one, to: test)
            try trial.promote()
            try trial.approve(one, in: test)
            #expect(try trial.resolve(in: test)?.version == 1)
        }
    }

    @Test func aVersionWithoutARunIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            try refusedForTest(trial, version, by: .run, .gates)
        }
    }

    @Test(arguments: [RunRecord.Status.failed, .error, .skipped])
    func aRunThatDidNotPassIsRefused(status: RunRecord.Status) throws {
        try TemporaryRegistry.with { trial in
            try refusedForTest(trial, trial.ranInDev(status: status), by: .run)
        }
    }

    @Test(arguments: [0.79, nil] as [Double?])
    func aMetricBelowThePolicysGateIsRefusedThoughTheRunPassed(accuracy: Double?) throws {
        try TemporaryRegistry.with { trial in
            try refusedForTest(trial, trial.ranInDev(accuracy: accuracy), by: .gates)
        }
    }

    @Test func aCardWithoutItsSectionsIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register(card: "# Churn\n")
            try trial.propose(version)
            try trial.run(version, at: trial.approve(version))
            try trial.propose(version, to: test)
            try trial.run(version, at: trial.approve(version, in: test), in: test)
            let proposal = try trial.propose(version, to: prod)
            try trial.expectRefused(prod.branch, trial.merge(proposal, into: prod), by: .card)
        }
    }

    @Test func evidenceOfAnEarlierVersionIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.ranInDev()
            try trial.propose(one, to: test)
            try trial.approve(one, in: test)
            let (two, _) = try trial.promote()
            let file = "evidence/churn/dev.json"
            let record = try trial.file(file, of: trial.tip(test))
            let proposal = try trial.proposal(of: two, to: test, files: [file: record])
            try trial.expectRefused(test.branch, trial.merge(proposal, into: test), by: .run)
        }
    }

    @Test(arguments: ["0.9", "passed", "churn"])
    func editedEvidenceIsRefused(part: String) throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let good = try trial.commit(trial.propose(version, to: test))
            let file = "evidence/churn/dev.json"
            let record = try trial.file(file, of: good.id)
            let change = ["0.9": "0.95", "passed": "skipped", "churn": "fraud"][part] ?? part
            let edited = record.replacing(part, with: change)
            #expect(edited != record)
            let wrong = try trial.proposal(of: version, to: test, files: [file: edited])
            try trial.expectRefused(test.branch, trial.merge(wrong, into: test), by: .evidence)
        }
    }

    @Test func evidenceOfEarlierEnvironmentsCannotBeEdited() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: test)
            try trial.run(version, at: trial.approve(version, in: test), in: test)
            let good = try trial.propose(version, to: prod)
            let (fromDev, fromTest) = ("evidence/churn/dev.json", "evidence/churn/test.json")
            let record = try trial.file(fromDev, of: good)
            let files =
                [
                    fromDev: record.replacing("0.9", with: "0.99"),
                    fromTest: try trial.file(fromTest, of: good),
                ] as [String: String?]
            let wrong = try trial.proposal(of: version, to: prod, files: files)
            try trial.expectRefused(prod.branch, trial.merge(wrong, into: prod), by: .evidence)
            try trial.approve(version, in: prod)
        }
    }

    @Test(arguments: ["notes.txt", "nowhere.json", "deep/dev.json"])
    func otherFilesAmongTheEvidenceAreRefused(name: String) throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            let good = try trial.propose(version, to: test)
            let file = "evidence/churn/dev.json"
            let record = try trial.file(file, of: good)
            let wrong = try trial.proposal(
                of: version, to: test, files: [file: record, "evidence/churn/\(name)": record])
            try trial.expectRefused(test.branch, trial.merge(wrong, into: test), by: .evidence)
        }
    }

    @Test func aServicesProposalInheritsTheHumanWhoseProposalCausedIt() throws {
        try TemporaryRegistry.with { trial in
            // Sue registers, ravi proposes for dev, the registry for test: ravi may not approve there.
            let version = try trial.register(by: .sue)
            try trial.propose(version, by: .ravi)
            let run = try trial.run(version, at: trial.approve(version))
            guard
                case .opened(_, let next, let proposal) = try trial.registry.proposeNext(after: run)
            else { throw RegistryError.invalid("nothing was proposed", hint: nil) }
            #expect(next == test)
            try trial.expectRefused(
                test.branch, trial.merge(proposal, into: test, by: .ravi), by: .fourEyes)
            // And through two services' proposals, for prod.
            let second = try trial.run(version, at: trial.approve(version, in: test), in: test)
            guard case .opened(_, _, let last) = try trial.registry.proposeNext(after: second)
            else { throw RegistryError.invalid("nothing was proposed", hint: nil) }
            try trial.expectRefused(
                prod.branch, trial.merge(last, into: prod, by: .ravi), by: .fourEyes)
            let assessment = try trial.judge.assess(last, for: prod, received: trial.clock.now)
            #expect(assessment.authors.map(\.text).sorted() == ["ravi", "sue"])
            #expect(assessment.approvers.map(\.principal.text) == ["jane", "kim"])
            try trial.approve(version, in: prod)
        }
    }
}
