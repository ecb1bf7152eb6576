import Testing

@testable import Signatures

@Suite struct TrailersTests {
    struct Case: Sendable {
        let message: String
        let trailers: [[String]]
    }

    static let cases: [Case] = [
        Case(message: "Subject\n\nA: 1\nB-2:  two \n", trailers: [["A", "1"], ["B-2", "two"]]),
        Case(message: "Subject\n\nA: one\n  two\n\tthree\n", trailers: [["A", "one two three"]]),
        Case(message: "Subject\n\nBody\n\nA: 1\n\n \n", trailers: [["A", "1"]]),
        Case(message: "Subject\n\nA: 1\n\nlast words\n", trailers: []),
        Case(message: "Subject\n\nA: 1\nprose\n", trailers: []),
        Case(message: "A: 1\n", trailers: []),
        Case(message: "\n\nA: 1\n", trailers: []),
        Case(message: "Subject\n\n folded: first\n", trailers: []),
        Case(message: "Subject\n\nA b: 1\n", trailers: []),
        Case(message: "Subject\n\nA : 1\n", trailers: [["A", "1"]]),
        Case(message: "Subject\n\nA:\n", trailers: [["A", ""]]),
        Case(message: "Subject\n\nA: x: y\n", trailers: [["A", "x: y"]]),
        Case(message: "", trailers: []),
    ]

    @Test(arguments: cases)
    func trailersAreTheLastParagraphAlone(_ one: Case) {
        let found = TrailerBlock.trailers(of: one.message).map { [$0.key, $0.value] }
        #expect(found == one.trailers)
    }

    @Test func gitReadsTheSameTrailers() throws {
        try Sandbox.with { sandbox in
            try sandbox.makeRepository()
            for one in Self.cases where !one.trailers.isEmpty {
                let draft = try Sample.draft(message: one.message, parents: [])
                try sandbox.write(draft.payload(), to: "commit")
                let words = try sandbox.sh(
                    """
                    cd repository
                    id=$(git hash-object -t commit -w ../commit)
                    git log -1 --format='%(trailers:unfold,only)' $id
                    """)
                let lines = words.split(separator: "\n").map(String.init)
                let expected = one.trailers.map { "\($0[0]): \($0[1])" }
                #expect(lines.map(trimmed) == expected.map(trimmed), "\(one.message)")
            }
        }
    }

    /// As long as a commit may be: each piece is looked at once.
    @Test func aValueOfManyLinesIsJoined() {
        let count = 300_000
        let message = "S\n\nK: v\n" + String(repeating: " a\n", count: count)
        let value = TrailerBlock.trailers(of: message).first?.value
        #expect(value == "v" + String(repeating: " a", count: count))
    }

    @Test func keysAreComparedWithoutCase() throws {
        let draft = try Sample.draft(message: "S\n\ndecision: rejected\nDECISION: again\n")
        let commit = try SignedCommit.parse(draft.payload())
        #expect(commit.trailerValues("Decision") == ["rejected", "again"])
        #expect(commit.trailerValues("Reason") == [])
    }

    private func trimmed(_ line: String) -> String {
        line.hasSuffix(" ") ? String(line.dropLast()) : line
    }
}
