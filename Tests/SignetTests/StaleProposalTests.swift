import Foundation
import Testing

/// Proposals that can't be decided, or opened, any more.
struct StaleProposalTests {
    @Test func aProposalThatWentStaleOrIsThereTwice() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            fixture.expect(
                try fixture.signet("propose", "tumour", "--env", "dev", as: .ravi),
                complaint: """
                    error: refused: refs/heads/promote/dev/tumour/v1
                      open: a proposal of tumour@1 for dev is open already: <short>
                        hint: decide it first: signet approve tumour@1 --env dev --reason TEXT, or reject
                    """)
            try #require(try fixture.register(example: 2).status == 0)
            // A newer version's proposal closes the older one.
            fixture.expect(
                try fixture.signet(
                    "approve", "tumour@1", "--env", "dev", "--reason", "x", as: .jane),
                complaint: """
                    error: there is no open proposal of tumour@1 for dev
                    hint: open are tumour@2
                    """)
            // Two proposals are open: the one that is approved makes the other one stale.
            try #require(
                try fixture.signet("propose", "tumour@1", "--env", "dev", as: .ravi).status == 0)
            fixture.expect(
                try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "x", as: .jane),
                complaint: """
                    error: several proposals of tumour are open for dev
                    hint: name one: tumour@1, tumour@2
                    """)
            let first = try fixture.signet(
                "approve", "tumour@1", "--env", "dev", "--reason", "x", as: .jane)
            #expect(first.status == 0, "\(first)")
            let before = try fixture.state()
            let second = try fixture.signet(
                "approve", "tumour@2", "--env", "dev", "--reason", "x", as: .jane)
            #expect(second.status == 1)
            #expect(
                second.errors.hasPrefix(
                    "error: there is no open proposal of tumour@2 for dev: that of tumour@2 gave way "
                        + "to what came after it\n"), "\(second)")
            let again = try fixture.signet(
                "approve", "tumour@1", "--env", "dev", "--reason", "x", as: .kim)
            #expect(again.status == 1)
            #expect(
                again.errors.hasPrefix(
                    "error: there is no open proposal of tumour@1 for dev: that of tumour@1 was "
                        + "approved\n"), "\(again)")
            fixture.expect(
                try fixture.signet("propose", "tumour@1", "--env", "dev", as: .ravi),
                complaint: """
                    error: dev has tumour@1 with these parameters already
                    hint: change something: --set path=value, or propose another version
                    """)
            #expect(try fixture.state() == before)
        }
    }
}
