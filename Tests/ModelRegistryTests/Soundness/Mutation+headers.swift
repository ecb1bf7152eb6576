/// Changes of header lines as lines.
extension Mutation {
    private static let names = [
        "tree", "parent", "author", "committer", "encoding", "gpgsig", "gpgsig-sha256", "mergetag",
        "Gpgsig", "PARENT", "tree ", "gpgsigx", "", "commit",
    ]

    static let headers: [Mutation] = [
        Mutation("a header dropped") { mutant, dice in
            mutant.edit { text in
                guard !text.fields.isEmpty else { return }
                text.fields.remove(at: dice.below(text.fields.count))
            }
        },
        Mutation("a header doubled") { mutant, dice in
            mutant.edit { text in
                guard !text.fields.isEmpty else { return }
                let field = dice.pick(text.fields)
                text.fields.insert(field, at: dice.below(text.fields.count + 1))
            }
        },
        Mutation("two headers swapped") { mutant, dice in
            mutant.edit { text in
                guard text.fields.count > 1 else { return }
                text.fields.swapAt(dice.below(text.fields.count), dice.below(text.fields.count))
            }
        },
        Mutation("a header renamed") { mutant, dice in
            mutant.edit { text in
                guard !text.fields.isEmpty else { return }
                text.fields[dice.below(text.fields.count)].name = dice.pick(names).bytes
            }
        },
        Mutation("a header in capitals") { mutant, dice in
            mutant.edit { text in
                guard !text.fields.isEmpty else { return }
                let place = dice.below(text.fields.count)
                let name = String(decoding: text.fields[place].name, as: UTF8.self)
                text.fields[place].name = name.uppercased().bytes
            }
        },
        Mutation("a foreign header") { mutant, dice in
            mutant.edit { text in
                let field = CommitText.Field(name: dice.pick(names).bytes, value: "x y".bytes)
                text.fields.insert(field, at: dice.below(text.fields.count + 1))
            }
        },
        Mutation("a continued line") { mutant, dice in
            mutant.edit { text in
                guard !text.fields.isEmpty else { return }
                let place = dice.below(text.fields.count)
                text.fields[place].value += "\n \(dice.pick(["", "x", "parent x"]))".bytes
            }
        },
        Mutation("the encoding named") { mutant, dice in
            mutant.edit { $0.set("encoding", to: [dice.pick(["UTF-8", "utf-8", "latin1", ""])]) }
        },
        Mutation("carriage returns") { mutant, dice in
            mutant.bytes = mutant.bytes.flatMap { $0 == 10 ? [13, 10] : [$0] }
        },
        Mutation("another commit's signature added") { mutant, dice in
            let other = CommitText(try mutant.rig.anySignedCommit(&dice))
            mutant.edit { text in
                let signatures = other.fields.filter { $0.name == "gpgsig".bytes }
                text.fields.insert(contentsOf: signatures, at: dice.below(text.fields.count + 1))
            }
        },
        Mutation("the signature moved into the message") { mutant, dice in
            mutant.edit { text in
                let signatures = text.fields.filter { $0.name == "gpgsig".bytes }
                if dice.one(in: 2) { text.fields.removeAll { $0.name == "gpgsig".bytes } }
                let lines = signatures.flatMap(\.line)
                text.message = (dice.one(in: 2) ? "\n" : "").bytes + lines + [10] + text.message
            }
        },
        Mutation("the signature made the first header") { mutant, _ in
            mutant.edit { text in
                let signatures = text.fields.filter { $0.name == "gpgsig".bytes }
                text.fields = signatures + text.fields.filter { $0.name != "gpgsig".bytes }
            }
        },
    ]
}
