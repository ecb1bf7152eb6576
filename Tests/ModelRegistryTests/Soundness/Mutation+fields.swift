import GitStore

@testable import ModelRegistry

/// Changes of what a commit says: parents, tree, people, dates, message.
extension Mutation {
    static let fields: [Mutation] = [
        Mutation("parents swapped") { mutant, _ in
            mutant.edit { $0.set("parent", to: $0.values("parent").reversed()) }
        },
        Mutation("a parent dropped") { mutant, dice in
            mutant.edit { text in
                var parents = text.values("parent")
                if !parents.isEmpty { parents.remove(at: dice.below(parents.count)) }
                text.set("parent", to: parents)
            }
        },
        Mutation("a parent added") { mutant, dice in
            let other = dice.pick(mutant.rig.commits).hex
            mutant.edit { text in
                var parents = text.values("parent")
                parents.insert(other, at: dice.below(parents.count + 1))
                text.set("parent", to: parents)
            }
        },
        Mutation("a parent replaced") { mutant, dice in
            let other = dice.pick(mutant.rig.commits).hex
            mutant.edit { text in
                var parents = text.values("parent")
                if !parents.isEmpty { parents[dice.below(parents.count)] = other }
                text.set("parent", to: parents)
            }
        },
        Mutation("a parent doubled") { mutant, dice in
            mutant.edit { text in
                let parents = text.values("parent")
                guard !parents.isEmpty else { return }
                text.set("parent", to: parents + [dice.pick(parents)])
            }
        },
        Mutation("another tree") { mutant, dice in
            let other = dice.pick(mutant.rig.trees).hex
            mutant.edit { $0.set("tree", to: [other]) }
        },
        Mutation("the whole of another commit, but for parents and tree") { mutant, dice in
            let other = CommitText(try mutant.rig.anySignedCommit(&dice))
            mutant.edit { text in
                let (tree, parents) = (text.values("tree"), text.values("parent"))
                text = other
                text.set("tree", to: tree)
                text.set("parent", to: parents)
            }
        },
        Mutation("another commit") { mutant, dice in
            mutant.bytes = try mutant.rig.anySignedCommit(&dice)
        },
        Mutation("another date") { mutant, dice in
            let now = mutant.rig.trial.clock.now.seconds
            let dates = [
                "\(now)", "\(now + 299)", "\(now + 301)", "\(now - 7200)", "0", "-1", "1e9",
                "0\(now)", "+\(now)", "99999999999999999999", "\(now).5", "",
            ]
            let date = dice.pick(dates)
            let zone = dice.pick(["+0000", "-0000", "+0130", "+9999", "Z", ""])
            let name = dice.pick(["author", "committer"])
            mutant.edit { $0.set(name, to: ["Jane Doe <jane@example.com> \(date) \(zone)"]) }
        },
        Mutation("another person named") { mutant, dice in
            let people = ["Jane Doe", "", "Jane <x>", "Jane\u{7}", " Jane", "J\u{e9}", "a > b"]
            let who = dice.pick(people)
            let now = mutant.rig.trial.clock.now.seconds
            let name = dice.pick(["author", "committer"])
            mutant.edit { $0.set(name, to: ["\(who) <jane@example.com> \(now) +0000"]) }
        },
        Mutation("another message") { mutant, dice in
            let messages = [
                "", "x", "Approve\n\nDecision: rejected\n", "Approve\n\nModel: other\n",
                "Approve\n\nEnvironment: prod\n", "Approve\n\nVersion: 2\n", "a\0b\n",
                "Approve\n\nSigned-by: Root\n", "Approve\n\nBreak-glass: now\n", "\n\n", "ok\n",
                "Approve\n\nReason: because\n", "gpgsig x\n", "\u{1b}[2J\n",
            ]
            let message = dice.pick(messages).bytes
            mutant.edit { $0.message = message }
        },
    ]
}

extension SoundnessRig {
    /// The bytes of some commit of the registry or of an update.
    func anySignedCommit(_ dice: inout Dice) throws -> [UInt8] {
        try trial.repository.read(dice.pick(commits), as: .commit)
    }
}
