import GitStore
import Signatures

@testable import ModelRegistry

/// What must always be refused: commits made by hand, pushed at environments.
extension World {
    static var attacks: [Action] {
        [
            attack("approve as nobody") { world, open, dice in
                let tip = try world.trial.tip(open.environment)
                let tree = try world.composed(open, over: tip)
                let signer: (any CommitSigner)? = dice.one(in: 2) ? Person.mallory.key : nil
                return try world.trial.craft(tree: tree, parents: [tip, open.target], by: signer)
            },
            attack("approve without a role") { world, open, dice in
                let all = try world.deciders(open.environment)
                let others = TestPolicy.people.filter { !all.contains($0) }
                guard !others.isEmpty else { return nil }
                return try world.merge(open, by: world.key(of: dice.pick(others), &dice))
            },
            attack("approve with a revoked key") { world, open, dice in
                let keys = try world.deciders(open.environment).sorted()
                    .flatMap { world.keys[$0] ?? [] }.filter { !world.isLive($0) }
                return keys.isEmpty ? nil : try world.merge(open, by: dice.pick(keys))
            },
            attack("approve one's own work") { world, open, dice in
                let policy = try world.policyInForce(open.environment)
                guard policy.rung(open.environment.name)?.fourEyes == true else { return nil }
                let proposal = try world.read(open.proposal)
                let registration = try world.read(proposal.parents[1])
                let authors = [proposal.signer, registration.signer].compactMap { $0 }
                    .filter { $0 != "registry" }
                return try world.merge(open, by: world.key(of: dice.pick(authors), &dice))
            },
            attack("approve alone where two are asked") { world, open, dice in
                let policy = try world.policyInForce(open.environment)
                let asked = policy.rung(open.environment.name)?.approvals.values.reduce(0, +) ?? 0
                let people = try world.deciders(open.environment).sorted()
                guard asked > 1, !people.isEmpty else { return nil }
                let person = dice.pick(people)
                // Twice, with both keys, over the bare proposal: one person all the same.
                let first = try world.merge(
                    open, by: Person(person), merging: open.proposal)
                let second = Person(person, key: "\(person), second")
                return try world.merge(
                    open, by: dice.one(in: 2) ? second : Person(person), merging: first)
            },
            attack("slip something in") { world, open, dice in
                let tip = try world.trial.tip(open.environment)
                let path = dice.pick([
                    "models/credit/x", ".signet/policy.yaml", "parameters/other.yaml", "README.md",
                    "evidence/\(open.version.model)/x.json", ".gitattributes",
                ])
                let tree = try world.trial.tree(
                    world.composed(open, over: tip), with: [path: "serial: 99\n"])
                let person = world.one(of: try world.deciders(open.environment), &dice)
                return try world.trial.craft(
                    tree: tree, parents: [tip, open.target], by: person.key)
            },
            attack("leave something out") { world, open, dice in
                let tip = try world.trial.tip(open.environment)
                let (before, after) = try (
                    world.trial.tree(of: tip), world.composed(open, over: tip)
                )
                guard before != after else { return nil }
                let person = world.one(of: try world.deciders(open.environment), &dice)
                return try world.trial.craft(
                    tree: before, parents: [tip, open.target], by: person.key)
            },
            attack("fast-forward") { _, open, _ in open.proposal },
            attack("merge onto an old tip") { world, open, dice in
                let tip = try world.read(world.trial.tip(open.environment))
                guard let old = tip.parents.first, tip.parents.count == 2 else { return nil }
                let tree = try world.composed(open, over: old)
                let person = world.one(of: try world.deciders(open.environment), &dice)
                return try world.trial.craft(
                    tree: tree, parents: [old, open.target], by: person.key)
            },
            Action(name: "attack: rewind", weight: 1, isIllegal: true) { world, dice in
                let environment = try world.anyEnvironment(&dice)
                let tip = try world.read(world.trial.tip(environment))
                let target = dice.one(in: 4) ? nil : tip.parents.first
                guard tip.parents.count == 2 || target == nil else { return nil }
                try world.trial.submit(environment.branch, target)
                return "\(environment)"
            },
            Action(name: "attack: replay", weight: 3, isIllegal: true) { world, dice in
                let environment = try world.anyEnvironment(&dice)
                let old = world.moves.filter { $0.reference.hasPrefix("refs/heads/env/") }
                let move = dice.pick(old)
                guard try world.trial.tip(environment) != move.commit else { return nil }
                try world.trial.submit(environment.branch, move.commit)
                return "\(move.commit.short) onto \(environment)"
            },
            Action(name: "attack: merge what was decided", weight: 3, isIllegal: true) {
                world, dice in
                let closed = try world.trial.repository.references(prefix: "refs/signet/closed/")
                guard !closed.isEmpty else { return nil }
                let (name, target) = dice.pick(closed)
                let environment = try Environment(String(name.split(separator: "/")[3]))
                var commit = try world.read(target)
                if commit.parents.count == 1 { commit = try world.read(commit.parents[0]) }
                let tip = try world.trial.tip(environment)
                let registration = try world.trial.judge.commits
                    .mergeChain(from: world.trial.commit(commit.id)).proposal
                let tree = try world.trial.composed(registration.id, over: tip)
                let person = world.one(of: try world.deciders(environment), &dice)
                let merge = try world.trial.craft(
                    tree: tree, parents: [tip, commit.id], by: person.key)
                try world.trial.submit(environment.branch, merge)
                return "\(name) by \(person.id)"
            },
        ]
    }

    /// An attack with an open proposal on its environment; the commit that is made is pushed there.
    private static func attack(
        _ name: String,
        _ craft: @escaping (World, Registry.OpenProposal, inout Dice) throws -> ObjectID?
    ) -> Action {
        Action(name: "attack: \(name)", weight: 1, isIllegal: true) { world, dice in
            guard let open = try world.openProposal(&dice),
                let commit = try craft(world, open, &dice)
            else { return nil }
            try world.trial.submit(open.environment.branch, commit)
            return "\(open.version) in \(open.environment), \(commit.short)"
        }
    }

    func composed(_ open: Registry.OpenProposal, over tip: ObjectID) throws -> ObjectID {
        try trial.composed(open.proposal, over: tip)
    }

    /// A right merge of an open proposal, but for who makes it.
    private func merge(
        _ open: Registry.OpenProposal, by person: Person, merging: ObjectID? = nil
    ) throws -> ObjectID {
        let tip = try trial.tip(open.environment)
        return try trial.craft(
            tree: composed(open, over: tip), parents: [tip, merging ?? open.target], by: person.key)
    }
}
