import GitStore
import Glibc
import SystemPackage

/// What git's hooks ask: the same engine, whoever pushes.
extension Registry {
    /// One line of a hook's input.
    package static func update(hookLine line: String) -> ReferenceUpdate? {
        let fields = line.split(separator: " ").map(String.init)
        guard fields.count == 3, let old = ObjectID(fields[0]), let new = ObjectID(fields[1]) else {
            return nil
        }
        return ReferenceUpdate(
            name: fields[2], old: old.isZero ? nil : old, new: new.isZero ? nil : new)
    }

    /// Judges a push as a whole, read-only: `pre-receive`.
    package func judgePush(_ updates: [ReferenceUpdate]) -> [Verdict] {
        let received = now
        let environments = updates.filter {
            if case .environment = ReferenceTarget($0.name) { true } else { false }
        }
        if environments.count > 1, let second = environments.last {
            return [
                judge.refusal(
                    second, rule: .onePerPush,
                    "one push moves at most one environment branch; this moves \(environments.count)",
                    hint: "push them one after the other")
            ]
        }
        return updates.flatMap { judge.judge($0, received: received) }
    }

    /// Judges updates whose references git has locked, and writes their intents:
    /// `reference-transaction` in state *prepared*.
    package func prepare(_ updates: [ReferenceUpdate]) throws -> [Verdict] {
        // Git's housekeeping moves nothing, and waits for nobody.
        let moves = try moves(among: updates)
        guard !moves.isEmpty else { return [] }
        if moves.count > 1, let alone = moves.first(where: \.standsAlone) {
            return [
                judge.refusal(
                    alone, rule: .onePerPush,
                    "\(ReferenceTarget.short(alone.name)) moves alone, and not in one transaction "
                        + "with \(moves.count - 1) other\(moves.count == 2 ? "" : "s")",
                    hint: "push them one after the other, without --atomic")
            ]
        }
        return try admitting(moves) {
            let received = now
            let judged = moves.map { ($0, judge.judge($0, received: received)) }
            let verdicts = judged.flatMap(\.1)
            guard verdicts.allSatisfy(\.isAccepted) else { return verdicts }
            for (update, verdicts) in judged {
                // Git runs the hook, and moves the references when it has ended.
                try admit(update, verdicts, received, heldBy: getppid())
            }
            return verdicts
        }
    }

    /// The updates that move something: git also cleans up after itself. A reference that only loses
    /// its loose copy stays where it is; one that git does not hold is being packed as it was read, and
    /// may have moved since.
    private func moves(among updates: [ReferenceUpdate]) throws -> [ReferenceUpdate] {
        try updates.filter { $0.name != "HEAD" }.compactMap { stated in
            var update = stated
            update.old = try repository.reference(update.name)
            if update.old == update.new { return nil }
            if update.new == nil, try repository.isPruned(update.name) { return nil }
            if stated.old == nil, update.new != nil, repository.isBeingPacked(update.name) {
                return nil
            }
            return update
        }
    }
}
