import GitStore
import Signatures

/// How every reference of the registry moves: judged with the reference locked, recorded, settled.
extension Registry {
    /// Moves a reference if the engine accepts it, and returns the ledger's entries.
    ///
    /// In a clone the update is pushed, and the registry's hooks judge it.
    ///
    /// - Throws: `RegistryError.refused` with the verdict, `.conflict` when somebody else was first.
    @discardableResult
    package func submit(_ update: ReferenceUpdate, log: String) throws -> [Verdict] {
        switch access {
        case .clone(let remote):
            try push(update, to: remote)
            return []
        case .local:
            let verdicts = try move(update, log: log)
            try settle()
            return verdicts
        }
    }

    private func move(_ update: ReferenceUpdate, log: String) throws -> [Verdict] {
        var verdicts: [Verdict] = []
        var intent: String?
        do {
            try repository.update([update], log: log) {
                let received = now
                verdicts = judge.judge(update, received: received)
                if let refused = verdicts.first(where: { !$0.isAccepted }) {
                    throw RegistryError.refused(refused)
                }
                intent = try admit(update, verdicts, received)
            }
        } catch let error as GitError {
            if let intent { try inbox.remove(intent) }
            switch error {
            case .conflict: throw RegistryError.conflict(reference: update.name)
            case .nameConflict(_, let other):
                throw RegistryError.invalid(
                    "'\(ReferenceTarget.short(update.name))' and '\(ReferenceTarget.short(other))' "
                        + "exclude each other: one is the other's prefix",
                    hint: "choose a name that is no path prefix of another")
            default: throw error
            }
        }
        return verdicts
    }

    /// Makes an attempt, and again while somebody else was first: each time on what is there then.
    ///
    /// - Throws: the conflict itself when others were first again and again.
    func whileOthersAreFirst<Answer>(_ attempt: () throws -> Answer) throws -> Answer {
        for _ in 1..<Self.attempts {
            do {
                return try attempt()
            } catch RegistryError.conflict {
                continue
            }
        }
        return try attempt()
    }

    /// Each round somebody gets through, so that this many writers at once all land.
    private static let attempts = 32

    /// Writes the intent of an accepted update; the reference is locked.
    package func admit(
        _ update: ReferenceUpdate, _ verdicts: [Verdict], _ received: Timestamp
    ) throws -> String? {
        guard let new = update.new else { return nil }
        return try inbox.write(
            Inbox.Intent(
                reference: update.name, old: update.old, new: new, received: received,
                verdicts: verdicts))
    }
}
