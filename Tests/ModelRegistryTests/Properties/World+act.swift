import GitStore
import Signatures
import Testing

@testable import ModelRegistry

/// People acting, within their rights and beyond.
extension World {
    /// An action by somebody: does something, or throws when it is refused.
    struct Action {
        let name: String
        let weight: Int
        /// Whether it is an attack, which nothing may come of.
        var isIllegal = false
        /// Returns what it did in words; nil when there is nothing to do it to.
        let act: (World, inout Dice) throws -> String?
    }

    /// Does one random thing. What is refused moves nothing, and an attack is refused.
    func act(_ dice: inout Dice) throws {
        trial.clock.advance(Int64(1 + dice.below(3600)))
        let action = dice.pick(Self.actions.flatMap { Array(repeating: $0, count: $0.weight) })
        var done: String?
        var refusal: String?
        do {
            done = try action.act(self, &dice)
            guard done != nil else { return }
        } catch {
            refusal = "\(error)".split(separator: "\n").prefix(2).joined(separator: " / ")
        }
        story.append("\(story.count + 1). \(action.name): \(done ?? "refused, \(refusal ?? "")")")
        let moved = try note()
        var count = tally[action.name] ?? (0, 0)
        if refusal == nil { count.moved += 1 } else { count.refused += 1 }
        tally[action.name] = count
        if refusal != nil, !moved.isEmpty {
            throw Broken(fault: "what was refused moved \(moved)", story: story)
        }
        if action.isIllegal, refusal == nil {
            throw Broken(fault: "an attack was accepted", story: story)
        }
    }

    /// A broken promise, and all that led to it.
    struct Broken: Error, CustomStringConvertible {
        let fault: String
        let story: [String]
        var description: String { ([fault] + story).joined(separator: "\n") }
    }

    func someone(_ dice: inout Dice) -> Person { key(of: dice.pick(TestPolicy.people), &dice) }

    func key(of person: String, _ dice: inout Dice) -> Person {
        let keys = keys[person] ?? []
        return dice.one(in: 10) ? dice.pick(keys) : keys.first { isLive($0) } ?? dice.pick(keys)
    }

    func isLive(_ person: Person) -> Bool {
        revoked[person.key.publicKey.fingerprint] == nil
    }

    /// Somebody who holds a role more often than not.
    func one(of people: Set<String>?, _ dice: inout Dice) -> Person {
        guard let people, !people.isEmpty, !dice.one(in: 8) else { return someone(&dice) }
        return key(of: dice.pick(people.sorted()), &dice)
    }

    func anyEnvironment(_ dice: inout Dice) throws -> Environment {
        try Environment(dice.pick(TestPolicy.ladder + ["dev", "dev", "test"]))
    }

    /// A version that is registered, the newer the likelier.
    func anyVersion(_ dice: inout Dice) throws -> ModelVersion? {
        let models = try trial.registry.models()
        guard !models.isEmpty else { return nil }
        let newest = try trial.registry.newestVersion(of: dice.pick(models))
        let number = dice.one(in: 3) ? 1 + dice.below(newest.number) : newest.number
        return try ModelVersion(model: newest.model, number: number)
    }

    func openProposal(_ dice: inout Dice) throws -> Registry.OpenProposal? {
        let open = try trial.registry.openProposals()
        return open.isEmpty ? nil : dice.pick(open)
    }

    func policyInForce(_ environment: Environment) throws -> TestPolicy {
        try #require(try policy(in: read(trial.tip(environment)).tree))
    }

    /// The first environment that does not have the version.
    func next(for version: ModelVersion) throws -> Environment? {
        try TestPolicy.ladder.map { try Environment($0) }.first { environment in
            let tree = try read(trial.tip(environment)).tree
            return try trial.registry.version(of: version.model, in: tree) != version
        }
    }

    func registrars() -> Set<String> {
        newest.registrars.intersection(TestPolicy.people.filter { isLive(Person($0)) })
    }

    /// Whose signature a proposal lacks: no author's, and nobody's twice.
    func entitled(to open: Registry.OpenProposal) throws -> Set<String> {
        var done: Set<String> = []
        var commit = try read(open.target)
        while let signer = commit.signer {
            done.insert(signer)
            guard commit.parents.count == 2 else { break }
            commit = try read(commit.parents[1])
        }
        return try deciders(open.environment).subtracting(done)
    }

    /// Whose signature is asked for in an environment.
    func deciders(_ environment: Environment) throws -> Set<String> {
        let policy = try policyInForce(environment)
        let roles = policy.rung(environment.name)?.approvals.keys.map { $0 } ?? []
        return Set(roles.flatMap { policy.roles[$0]?[environment.name] ?? [] })
    }
}
