import GitStore
import Glibc
import Signatures
import SystemPackage

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
            // Without the key nothing could be entered in the ledger: said before anything moves.
            _ = try serviceKey(.registry)
            let verdicts: [Verdict]
            do {
                verdicts = try move(update, log: log)
            } catch RegistryError.refused(let verdict) {
                try enterRefusal(verdict, of: update)
                throw RegistryError.refused(verdict)
            }
            do {
                try settle()
                try repository.makeLast()
            } catch {
                throw RegistryError.unsettled(reference: update.name, error)
            }
            return verdicts
        }
    }

    /// The ledger's receipt of a commit that was just submitted, here or by somebody else.
    package func receipt(of commit: ObjectID, on name: String) throws -> Receipt? {
        try onceSettled {
            guard access != .local else { return try receipts.receipt(of: commit, on: name) }
            // A clone read the ledger when it was opened, before the push.
            return try LedgerMap(repository: repository, reference: reference)
                .receipt(of: commit, on: name)
        }
    }

    /// Looks for what follows from a move; when another process has just made it, waits some seconds
    /// until it is settled.
    func onceSettled<Answer>(_ look: () throws -> Answer?) throws -> Answer? {
        for wait in [0, 100_000, 400_000, 1_500_000, 3_000_000] as [UInt32] {
            if let found = try look() { return found }
            usleep(wait)
            switch access {
            case .local: try settle()
            case .clone:
                // Whoever has no ledger here is told of no moves.
                guard try ledger.tip() != nil else { return nil }
                try refresh()
            }
        }
        return try look()
    }

    private func move(_ update: ReferenceUpdate, log: String) throws -> [Verdict] {
        var verdicts: [Verdict] = []
        var intent: String?
        do {
            // What isn't last yet is so when the ledger has the move too.
            try repository.update([update], log: log, isLast: false) {
                try admitting([update]) {
                    let received = now
                    verdicts = judge.judge(update, received: received)
                    if let refused = verdicts.first(where: { !$0.isAccepted }) {
                        throw RegistryError.refused(refused)
                    }
                    intent = try stage(update, verdicts, received)
                }
            }
        } catch {
            repository.discardStagedFiles()
            // A move that was made before something failed keeps its intent, and is entered by it.
            // (In a conflict somebody else made it: the same person's same words in the same second.)
            var isOurs = true
            if case GitError.conflict = error { isOurs = false }
            if isOurs, try reference(update.name) == update.new, update.new != update.old {
                throw RegistryError.unsettled(reference: update.name, error)
            }
            if let intent { try inbox.remove(intent) }
            guard let error = error as? GitError else { throw error }
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

    /// Writes the intent of an accepted update; git has the reference locked, and moves it.
    ///
    /// - Parameter holder: the process that has it locked, where it isn't this one.
    package func admit(
        _ update: ReferenceUpdate, _ verdicts: [Verdict], _ received: Timestamp,
        heldBy holder: Int32 = getpid()
    ) throws {
        guard var intent = intent(update, verdicts, received) else { return }
        intent.holder = holder
        try inbox.write(intent)
    }

    private func stage(
        _ update: ReferenceUpdate, _ verdicts: [Verdict], _ received: Timestamp
    ) throws -> String? {
        let name = try intent(update, verdicts, received).map {
            try inbox.stage($0, in: repository)
        }
        // In place before anybody else judges: who comes next waits for what is under way.
        try repository.flush()
        return name
    }

    private func intent(
        _ update: ReferenceUpdate, _ verdicts: [Verdict], _ received: Timestamp
    ) -> Inbox.Intent? {
        update.new.map {
            Inbox.Intent(
                reference: update.name, old: update.old, new: $0, received: received,
                verdicts: verdicts.map { $0.keptAccepting() }, holder: getpid())
        }
    }
}
