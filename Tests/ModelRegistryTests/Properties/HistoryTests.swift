import Testing

@testable import ModelRegistry

/// Random histories: no environment's tip is without the signatures that its policy asked for.
struct HistoryTests {
    private static let actions = 60

    @Test func noEnvironmentMovesWithoutTheSignaturesThatItsPolicyAskedFor() throws {
        let run = try RandomRun("histories", variable: "SIGNET_HISTORIES", count: 4)
        var tally: [String: (moved: Int, refused: Int)] = [:]
        var steps = 0
        for number in 0..<run.count {
            var dice = Dice(seed: run.seed, number: number)
            let policy = try Self.policy(&dice)
            do {
                try World.with(policy) { world in
                    while world.story.count < Self.actions {
                        let before = world.story.count
                        try world.act(&dice)
                        try demand(world, since: before)
                    }
                    try demand(world, since: 0)
                    let verification = try world.trial.registry.verify()
                    guard verification.holds else {
                        throw World.Broken(
                            fault: "verify: \(verification.findings) \(verification.unproven)",
                            story: world.story)
                    }
                    try demandOneWalkFindsWhatManyDo(world)
                    steps +=
                        world.moves
                        .filter { $0.reference.hasPrefix("refs/heads/env/") && $0.action > 0 }.count
                    tally.merge(world.tally) { ($0.moved + $1.moved, $0.refused + $1.refused) }
                }
            } catch {
                Issue.record(
                    "history \(number) of seed \(run.seed): \(error)\n\(policy.text)")
            }
        }
        let words = tally.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.moved)/\($0.value.refused)" }.joined(separator: ", ")
        print(
            "histories: \(run.count) of \(Self.actions) actions, \(steps) moves of environments; "
                + "done/refused: \(words)")
        // What a policy lets happen is chance too: few histories may be of narrow ones.
        #expect(steps > max(0, 3 * (run.count - 10)), "hardly anything happened")
    }

    private func demand(_ world: World, since action: Int) throws {
        let oracle = Oracle(world: world)
        let faults = try TestPolicy.ladder.flatMap { try oracle.faults(of: $0, since: action) }
        guard faults.isEmpty else {
            throw World.Broken(fault: "\(faults)", story: world.story)
        }
    }

    /// The last changes of all models together are those of each.
    private func demandOneWalkFindsWhatManyDo(_ world: World) throws {
        let registry = world.trial.registry
        let models = try registry.models()
        for environment in try registry.environments() {
            guard let tip = try registry.reference(environment.branch) else { continue }
            let together = try registry.judge.history.lastChanges(of: models, from: tip)
            for model in models {
                let alone = try registry.judge.history.lastChange(of: model, from: tip)
                #expect(together[model]?.id == alone?.id, "\(model) in \(environment)")
            }
        }
    }

    /// A policy that a registry can be founded with.
    private static func policy(_ dice: inout Dice) throws -> TestPolicy {
        for _ in 0..<200 {
            let policy = TestPolicy.random(&dice)
            let parsed = try Policy.parse(policy.text.bytes, file: "policy.yaml")
            do {
                try parsed.check(signers: parsed.principals.map(\.id))
                return policy
            } catch {
                continue
            }
        }
        throw Git.Failure(description: "no random policy can be satisfied")
    }
}
