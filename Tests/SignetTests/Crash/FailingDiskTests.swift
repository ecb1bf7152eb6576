import Foundation
import Glibc
import Testing

/// A disk that is full, or fails, from one step on: said with the place, exit 1, and nothing is half
/// there; a failed fsync is never told as success.
struct FailingDiskTests {
    /// What fails, and how.
    enum Failure: String, CaseIterable {
        /// No room from a step on.
        case full
        /// One step fails, as on a disk with a bad block.
        case broken

        func disturbance(at step: Int) -> Disturbance {
            switch self {
            case .full: Disturbance(way: .stay, step: step, error: ENOSPC)
            case .broken: Disturbance(way: .once, step: step, error: EIO)
            }
        }

        private var calls: [String] {
            self == .full ? ["write", "copy_file_range"] : ["fsync", "syncfs"]
        }

        func chosen(from steps: [String]) -> [Int] {
            DisturbedSteps.chosen(from: steps, among: calls, atMost: 1)
        }

        /// Whether it was such a call that failed: in another second there are other ids, and with
        /// them a folder and a step more or less on the way.
        func hit(_ run: DisturbedRun, at step: Int) -> Bool {
            guard let call = run.call(at: step) else { return false }
            return DisturbedSteps.stride != nil || calls.contains(call)
        }
    }

    @Test(arguments: CrashScenario.chosen, Failure.allCases)
    func aFailureIsToldAndLeavesNothingHalfDone(_ scenario: CrashScenario, _ failure: Failure)
        throws
    {
        try Fixture.with(environments: "dev,test") { fixture in
            try scenario.prepare(fixture)
            try fixture.keep()
            defer { fixture.forgetKept() }
            let undisturbed = try fixture.disturbed { try scenario.run(fixture, adding: $0) }
            try #require(undisturbed.outcome.status == 0, "\(undisturbed.outcome)")
            let end = try SettledState(of: fixture, isTimed: scenario == .watch)
            try fixture.restore()
            let begin = try SettledState(of: fixture, isTimed: scenario == .watch)
            var faults: [String] = []
            var failures = 0
            for step in failure.chosen(from: undisturbed.steps) {
                let disturbance = failure.disturbance(at: step)
                func disturbed() throws -> DisturbedRun {
                    try fixture.restore()
                    return try fixture.disturbed(disturbance) {
                        try scenario.run(fixture, adding: $0)
                    }
                }
                var run = try disturbed()
                for _ in 0..<4 where !failure.hit(run, at: step) { run = try disturbed() }
                guard failure.hit(run, at: step) else { continue }
                failures += 1
                if run.leavesALock(at: step) {
                    // It is known by its mark, holds nobody up, and goes with what looks for such.
                    try fixture.signet("repair")
                }
                let fault =
                    try answerFault(run, at: step, scenario, failure, fixture, begin)
                    ?? fixture.leftovers()
                    ?? scenario.fault(after: disturbance, fixture, end)
                if let fault {
                    faults.append("\(failure) at \(run.steps[step - 1])\n\(run.outcome)\n\(fault)")
                }
            }
            if DisturbedSteps.stride != nil {
                print("\(scenario), \(failure): \(failures) failures")
            }
            #expect(faults.isEmpty, "\(faults.count):\n\(faults.joined(separator: "\n----\n"))")
        }
    }

    /// What is wrong with the answer of a run whose step failed.
    private func answerFault(
        _ run: DisturbedRun, at step: Int, _ scenario: CrashScenario, _ failure: Failure,
        _ fixture: Fixture, _ begin: SettledState
    ) throws -> String? {
        let outcome = run.outcome
        if scenario.isPush {
            // Git tells the failures of its own; of a hook it tells the words.
            guard outcome.status == 0 else { return nil }
            return run.failedSync(at: step) && outcome.errors.isEmpty ? "it was not told" : nil
        }
        if outcome.status == 0 {
            return run.failedSync(at: step) ? "a failed fsync was told as success" : nil
        }
        guard outcome.status == 1 else { return "it is exit \(outcome.status)" }
        if failure == .full, scenario != .watch,
            !outcome.errors.contains("the disk is full")
                || !outcome.errors.contains(fixture.registry.path)
                || !outcome.errors.contains("hint: ")
        {
            return "neither place nor remedy"
        }
        let now = try SettledState(of: fixture, isTimed: scenario == .watch)
        let isMoved = now.references != begin.references
        let severalMoves: Set<CrashScenario> = [
            .register, .policyRollOut, .repair, .watch, .attest,
        ]
        if isMoved, !severalMoves.contains(scenario), !outcome.errors.contains("was moved") {
            return "it does not say that it moved:\n\(now.difference(from: begin))"
        }
        return nil
    }
}

extension DisturbedRun {
    func failedSync(at step: Int) -> Bool {
        call(at: step).map(["fsync", "fdatasync", "syncfs"].contains) ?? false
    }

    /// Whether the step that failed was to remove a lock.
    func leavesALock(at step: Int) -> Bool {
        call(at: step) == "unlink" && steps[step - 1].hasSuffix(".lock")
    }

    /// The name of a step's call; nil where the run had fewer steps.
    func call(at step: Int) -> String? {
        guard steps.count >= step else { return nil }
        return steps[step - 1].split(separator: " ").dropFirst().first.map(String.init)
    }
}

extension Fixture {
    /// Temporary files of Signet's that are still there; nil for none.
    func leftovers() throws -> String? {
        let found =
            try files(in: "signet").filter { $0.contains("/.tmp-") } + files(in: "lfs/tmp")
            + files(in: "objects").filter { $0.contains("tmp_obj_") }
        return found.isEmpty ? nil : "left behind: \(found.joined(separator: ", "))"
    }
}
