import Foundation
import Testing

/// Several processes that write at once: nothing is lost, and nobody has to try again by hand.
struct ManyWritersTests {
    @Test func ofSeveralApprovalsOfOneProposalExactlyOneWins() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let outcomes = try fixture.atOnce(
                (1...6).map { number in
                    ["approve", "tumour", "--env", "dev", "--reason", "try \(number)"]
                }, as: .jane)
            #expect(outcomes.filter { $0.status == 0 }.count == 1, "\(outcomes)")
            for loser in outcomes where loser.status != 0 {
                #expect(loser.status == 1)
                #expect(loser.output == "")
                #expect(
                    [
                        """
                        error: somebody else decided tumour@1 for dev at the same time
                        hint: see what was decided: signet log --env dev tumour

                        """,
                        """
                        error: there is no open proposal of tumour for dev
                        hint: see what was decided: signet log --env dev tumour
                        or propose it: signet propose tumour@N --env dev

                        """,
                    ].contains(loser.errors), "\(loser)")
            }
            #expect(try fixture.json("log", "--env", "dev").count == 2)
            try fixture.expectNothingWaits()
        }
    }

    @Test func anApprovalAndARejectionAtOnceAreOneDecision() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let words = ["tumour", "--env", "dev", "--reason", "x"]
            let outcomes = try fixture.atOnce(
                [["approve"] + words, ["reject"] + words], as: .kim)
            #expect(outcomes.map(\.status).sorted() == [0, 1], "\(outcomes)")
            let resolved = try fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.status == (outcomes[0].status == 0 ? 0 : 2))
            try fixture.expectNothingWaits()
        }
    }

    @Test func approvalsOfDifferentModelsAllLand() throws {
        try Fixture.with(environments: "dev") { fixture in
            let models = ["a", "b", "c", "d", "e"]
            for model in models { try #require(try fixture.register(model).status == 0) }
            let outcomes = try fixture.atOnce(
                models.map { ["approve", $0, "--env", "dev", "--reason", "fit"] }, as: .jane)
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
            #expect(try fixture.json("log", "--env", "dev").count == 1 + models.count)
            try fixture.expectNothingWaits()
        }
    }

    /// A pipeline that was started twice: one version, one proposal, and everybody is told of them.
    @Test func theSameRegistrationSeveralTimesAtOnceIsOne() throws {
        try Fixture.with(environments: "dev") { fixture in
            let receipts = (1...4).map { fixture.folder.path + "/receipt-\($0)" }
            let outcomes = try fixture.atOnce(
                receipts.map { ["register", "tumour", "--receipt", $0] + fixture.files(1) },
                as: .ravi)
            #expect(outcomes.map(\.status) == [0, 0, 0, 0], "\(outcomes)")
            #expect(Set(outcomes.map(\.output)).count == 1, "\(outcomes)")
            #expect(outcomes.filter { $0.errors.isEmpty }.count == 1, "\(outcomes)")
            #expect(try fixture.json("status")["models"]?[0]?["newest"]?.number == 1)
            let kept = try receipts.map { try String(contentsOfFile: $0, encoding: .utf8) }
            #expect(Set(kept).count == 1)
            try fixture.expectNothingWaits()
        }
    }

    @Test func registrationsOfOneModelAreNumberedOneAfterTheOther() throws {
        try Fixture.with(environments: "dev") { fixture in
            let outcomes = try fixture.atOnce(
                (1...3).map { ["register", "tumour", "--no-propose"] + fixture.files($0) },
                as: .ravi)
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
            let versions = outcomes.map { $0.output.prefix { $0 != "\n" } }
            #expect(versions.sorted() == ["tumour@1", "tumour@2", "tumour@3"])
            try fixture.expectNothingWaits()
        }
    }
}

extension Fixture {
    /// Runs the program several times at once; the answers in the order of the commands.
    func atOnce(_ commands: [[String]], as person: Person) throws -> [Outcome] {
        let started = try commands.map {
            try start([Self.program.path] + $0 + ["--key", key(person).path])
        }
        return try started.map { try $0.outcome() }
    }

    /// Expects that every accepted update is in the ledger, and that the histories hold.
    func expectNothingWaits(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let inbox = registry.appending(path: "signet/inbox").path
        let waiting = try FileManager.default.contentsOfDirectory(atPath: inbox)
        #expect(waiting == [], sourceLocation: sourceLocation)
        let repaired = try signet("repair")
        #expect(
            repaired.output == "everything is in the ledger\n", "\(repaired)",
            sourceLocation: sourceLocation)
        let verified = try signet("verify")
        #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    }
}
