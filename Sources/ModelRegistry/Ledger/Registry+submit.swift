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
            case .conflict, .locked: throw RegistryError.conflict(reference: update.name)
            default: throw error
            }
        }
        return verdicts
    }

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
