import Foundation
import Testing

/// What others wrote is shown, and obeyed by nothing: no terminal, no mail program.
struct HostileTextTests {
    /// Goes up nine lines, clears what is below, and writes another figure there.
    private static let card =
        "# Good model\n\nfine\u{1B}[9A\u{1B}[J  accuracy   0.9999\u{9B}2K \u{202E}desrever\n"

    @Test func aCardMovesNoCursor() throws {
        try Fixture.with(environments: "dev") { fixture in
            try fixture.configure()
            let card = try fixture.write("CARD.md", Self.card)
            let registered = try fixture.signet(
                "register", "forge", "--artifact", fixture.example(1, "model.onnx"), "--metrics",
                fixture.example(1, "metrics.json"), "--card", card, as: .ravi)
            try #require(registered.status == 0, "\(registered)")
            try #require(try fixture.watchOnce().status == 0)
            let mails = try fixture.mails("proposal.opened", "dev")
            let texts =
                try mails.map(\.text)
                + [
                    fixture.signet("review", "forge", "--env", "dev").output,
                    fixture.signet("show", "forge").output,
                ]
            #expect(texts.count == 3)
            for text in texts {
                #expect(text.contains("fine\u{FFFD}[9A\u{FFFD}[J  accuracy   0.9999"), "\(text)")
                let obeyed = text.unicodeScalars.filter {
                    $0 != "\n" && $0 != "\t" && $0 != "\r"
                        && [.control, .format].contains($0.properties.generalCategory)
                }
                #expect(obeyed.isEmpty)
            }
        }
    }

    @Test func aReasonThatNoCommitCanHoldIsRefused() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let before = try fixture.state()
            for command in ["approve", "reject"] {
                fixture.expect(
                    try fixture.signet(
                        command, "tumour", "--env", "dev", "--reason", "a\u{1B}[31mred", as: .jane),
                    complaint: """
                        error: a signed commit can't say this: control character 27 in commit
                        hint: write names and reasons in plain text, without control characters
                        """)
            }
            #expect(try fixture.state() == before)
        }
    }

    /// Standard output and error that can't be written: said where it can be, and never a crash.
    @Test func anAnswerThatNobodyCanTakeIsAnError() throws {
        try Fixture.with(environments: "dev") { fixture in
            let program = Fixture.program.path
            let full = try fixture.run("sh", "-c", "'\(program)' status > /dev/full")
            fixture.expect(
                full,
                complaint: """
                    error: the answer can't be written to standard output: No space left on device
                    hint: what was asked for may be done all the same: see `signet status`
                    """)
            let closed = try fixture.run("sh", "-c", "'\(program)' status >&-")
            #expect(closed.status == 1, "\(closed)")
            let mute = try fixture.run("sh", "-c", "'\(program)' show nosuch 2> /dev/full")
            #expect(mute.status == 1, "\(mute)")
            let muter = try fixture.run("sh", "-c", "'\(program)' show nosuch 2>&-")
            #expect(muter.status == 1, "\(muter)")
        }
    }
}
