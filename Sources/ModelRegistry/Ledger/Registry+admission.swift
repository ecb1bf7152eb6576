import GitStore
import Glibc
import SystemPackage

/// Judging and admitting, in an order that the ledger keeps.
///
/// What is admitted is known by its intent, and the ledger's entries are in the order of intents. So
/// whoever judges waits until what was admitted before is entered: else a key could be revoked, or a model
/// withdrawn, between the moment in which an approval is judged and its entry, and whoever judges the
/// ledger again would find that it should not have been.
extension Registry {
    /// Judges and admits these updates: decisions one at a time; registrations and runs, which nothing of
    /// what they bring could be in the way of, together.
    ///
    /// The caller has the references locked.
    func admitting<Answer>(
        _ updates: [ReferenceUpdate], _ work: () throws -> Answer
    ) throws -> Answer {
        try oneAtATime(updates.contains { ReferenceTarget.mayDecide($0.name) }, work)
    }

    /// Does what needs the references to stand still: nothing is admitted meanwhile, and all that was
    /// is entered.
    func exclusively<Answer>(_ work: () throws -> Answer) throws -> Answer {
        try oneAtATime(true, work)
    }

    private func oneAtATime<Answer>(
        _ isDecision: Bool, _ work: () throws -> Answer
    ) throws -> Answer {
        // Whoever waits for all the others keeps new ones out.
        var gate: FileLock? = try FileLock(waitingFor: folder.appending("judge.gate"))
        let lock = try FileLock(
            waitingFor: folder.appending("judge.lock"), isShared: !isDecision)
        if !isDecision { gate = nil }
        defer { withExtendedLifetime((gate, lock)) {} }
        try awaitEarlier(decisionsAlone: !isDecision)
        return try work()
    }

    /// How long to wait for a move that was admitted to be made, in milliseconds.
    private static let patience = 15_000

    /// Enters what was admitted, waiting for the moves to be made.
    private func awaitEarlier(decisionsAlone: Bool) throws {
        var pause = 1
        var waited = 0
        while let earlier = try unentered(decisionsAlone: decisionsAlone) {
            // With a handle of its own: what is written here so far is not to come in with it.
            _ = try Registry(at: repository.gitDirectory, surroundings)
            guard let still = try unentered(decisionsAlone: decisionsAlone) else { return }
            guard waited < Self.patience else {
                throw RegistryError.invalid(
                    "an update of \(ReferenceTarget.short(earlier.reference)) was accepted, and is "
                        + "neither made nor given up: others wait for it",
                    hint:
                        "try again; if no git process is at work in the registry, `signet repair` "
                        + "clears it up")
            }
            // The lock of a git that was killed says for ever that a move is under way.
            if waited > 2000, pause >= 100 { _ = try repository.removeDeadLocks(olderThan: 2) }
            usleep(UInt32(pause * 1000))
            waited += pause
            pause = still.reference == earlier.reference ? min(pause * 2, 100) : 1
        }
    }

    /// An update that was admitted and is not in the ledger yet.
    private func unentered(decisionsAlone: Bool) throws -> Inbox.Intent? {
        guard try inbox.holds(decisionsAlone: decisionsAlone) else { return nil }
        return try inbox.stored().map(\.intent).first { intent in
            guard !decisionsAlone || ReferenceTarget.mayDecide(intent.reference) else {
                return false
            }
            return try receipts.receipt(of: intent.new, on: intent.reference) == nil
        }
    }
}

extension ReferenceUpdate {
    /// Whether what is judged depends on where it is: moved together with others, those would be judged
    /// by what was before.
    var standsAlone: Bool {
        switch ReferenceTarget(name) {
        case .environment, .main, .revocations: true
        default: false
        }
    }
}
