import Foundation
import Testing

/// A process killed between two durable steps, at every one of them: what stock git sees is whole,
/// the next command repairs, and the end is that of an undisturbed run.
struct KilledCommandTests {
    @Test(arguments: CrashScenario.chosen)
    func aCommandKilledBetweenTwoStepsEndsWhereAnUndisturbedOneDoes(_ scenario: CrashScenario)
        throws
    {
        try Fixture.with(environments: "dev,test") { fixture in
            try scenario.prepare(fixture)
            try fixture.keep()
            defer { fixture.forgetKept() }
            let undisturbed = try fixture.disturbed { try scenario.run(fixture, adding: $0) }
            try #require(undisturbed.outcome.status == 0, "\(undisturbed.outcome)")
            let end = try SettledState(of: fixture, isTimed: scenario == .watch)
            #expect(end.waiting.isEmpty, "\(end)")
            let ways: [Disturbance.Way] = scenario.isPush ? [.kill, .stop] : [.kill]
            let steps = DisturbedSteps.chosen(from: undisturbed.steps, atMost: 3)
            var faults: [String] = []
            var kills = 0
            for way in ways {
                for step in steps {
                    let disturbance = Disturbance(way: way, step: step)
                    try fixture.restore()
                    let run = try fixture.disturbed(disturbance) {
                        try scenario.run(fixture, adding: $0)
                    }
                    guard run.reached(disturbance) else { continue }
                    kills += 1
                    let fault = try scenario.fault(after: disturbance, fixture, end)
                    if let fault {
                        faults.append(
                            "\(way) before \(run.steps[step - 1])\n\(run.outcome)\n\(fault)")
                    }
                }
            }
            if DisturbedSteps.stride != nil {
                print("\(scenario): \(kills) kills among \(undisturbed.steps.count) steps")
            }
            #expect(faults.isEmpty, "\(faults.count):\n\(faults.joined(separator: "\n----\n"))")
        }
    }
}

extension Fixture {
    /// Makes locks on references look as if they had been made two minutes ago.
    func ageLocks() throws {
        for file in try files(in: "refs") + ["packed-refs.lock"] where file.hasSuffix(".lock") {
            let path = registry.appending(path: file).path
            guard FileManager.default.fileExists(atPath: path) else { continue }
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -120)], ofItemAtPath: path)
        }
    }
}

extension CrashScenario {
    /// What is wrong after a disturbed run and what people do next; nil when all is as it should be.
    func fault(
        after disturbance: Disturbance, _ fixture: Fixture, _ end: SettledState
    ) throws -> String? {
        if let fault = try fixture.faultsForGit() { return fault }
        // One after the other, what people do next.
        let next = [["status"], [], ["repair"], ["log", "--env", "dev"]][disturbance.step % 4]
        if !next.isEmpty {
            let outcome = try fixture.signet(next)
            if outcome.status != 0 { return "signet \(next[0]) then: \(outcome)" }
        }
        if isPush { try fixture.ageLocks() }
        let repaired = isPush ? try fixture.signet("repair") : nil
        let again = try run(fixture)
        if again.status != 0, !saysDone(again) { return "again: \(again)" }
        if let fault = try fixture.faultsForSignet() ?? fixture.faultsForGit() { return fault }
        let found = try SettledState(of: fixture, isTimed: self == .watch)
        if let repaired, repaired.status != 0 || repaired.output != "everything is in the ledger\n"
        {
            return "repair: \(repaired)"
        }
        if found != end {
            return "it ends elsewhere (again: \(again)):\n\(found.difference(from: end))"
        }
        return nil
    }

    /// Whether the complaint is that there is nothing left to do.
    func saysDone(_ outcome: Outcome) -> Bool {
        outcome.status == 1 && outcome.errors.contains(done)
    }

    private var done: String {
        switch self {
        case .propose, .rollBack: "is open already"
        case .approve, .approveLast, .reject, .pushByClone: "hint: see what was decided: signet log"
        case .approvePartially: "approvals: jane approved it before"
        case .policyApprove: "it is in force already"
        case .revoke: "is revoked already"
        case .register, .policyPropose, .policyRollOut, .push, .repair, .attest, .watch:
            "it can be given again"
        }
    }
}
