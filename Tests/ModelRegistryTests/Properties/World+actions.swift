import GitStore
import Signatures

@testable import ModelRegistry

/// What people may try, right or not: the engine's own operations.
extension World {
    static var actions: [Action] { ordinary + governing + attacks }

    private static var ordinary: [Action] {
        [
            Action(name: "register", weight: 8) { world, dice in
                let person = world.one(of: world.registrars(), &dice)
                let model = dice.pick(TestPolicy.models)
                let version = try world.trial.register(model, by: person)
                return "\(version) by \(person.id)"
            },
            Action(name: "propose", weight: 22) { world, dice in
                guard let version = try world.anyVersion(&dice) else { return nil }
                let next = try dice.one(in: 4) ? nil : world.next(for: version)
                let environment = try next ?? world.anyEnvironment(&dice)
                let person = world.one(of: world.newest.proposers, &dice)
                let threads = dice.one(in: 3) ? "inference: {threads: \(1 + dice.below(4))}\n" : nil
                try world.trial.propose(version, to: environment, parameters: threads, by: person)
                return "\(version) for \(environment) by \(person.id)"
            },
            Action(name: "approve", weight: 44) { world, dice in
                guard let open = try world.openProposal(&dice) else { return nil }
                let person = world.one(of: try world.entitled(to: open), &dice)
                let approval = try world.trial.registry.approve(
                    ModelSelector("\(open.version)"), in: open.environment, reason: "fine",
                    by: world.trial.author(person))
                return "\(open.version) in \(open.environment) by \(person.id), "
                    + "onto \(ReferenceTarget.short(approval.branch))"
            },
            Action(name: "break the glass", weight: 2) { world, dice in
                guard let open = try world.openProposal(&dice) else { return nil }
                let person = world.one(of: world.newest.admins, &dice)
                try world.trial.registry.approve(
                    ModelSelector("\(open.version)"), in: open.environment, reason: "now",
                    breakingGlass: true, by: world.trial.author(person))
                return "\(open.version) in \(open.environment) by \(person.id)"
            },
            Action(name: "reject", weight: 2) { world, dice in
                guard let open = try world.openProposal(&dice) else { return nil }
                let person = world.one(of: try world.deciders(open.environment), &dice)
                try world.trial.reject(open.version, in: open.environment, by: person)
                return "\(open.version) in \(open.environment) by \(person.id)"
            },
            Action(name: "propose to roll back", weight: 3) { world, dice in
                guard let version = try world.anyVersion(&dice) else { return nil }
                let environment = try world.anyEnvironment(&dice)
                let person = world.one(of: world.newest.proposers, &dice)
                let back = try world.trial.registry.proposeRollback(
                    version.model, in: environment, to: nil, by: world.trial.author(person))
                return "\(environment) to \(back.version) by \(person.id)"
            },
            Action(name: "propose to withdraw", weight: 2) { world, dice in
                guard let version = try world.anyVersion(&dice) else { return nil }
                let environment = try world.anyEnvironment(&dice)
                let person = world.one(of: world.newest.proposers, &dice)
                let gone = try world.trial.registry.proposeWithdrawal(
                    version.model, from: environment, by: world.trial.author(person))
                return "\(gone.version) from \(environment) by \(person.id)"
            },
            Action(name: "run", weight: 8) { world, dice in
                guard let version = try world.anyVersion(&dice) else { return nil }
                let environment = try world.anyEnvironment(&dice)
                let step = try world.trial.judge.history.lastChange(
                    of: version.model, from: world.trial.tip(environment))
                guard let step else { return nil }
                let status: RunRecord.Status = dice.one(in: 4) ? .failed : .passed
                try world.trial.run(version, at: step.id, in: environment, status: status)
                return "\(version) in \(environment): \(status)"
            },
        ]
    }

    private static var governing: [Action] {
        [
            Action(name: "propose a policy", weight: 3) { world, dice in
                let person = world.one(of: world.newest.admins, &dice)
                let main = try world.trial.registry.mainSnapshot().policy.serial
                let present = world.policies.values.first { $0.serial == main } ?? world.newest
                var policy = present.changed(&dice)
                // Two changes of one serial are one reference, and two policies.
                policy.serial = world.newest.serial + 1
                world.policies[policy.text] = policy
                _ = try world.trial.registry.proposeConfiguration(
                    [(".signet/policy.yaml", policy.text.bytes)], title: "Change",
                    by: world.trial.author(person))
                world.newest = policy
                return "\(policy.serial) by \(person.id)"
            },
            Action(name: "approve a policy", weight: 6) { world, dice in
                let open = try world.trial.registry.references(prefix: "refs/heads/policy/")
                    .compactMap { Int($0.name.dropFirst("refs/heads/policy/".count)) }
                guard !open.isEmpty else { return nil }
                let person = world.one(of: world.newest.admins, &dice)
                let serial = dice.pick(open)
                try world.trial.registry.approveConfiguration(
                    serial: serial, reason: "agreed", by: world.trial.author(person))
                return "\(serial) by \(person.id)"
            },
            Action(name: "roll out", weight: 4) { world, dice in
                let environment = try world.anyEnvironment(&dice)
                let person = world.one(of: world.newest.admins, &dice)
                let rollout = try world.trial.registry.rollOut(
                    to: environment, reason: "agreed", by: world.trial.author(person))
                return "to \(environment) by \(person.id): \(rollout)"
            },
            Action(name: "revoke", weight: 1) { world, dice in
                let person = world.one(of: world.newest.admins, &dice)
                let victim = world.someone(&dice)
                let isDoubtful = dice.one(in: 2)
                let action = dice.below(world.ledgerNumbers.count)
                try world.trial.registry.revoke(
                    victim.key.publicKey, reason: isDoubtful ? .compromised : .left,
                    fromEntry: isDoubtful ? world.ledgerNumbers[action] + 1 : nil, note: nil,
                    by: world.trial.author(person))
                // The entry after that action's last is the next action's.
                world.revoked[victim.key.publicKey.fingerprint] = (
                    world.story.count + 1, isDoubtful ? action + 1 : nil
                )
                return "a key of \(victim.id) by \(person.id)"
            },
        ]
    }
}
