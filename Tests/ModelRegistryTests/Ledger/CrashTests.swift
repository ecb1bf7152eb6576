import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// A crash between any two durable steps of an accepted update ends as if there had been none.
struct CrashTests {
    private let dev = TemporaryRegistry.dev

    /// How far the update came before the crash.
    enum Point: CaseIterable {
        case referenceMoved, entryWritten, indexWritten, effectsHalfDone, effectsDone
    }

    /// What a registry's state is compared by; ledger commits differ by their keys and times.
    private func state(_ trial: TemporaryRegistry) throws -> [String] {
        let registry = try trial.reopened()
        let references = try trial.repository.references(prefix: "refs/")
            .filter { $0.name != Ledger.reference }.map { "\($0.name) \($0.target)" }
        let entries = try registry.ledger.entries(after: nil).map {
            "\($0.entry.number) \($0.entry.received) \($0.entry.title) \($0.entry.effects)"
        }
        #expect(try registry.inbox.stored().isEmpty)
        #expect(try registry.reconcile().isEmpty)
        #expect(try registry.verify().findings.isEmpty)
        return references + entries
    }

    /// The merge of an open proposal that supersedes nothing but closes an older one too.
    private func prepared(_ trial: TemporaryRegistry) throws -> ObjectID {
        let one = try trial.register()
        let two = try trial.register()
        let proposal = try trial.propose(two)
        try trial.propose(one)
        return try trial.merge(proposal)
    }

    private func undisturbed() throws -> [String] {
        var undisturbed: [String] = []
        try TemporaryRegistry.with { trial in
            try trial.submit(dev.branch, prepared(trial))
            undisturbed = try state(trial)
        }
        return undisturbed
    }

    @Test(arguments: Point.allCases)
    func aCrashIsRepairedByTheNextOpening(point: Point) throws {
        let undisturbed = try undisturbed()
        try TemporaryRegistry.with { trial in
            let merge = try prepared(trial)
            try crash(trial, merge, after: point)
            #expect(try trial.registry.inbox.stored().count == 1)
            #expect(try state(trial) == undisturbed)
            #expect(try trial.registry.settle().isEmpty)
            #expect(try state(trial) == undisturbed)
        }
    }

    private func crash(
        _ trial: TemporaryRegistry, _ merge: ObjectID, after point: Point
    ) throws {
        let registry = trial.registry
        let update = try trial.update(dev.branch, to: merge)
        let verdicts = trial.judge.judge(update, received: trial.clock.now)
        #expect(verdicts.map(\.isAccepted) == [true])
        try registry.admit(update, verdicts, trial.clock.now)
        let name = try #require(try registry.inbox.stored().last?.name)
        try trial.repository.update([update], log: "approve")
        if point == .referenceMoved { return }
        // The rest happens, and is then undone down to the point.
        let before = try registry.ledger.tip()
        let intent = try #require(
            try DurableFile.read(registry.inbox.folder.appending(name)))
        let open = try trial.repository.references(prefix: "refs/heads/promote/")
        let entry = try #require(try registry.settle().first)
        try DurableFile.write(intent, to: registry.inbox.folder.appending(name))
        let closed = entry.entry.effects.compactMap(\.keptAs)
        #expect(closed.count == 2)
        let undone =
            switch point {
            case .referenceMoved, .effectsDone: [] as [String]
            case .effectsHalfDone: [closed[1]]
            case .entryWritten, .indexWritten: closed
            }
        for name in undone { try trial.moveAround(name, to: nil) }
        for (name, target) in open where !undone.isEmpty {
            guard point != .effectsHalfDone || name == entry.entry.effects[1].reference else {
                continue
            }
            try trial.moveAround(name, to: target)
        }
        guard point == .entryWritten, let before else { return }
        // The index as it was: made again from the ledger as far as the entry before.
        let index = try #require(registry.receipts as? LedgerIndex)
        let tip = try #require(try registry.ledger.tip())
        try index.reset()
        try trial.moveAround(Ledger.reference, to: before)
        try index.catchUp()
        try trial.moveAround(Ledger.reference, to: tip)
    }

    @Test func anIntentWhoseReferenceNeverMovedIsDropped() throws {
        try TemporaryRegistry.with { trial in
            let merge = try prepared(trial)
            let before = try state(trial)
            let update = try trial.update(dev.branch, to: merge)
            _ = try trial.registry.admit(
                update, trial.judge.judge(update, received: trial.clock.now), trial.clock.now)
            #expect(try state(trial) == before)
            // And it does not come back when the same update is made later.
            #expect(try trial.submit(dev.branch, merge).map(\.kind) == [.approval])
        }
    }

    @Test func anIntentWhoseReferenceIsStillLockedWaits() throws {
        try TemporaryRegistry.with { trial in
            let update = try trial.update(dev.branch, to: prepared(trial))
            _ = try trial.registry.admit(
                update, trial.judge.judge(update, received: trial.clock.now), trial.clock.now)
            let lock = trial.path.appending(dev.branch + ".lock")
            try DurableFile.write([], to: lock)
            #expect(try trial.registry.settle().isEmpty)
            #expect(try trial.registry.inbox.stored().count == 1)
            try DurableFile.remove(lock)
            #expect(try trial.registry.settle().isEmpty)
            #expect(try trial.registry.inbox.stored().isEmpty)
        }
    }

    @Test func anIndexThatIsLostIsMadeAgain() throws {
        let undisturbed = try undisturbed()
        try TemporaryRegistry.with { trial in
            try trial.submit(dev.branch, prepared(trial))
            try DurableFile.removeTree(trial.path.appending("signet/index"))
            #expect(try trial.reopened().resolve(ModelName("churn"), in: dev)?.version == 2)
            #expect(try state(trial) == undisturbed)
        }
    }

    /// While it is made again, another process must not take a branch for one that was never entered.
    @Test func whatTheIndexHasNotReachedIsAskedOfTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            try DurableFile.removeTree(trial.path.appending("signet/index"))
            #expect(try trial.registry.receipts.last(dev.branch) == commit)
            #expect(try trial.registry.receipts.last("refs/heads/env/none") == nil)
        }
    }

    @Test func repairForgetsWhatTheLedgerDoesNotSay() throws {
        try TemporaryRegistry.with { trial in
            let (_, commit) = try trial.promote()
            let proposal = try trial.commit(commit).parents[1]
            let hex = proposal.hex
            let forged = trial.path.appending("signet/index/commits").appending(
                String(hex.prefix(2))
            )
            .appending(String(hex.dropFirst(2)))
            let line = "1 \(trial.clock.now) \(hex) \(dev.branch)\n"
            try DurableFile.write(line.bytes, to: forged)
            #expect(try trial.registry.receipts.isAccepted(proposal, on: dev))
            #expect(try trial.registry.repair().isEmpty)
            #expect(try !trial.registry.receipts.isAccepted(proposal, on: dev))
            #expect(try trial.registry.receipts.isAccepted(commit, on: dev))
        }
    }

    @Test func twoAcceptedStepsOfOneBranchBothCount() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.proposal(of: version)
            let opened = try trial.update(dev.proposalBranch(version), to: proposal)
            _ = try trial.registry.admit(
                opened, trial.judge.judge(opened, received: trial.clock.now), trial.clock.now)
            try trial.repository.update([opened], log: "propose")
            // Nothing is settled, and the rejection comes in on top.
            let rejection = try trial.craft(
                tree: trial.tree(of: proposal), parents: [proposal], by: Person.jane.key,
                message: "No\n\nDecision: rejected\n")
            let closing = try trial.update(dev.proposalBranch(version), to: rejection)
            let verdicts = try trial.registry.submit(closing, log: "reject")
            #expect(verdicts.map(\.kind) == [.rejection])
            let kinds = try trial.registry.ledger.entries(after: nil).suffix(2).map(
                \.entry.verdict.kind)
            #expect(kinds == [.proposal, .rejection])
        }
    }
}
