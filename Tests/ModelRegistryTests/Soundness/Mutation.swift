import GitStore
import Signatures

/// One way to change a signed commit; most are attacks, some are as good as the original.
struct Mutation: Sendable {
    let name: String
    let apply: @Sendable (inout Mutant, inout Dice) throws -> Void

    init(_ name: String, _ apply: @escaping @Sendable (inout Mutant, inout Dice) throws -> Void) {
        self.name = name
        self.apply = apply
    }
}

/// A commit while it is changed.
struct Mutant {
    var bytes: [UInt8]
    /// What changes draw on.
    let rig: SoundnessRig
    let level: SignedUpdate.Level
    /// What was done.
    var done: [String] = []

    /// Changes fields, and writes them out again.
    mutating func edit(_ change: (inout CommitText) throws -> Void) rethrows {
        var text = CommitText(bytes)
        try change(&text)
        bytes = text.bytes
    }

    mutating func sign(by signer: any CommitSigner) throws {
        var text = CommitText(bytes)
        text.armor = try signer.sign(text.payload)
        bytes = text.bytes
    }
}

extension Mutation {
    /// All there are, by what they change; the weights say how often each sort is chosen.
    static let all: [(weight: Int, mutations: [Mutation])] = [
        (3, raw), (4, headers), (4, fields), (5, signatures), (2, keys),
    ]

    private static let weights = all.flatMap { Array(repeating: $0.mutations, count: $0.weight) }

    /// Changes a commit of an update once to three times, now and then signing it anew in the end.
    static func mutate(
        _ level: SignedUpdate.Level, of rig: SoundnessRig, _ dice: inout Dice
    ) throws -> Mutant {
        var mutant = Mutant(bytes: level.bytes, rig: rig, level: level)
        for _ in 0..<(dice.one(in: 3) ? 1 + dice.below(3) : 1) {
            let mutation = dice.pick(dice.pick(weights))
            try mutation.apply(&mutant, &dice)
            mutant.done.append(mutation.name)
        }
        if dice.one(in: 3) {
            let signer = dice.one(in: 2) ? inProcess(level, rig) : dice.pick(rig.signers)
            try mutant.sign(by: signer)
            mutant.done.append("signed anew")
        }
        return mutant
    }

    /// The level's own signer, or one of the same person's where that would start a program.
    private static func inProcess(
        _ level: SignedUpdate.Level, _ rig: SoundnessRig
    ) -> any CommitSigner {
        level.signer is SSHKeygenSigner ? Person.jane.key : level.signer
    }

    // MARK: bytes

    private static let pieces = [
        "\0", "\n", "\n\n", " ", "\r", "\t", "gpgsig ", "gpgsig-sha256 x\n", "parent ",
        "mergetag x\n", "encoding UTF-8\n", "encoding latin1\n", "HG:extra x\n", "<", ">", "=",
        "author A <a> 1 +0000\n", "-----END SSH SIGNATURE-----\n",
        "-----BEGIN SSH SIGNATURE-----\n",
        "ß", "e\u{301}", "\u{202E}", " 0 +0000\n", "Decision: rejected\n", "Break-glass: now\n",
    ]

    static let raw: [Mutation] = [
        Mutation("a bit flipped") { mutant, dice in
            guard !mutant.bytes.isEmpty else { return }
            mutant.bytes[dice.below(mutant.bytes.count)] ^= 1 << UInt8(dice.below(8))
        },
        Mutation("a byte removed") { mutant, dice in
            guard !mutant.bytes.isEmpty else { return }
            mutant.bytes.remove(at: dice.below(mutant.bytes.count))
        },
        Mutation("a byte replaced") { mutant, dice in
            guard !mutant.bytes.isEmpty else { return }
            mutant.bytes[dice.below(mutant.bytes.count)] = UInt8(dice.below(256))
        },
        Mutation("a piece inserted") { mutant, dice in
            let piece = dice.pick(pieces).utf8
            mutant.bytes.insert(contentsOf: piece, at: dice.below(mutant.bytes.count + 1))
        },
        Mutation("a piece inserted at a line's start") { mutant, dice in
            let starts = [0] + mutant.bytes.indices.filter { mutant.bytes[$0] == 10 }.map { $0 + 1 }
            mutant.bytes.insert(contentsOf: dice.pick(pieces).utf8, at: dice.pick(starts))
        },
        Mutation("cut off") { mutant, dice in
            mutant.bytes.removeLast(dice.below(mutant.bytes.count + 1))
        },
        Mutation("a stretch repeated") { mutant, dice in
            let start = dice.below(mutant.bytes.count + 1)
            let stretch = mutant.bytes[start...].prefix(1 + dice.below(80))
            mutant.bytes.insert(contentsOf: stretch, at: dice.below(mutant.bytes.count + 1))
        },
        Mutation("text appended") { mutant, dice in
            mutant.bytes += dice.pick(pieces).utf8
        },
    ]
}
