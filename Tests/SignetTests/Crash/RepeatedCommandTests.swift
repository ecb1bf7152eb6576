import Foundation
import Glibc
import Testing

/// A command given again, by somebody who doesn't know whether it came through.
struct RepeatedCommandTests {
    @Test func registeringTheSameFilesAgainAnswersWithTheVersionThatIsThere() throws {
        try Fixture.with(environments: "dev") { fixture in
            let first = try fixture.register()
            try #require(first.status == 0, "\(first)")
            let before = try fixture.state()
            let again = try fixture.register()
            #expect(again.status == 0, "\(again)")
            #expect(again.output == first.output)
            #expect(
                again.errors == "note: tumour@1 is registered with exactly these files already\n")
            // After the decision there is nothing to propose.
            #expect(try fixture.state() == before)
            try fixture.approve("dev")
            let decided = try fixture.state()
            #expect(try fixture.register().status == 0)
            #expect(try fixture.state() == decided)
        }
    }

    @Test func proposingTheSameAgainAnswersWithTheOpenProposal() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register("tumour", example: 1, "--no-propose").status == 0)
            let propose = ["propose", "tumour@1", "--env", "dev"]
            let first = try fixture.signet(propose, as: .ravi)
            try #require(first.status == 0, "\(first)")
            let before = try fixture.state()
            for person in [Fixture.Person.ravi, .kim] {
                let again = try fixture.signet(propose, as: person)
                #expect(again.status == 0, "\(again)")
                #expect(again.output == first.output)
            }
            #expect(try fixture.state() == before)
            let other = try fixture.signet(
                propose + ["--set", "gates.accuracy.min=0.5"], as: .ravi)
            #expect(other.status == 1 && other.errors.contains("is open already"), "\(other)")
            try #require(try CrashScenario.reject.run(fixture).status == 0)
            // Ravi's would be the very same commit as long as it is the same second.
            let anew = try fixture.signet(propose, as: .kim)
            #expect(anew.status == 0 && anew.output != first.output, "\(anew)")
        }
    }

    @Test func anotherPersonOrAnotherFileMakesTheNextVersion() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let kim = try fixture.signet(Fixture.registration(), as: .kim)
            #expect(kim.output.hasPrefix("tumour@2\n"), "\(kim)")
            #expect(try fixture.register(example: 2).output.hasPrefix("tumour@3\n"))
        }
    }

    @Test func aKilledApprovalDoesNotKeepOthersFromRejecting() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let scenario = CrashScenario.approve
            try fixture.keep()
            defer { fixture.forgetKept() }
            let steps = try fixture.disturbed { try scenario.run(fixture, adding: $0) }.steps
            // The intent is in place, the reference not yet.
            func moves(_ step: String) -> Bool {
                step.contains(" rename ") && step.hasSuffix("/refs/heads/env/dev")
            }
            let step = try #require(steps.firstIndex(where: moves))
            // Another second makes other ids, and with them a folder more or less on the way there.
            let isKilledThere = try [step, step - 1, step + 1, step, step].contains { step in
                try fixture.restore()
                let killed = try fixture.disturbed(.init(way: .kill, step: step + 1)) {
                    try scenario.run(fixture, adding: $0)
                }
                return killed.outcome.status == SIGKILL && killed.steps.count > step
                    && moves(killed.steps[step])
            }
            try #require(isKilledThere)
            let rejected = try CrashScenario.reject.run(fixture)
            #expect(rejected.status == 0, "\(rejected)")
            #expect(try fixture.faultsForSignet() == nil)
        }
    }
}
