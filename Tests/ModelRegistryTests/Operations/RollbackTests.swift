import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Going back, taking out, and changing parameters alone.
struct RollbackTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    private func rollBack(
        _ trial: TemporaryRegistry, _ environment: Environment, to number: Int? = nil
    ) throws -> ObjectID {
        trial.clock.advance(1)
        let (version, _) = try trial.registry.proposeRollback(
            ModelName("churn"), in: environment, to: number, by: trial.author(.ravi))
        return try trial.approve(version, in: environment)
    }

    @Test func aRollbackRestoresTheScopeByteForByte() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.register()
            try trial.propose(one, parameters: "gates: {accuracy: {min: 0.5}}\n")
            let first = try trial.approve(one)
            try trial.promote("fraud")
            try trial.promote()
            let back = try rollBack(trial, dev)
            let model = try ModelName("churn")
            #expect(
                try Scope(model, in: trial.tree(of: back), of: trial.repository)
                    == Scope(model, in: trial.tree(of: first), of: trial.repository))
            #expect(try trial.resolve()?.version == 1)
            #expect(try trial.resolve("fraud")?.version == 1)
            let line = try #require(try trial.registry.history(of: dev).first)
            #expect(line.action == .rolledBack)
            #expect(line.previousVersion == 2)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aRollbackSkipsWhatAPromotionNeeds() throws {
        try TemporaryRegistry.with { trial in
            for _ in 1...2 {
                let version = try trial.ranInDev()
                try trial.propose(version, to: test)
                try trial.approve(version, in: test)
            }
            // Gone from dev: a promotion of version 1 would be refused by `after`.
            trial.clock.advance(1)
            let gone = try trial.registry.proposeWithdrawal(
                ModelName("churn"), from: dev, by: trial.author(.ravi))
            try trial.approve(gone.version)
            _ = try rollBack(trial, test)
            let answers = try trial.registry.ledger.entries(after: nil).last?.entry.verdict.answers
            let skipped = answers?.filter { $0.status == .notApplicable }.map(\.rule)
            #expect(
                skipped == [
                    .scope, .after, .run, .gates, .card, .modelSignature, .soak, .freeze,
                    .approvalAge,
                ])
            #expect(try trial.resolve(in: test)?.version == 1)
        }
    }

    @Test func aRollbackStillNeedsFourEyes() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            try trial.promote()
            trial.clock.advance(1)
            let (_, proposal) = try trial.registry.proposeRollback(
                ModelName("churn"), in: dev, to: nil, by: trial.author(.sue))
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .sue), by: .fourEyes)
        }
    }

    @Test func aRollbackNamesAVersionThatWasThere() throws {
        try TemporaryRegistry.with { trial in
            for _ in 1...3 { try trial.promote() }
            _ = try rollBack(trial, dev, to: 1)
            #expect(try trial.resolve()?.version == 1)
            _ = try rollBack(trial, dev, to: 3)
            #expect(try trial.resolve()?.version == 3)
            #expect(throws: RegistryError.self) { try rollBack(trial, dev, to: 3) }
            #expect(throws: RegistryError.self) { try rollBack(trial, dev, to: 9) }
            #expect(throws: RegistryError.self) { try rollBack(trial, test) }
        }
    }

    @Test func aVersionThatWasRolledBackCanBeApprovedAgain() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let (two, _) = try trial.promote()
            _ = try rollBack(trial, dev)
            trial.clock.advance(1)
            try trial.propose(two)
            try trial.approve(two)
            #expect(try trial.resolve()?.version == 2)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aWithdrawalEmptiesTheScope() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote("fraud")
            let version = try trial.ranInDev()
            trial.clock.advance(1)
            _ = try trial.registry.proposeWithdrawal(
                version.model, from: dev, by: trial.author(.ravi))
            let commit = try trial.approve(version)
            let scope = try Scope(version.model, in: trial.tree(of: commit), of: trial.repository)
            #expect(scope.isEmpty)
            #expect(try trial.resolve() == nil)
            #expect(try trial.resolve("fraud")?.version == 1)
            #expect(try trial.registry.history(of: dev).first?.action == .withdrawn)
            #expect(throws: RegistryError.self) {
                try trial.registry.proposeWithdrawal(
                    version.model, from: dev, by: trial.author(.ravi))
            }
        }
    }

    @Test func parametersChangeAloneAndKeepTheirHistory() throws {
        try TemporaryRegistry.with { trial in
            let (version, first) = try trial.promote()
            let texts = ["gates: {accuracy: {min: 0.5}}\n", "gates: {accuracy: {min: 0.6}}\n"]
            var commits = [first]
            for text in texts {
                trial.clock.advance(1)
                try trial.propose(version, parameters: text)
                commits.append(try trial.approve(version))
            }
            try trial.promote()
            let history = try trial.registry.parametersHistory(of: version.model, in: dev)
            #expect(history.map(\.commit.id) == commits.reversed())
            #expect(history.map { $0.parameters?.gates["accuracy"]?.min } == [0.6, 0.5, nil])
            let actions = try trial.registry.history(of: dev, model: version.model).map(\.action)
            #expect(actions == [.approved, .parametersChanged, .parametersChanged, .approved])
            // Another model between them, and what changes no file, are told apart.
            let (other, _) = try trial.promote("fraud")
            try trial.registry.proposeAgain(version.model, in: dev, by: trial.author(.ravi))
            try trial.approve(ModelVersion(model: version.model, number: 2))
            let again = try trial.registry.history(of: dev, model: version.model, limit: 2)
            #expect(again.map(\.action) == [.reapproved, .approved])
            let others = try trial.registry.history(of: dev, model: other.model).map(\.action)
            #expect(others == [.approved])
            let all = try trial.registry.history(of: dev)
            #expect(
                all.filter { $0.model == version.model }.map(\.commit)
                    == (try trial.registry.history(of: dev, model: version.model).map(\.commit)))
        }
    }

    @Test func parametersStartFromTheEnvironmentBefore() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version, parameters: "gates: {accuracy: {min: 0.5}}\n")
            try trial.run(version, at: trial.approve(version))
            try trial.propose(version, to: test)
            try trial.approve(version, in: test)
            #expect(
                try trial.registry.parameters(of: version.model, in: test)?.gates
                    == ["accuracy": Gate(min: 0.5)])
        }
    }

    @Test func theSameParametersAreNoChange() throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            #expect(throws: RegistryError.self) { try trial.propose(version) }
        }
    }
}
