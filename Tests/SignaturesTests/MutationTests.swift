import Testing

@testable import Signatures

/// Whatever is accepted here, stock git accepts, and reads the same way.
@Suite struct MutationTests {
    /// A small generator (SplitMix64), so that a seed repeats a failure.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let mutations = 2400
    private static let mostForGit = 64
    private static let pieces = [
        "\0", "\n", "\n\n", " ", "\r", "gpgsig ", "gpgsig-sha256 x\n", "parent ", "mergetag x\n",
        "encoding UTF-8\n", "encoding latin1\n", "author A <a> 1 +0000\n", "<", ">", "\t",
        "-----END",
        "-----BEGIN SSH SIGNATURE-----\n", "tree \(Sample.emptyTree)\n",
        "parent \(Sample.parent)\n",
        "ß", "e\u{301}", "=", " 0 +0000\n",
    ]

    @Test func mutatedSignedCommitIsAcceptedOnlyIfGitAcceptsIt() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var dice = Dice(state: seed)
        let sound = try Sample.draft(parents: []).signed(by: Sample.key())
        var accepted: Set<[UInt8]> = [sound]
        for _ in 0..<Self.mutations {
            let bytes = Self.mutate(sound, &dice)
            if Self.isGood(bytes) { accepted.insert(bytes) }
        }
        try Self.demandGitAgrees([[UInt8]](accepted), seed: seed)
    }

    @Test func mutatedPayloadSignedAnewIsReadAsGitReadsIt() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var dice = Dice(state: seed)
        let sound = try Sample.draft(parents: []).payload()
        var accepted: Set<[UInt8]> = []
        for _ in 0..<Self.mutations where accepted.count < Self.mostForGit {
            let payload = Self.mutate(sound, &dice)
            let bytes = try Self.signed(payload)
            if Self.isGood(bytes) { accepted.insert(bytes) }
        }
        #expect(accepted.count > 10, "seed \(seed)")
        try Self.demandGitAgrees([[UInt8]](accepted), seed: seed)
    }

    static func isGood(_ bytes: [UInt8]) -> Bool {
        do {
            return try SignedCommit.parse(bytes).verify().key != nil
        } catch {
            return false
        }
    }

    /// Signs any bytes, and puts the signature where git puts it.
    private static func signed(_ payload: [UInt8]) throws -> [UInt8] {
        let armor = try Sample.key().sign(payload)
        let field = "gpgsig " + armor.dropLast().split(separator: "\n").joined(separator: "\n ")
        let text = [UInt8](payload)
        let end = text.indices.first { text[$0...].starts(with: [10, 10]) } ?? text.count - 1
        return text[...end] + field.bytes + [10] + text[(end + 1)...]
    }

    static func mutate(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var mutated = bytes
        for _ in 0..<Int.random(in: 1...3, using: &dice) {
            let place = Int.random(in: 0..<mutated.count, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 1: mutated.remove(at: place)
            case 2: mutated.insert(UInt8.random(in: 32..<127, using: &dice), at: place)
            case 3:
                let piece = pieces.randomElement(using: &dice) ?? ""
                mutated.insert(contentsOf: piece.utf8, at: place)
            case 4: mutated[place] = UInt8.random(in: 0...255, using: &dice)
            default: mutated = shuffled(mutated, &dice)
            }
        }
        return mutated
    }

    /// Copies, drops or swaps a line.
    private static func shuffled(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let one = Int.random(in: 0..<lines.count, using: &dice)
        let other = Int.random(in: 0..<lines.count, using: &dice)
        switch Int.random(in: 0..<3, using: &dice) {
        case 0: lines.insert(lines[one], at: other)
        case 1 where lines.count > 2: lines.remove(at: one)
        default: lines.swapAt(one, other)
        }
        return [UInt8](lines.joined(separator: [10]))
    }

    static func demandGitAgrees(
        _ commits: [[UInt8]], signedBy key: PublicKey? = nil, seed: UInt64
    ) throws {
        try Sandbox.with { sandbox in
            let key = try key ?? Sample.key().publicKey
            let line = AllowedSigners.line(principal: "jane", key: key)
            try sandbox.write(line.bytes + [10], to: "allowed")
            try sandbox.makeRepository()
            for (number, bytes) in commits.enumerated() {
                try sandbox.write(bytes, to: "commit.\(number)")
            }
            let names = commits.indices.map { "../commit.\($0)\n" }.joined()
            try sandbox.write(names.bytes, to: "names")
            let (status, words) = try sandbox.run(
                """
                cd repository
                git hash-object -t commit -w --literally --stdin-paths < ../names > ../ids
                git verify-commit $(cat ../ids)
                """)
            #expect(status == 0, "seed \(seed): \(words)")
            try demandSameFields(commits, seed: seed, in: sandbox)
        }
    }

    private static func demandSameFields(
        _ commits: [[UInt8]], seed: UInt64, in sandbox: Sandbox
    ) throws {
        let format = "%T%x01%P%x01%an <%ae> %ad%x01%cn <%ce> %cd%x01%B%x02"
        let words = try sandbox.sh(
            """
            cd repository
            git log --no-walk=unsorted --date=raw --format='\(format)' $(cat ../ids)
            """)
        let found = words.split(separator: "\u{2}\n").map {
            $0.split(
                separator: "\u{1}",
                omittingEmptySubsequences: false
            ).map(String.init)
        }
        #expect(found.count == commits.count, "seed \(seed)")
        for (bytes, fields) in zip(commits, found) {
            let commit = try SignedCommit.parse(bytes)
            let parents = commit.parents.joined(separator: " ")
            let ours = [commit.tree, parents, "\(commit.author)", "\(commit.committer)"]
            #expect([String](fields.prefix(4)) == ours, "seed \(seed)")
            #expect(fields.last.map(trimmed) == trimmed(commit.message), "seed \(seed)")
        }
    }

    /// git drops empty lines before and blanks after a message when it prints it.
    private static func trimmed(_ text: String) -> [Substring] {
        text.split(separator: "\n")
    }
}
