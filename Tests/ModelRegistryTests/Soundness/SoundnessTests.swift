import Signatures
import Testing

@testable import GitStore
@testable import ModelRegistry

/// Whatever is accepted, stock git accepts, and it is what the policy asked for; whatever is not is
/// refused for a named reason.
struct SoundnessTests {
    /// Something accepted that is not the original.
    private struct Accepted {
        let number: Int
        let update: SignedUpdate
        /// What it was accepted for, now and then another update's reference.
        let reference: String
        /// The commits as they were judged, outermost first.
        let commits: [ObjectID]
        let principal: String?
        let done: [String]
    }

    private static let batch = 500

    @Test func mutatedUpdatesAreAcceptedOnlyIfGitAndThePolicyDo() throws {
        let run = try RandomRun("soundness", variable: "SIGNET_MUTATIONS", count: 2000)
        try SoundnessRig.with { rig in
            var tally = Tally()
            var next = 0
            // Some cases change nothing in the end, and are not counted.
            while tally.mutated < run.count {
                let numbers = next..<(next + min(Self.batch, run.count - tally.mutated))
                let accepted = try numbers.compactMap { try judge($0, of: rig, run, &tally) }
                try demandSound(accepted, of: rig, run, &tally)
                // What was judged is never looked at again.
                rig.trial.repository.staging.objects = [:]
                next = numbers.upperBound
            }
            print("soundness: \(tally.text)")
            #expect(tally.accepted > 0 && tally.refused > 0, "seed \(run.seed)")
        }
    }

    /// Mutates one commit of one update, and judges; nil where that is refused, or is the original.
    private func judge(
        _ number: Int, of rig: SoundnessRig, _ run: RandomRun, _ tally: inout Tally
    ) throws -> Accepted? {
        var dice = Dice(seed: run.seed, number: number)
        let update = dice.pick(rig.updates)
        let place = dice.one(in: 2) ? 0 : dice.below(update.levels.count)
        let mutant = try Mutation.mutate(update.levels[place], of: rig, &dice)
        guard mutant.bytes != update.levels[place].bytes else { return nil }
        tally.mutated += 1
        let commits = try rig.rebuild(update, with: mutant.bytes, at: place)
        let isElsewhere = dice.one(in: 40)
        let reference = isElsewhere ? dice.pick(rig.updates).reference : update.reference
        let verdicts = rig.judge.judge(
            ReferenceUpdate(name: reference, old: rig.references[reference], new: commits[0]),
            received: rig.trial.clock.now)
        guard let last = verdicts.last, last.isAccepted, verdicts.allSatisfy(\.isAccepted) else {
            demandNamed(verdicts, "case \(number) of seed \(run.seed): \(mutant.done)", &tally)
            return nil
        }
        tally.accepted += 1
        return Accepted(
            number: number, update: update, reference: reference, commits: commits,
            principal: last.principal?.text, done: mutant.done)
    }

    private func demandNamed(_ verdicts: [Verdict], _ what: String, _ tally: inout Tally) {
        tally.refused += 1
        let denials = verdicts.last?.denials ?? []
        #expect(!denials.isEmpty, "refused without a reason: \(what)")
        for denial in denials {
            tally.rules[denial.rule, default: 0] += 1
            #expect(!denial.saw.isEmpty && !denial.rule.rawValue.isEmpty, "\(what)")
        }
    }

    /// Demands of every commit that was accepted that git verifies it, and that it is what was wanted.
    private func demandSound(
        _ accepted: [Accepted], of rig: SoundnessRig, _ run: RandomRun, _ tally: inout Tally
    ) throws {
        try rig.trial.repository.flush(accepted.flatMap(\.commits))
        let known = rig.updates.flatMap { $0.levels.map(\.id) }
        let signers = try rig.signersByGit(of: accepted.flatMap(\.commits) + known)
        tally.verified += Set(accepted.flatMap(\.commits)).subtracting(known).count
        for item in accepted {
            let what = "case \(item.number) of seed \(run.seed), \(item.update.name): \(item.done)"
            let faults = try rig.faults(
                of: item.commits[0], for: item.reference, signers, item.principal)
            let bytes = try rig.trial.repository.read(item.commits[0], as: .commit)
            #expect(
                faults.isEmpty,
                "accepted \(what): \(faults)\n\(String(decoding: bytes, as: UTF8.self))")
        }
    }
}

/// What came of a run.
private struct Tally {
    var mutated = 0
    var accepted = 0
    var refused = 0
    var verified = 0
    var rules: [Rule: Int] = [:]

    var text: String {
        let reasons = rules.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
        return "\(mutated) mutants, \(accepted) accepted (\(verified) commits verified by git), "
            + "\(refused) refused (\(reasons))"
    }
}
