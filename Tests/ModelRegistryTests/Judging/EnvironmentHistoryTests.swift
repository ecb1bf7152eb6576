import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// What happened since a proposal was made: the same by the ledger's index and by a walk through commits.
struct EnvironmentHistoryTests {
    private let dev = TemporaryRegistry.dev

    @Test func theIndexSaysWhatAWalkFinds() throws {
        try TemporaryRegistry.with { trial in
            let (one, _) = try trial.promote()
            try trial.promote("fraud")
            let (two, _) = try trial.promote()
            try trial.registry.proposeAgain(two.model, in: dev, by: trial.author(.ravi))
            try trial.approve(two)
            _ = try trial.registry.proposeRollback(
                one.model, in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(one)
            try trial.changePolicy { $0 + "# more\n" }
            _ = try trial.registry.rollOut(to: dev, reason: "more", by: trial.author(.ada))
            try trial.promote("fraud")
            _ = try trial.registry.proposeWithdrawal(one.model, from: dev, by: trial.author(.ravi))
            try trial.approve(one)
            var chain = [try trial.commit(trial.tip(dev))]
            while let parent = chain.last?.parents.first, chain.count < 9 {
                chain.append(try trial.commit(parent))
            }
            try #require(chain.count == 9)
            let history = trial.judge.history
            let models = [one.model, try ModelName("fraud"), try ModelName("none")]
            let proposals = try trial.registry.history(of: dev).filter { $0.model != nil }
                .map { try trial.commit($0.commit).parents[1] }
            var answers: Set<String> = []
            for (newer, tip) in chain.enumerated() {
                for base in chain[newer...] {
                    for model in models {
                        for proposal in proposals {
                            let since = try history.since(
                                base: base.id, tip: tip.id, model: model, proposal: proposal)
                            let walked = try history.walk(
                                base: base.id, tip: tip.id, model: model, proposal: proposal)
                            #expect(since?.touched == walked?.touched)
                            // What is merged belongs to one model: of others nobody asks.
                            let registration = try trial.commit(proposal).parents[1]
                            let subject = try trial.judge.registration(of: registration).version
                                .model
                            if subject == model { #expect(since?.merged == walked?.merged) }
                            answers.insert("\(since?.touched == nil) \(since?.merged ?? false)")
                        }
                    }
                }
            }
            #expect(answers.count == 4)
            // Not on the branch: found by walking to its end, or by nobody.
            #expect(
                try history.since(
                    base: trial.registry.registration(of: one).commit.id, tip: trial.tip(dev),
                    model: one.model,
                    proposal: proposals[0]) == nil)
        }
    }

    @Test func anIndexThatAnEarlierVersionMadeIsMadeAgain() throws {
        try TemporaryRegistry.with { trial in
            let (version, commit) = try trial.promote()
            try DurableFile.removeTree(trial.path.appending("signet/index/steps"))
            let registry = try trial.reopened()
            let root = try trial.commit(commit).parents[0]
            func steps() throws -> [ObjectID]? {
                try registry.receipts.steps(
                    about: version.model, in: dev, after: root, upTo: commit)
            }
            #expect(try steps() == nil)
            try registry.settle()
            #expect(try steps() == [commit])
            // Cut short by a machine that failed: said, and not taken for a model that nothing happened to.
            let file = trial.path.appending("signet/index/steps/dev/churn")
            for text in ["", "nonsense\n"] {
                try DurableFile.write(text.bytes, to: file)
                #expect(throws: RegistryError.self) { try steps() }
            }
        }
    }
}
