import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Nobody who approves, pushes or asks waits until the whole ledger is read: an old entry may be gone.
struct ShortReadingTests {
    private let test = TemporaryRegistry.test

    private static let soaking = TemporaryRegistry.standardPolicy.replacing(
        "{name: test, after: dev,", with: "{name: test, after: dev, soak: 1h,")

    @Test func anApprovalAfterASoakReadsNoOldEntries() throws {
        try TemporaryRegistry.with(policy: Self.soaking) { trial in
            let version = try trial.ranInDev()
            trial.clock.advance(7200)
            try trial.propose(version, to: test)
            try forget(1, in: trial)
            try trial.approve(version, in: test)
            #expect(try trial.resolve(in: test)?.version == version.number)
        }
    }

    @Test func whatTheIndexLacksIsReadFromItsEndOn() throws {
        try TemporaryRegistry.with { trial in
            let (version, step) = try trial.promote()
            let branch = test.proposalBranch(version)
            var verdict = Verdict(ReferenceUpdate(name: branch, old: nil, new: step))
            verdict.kind = .proposal
            // In the ledger, and not yet in the index, as while another process enters it.
            try trial.enter(verdict)
            try forget(1, in: trial)
            let receipts = try #require(trial.registry.receipts as? LedgerIndex)
            #expect(try receipts.head()?.commit != trial.registry.ledger.tip())
            #expect(try receipts.last(branch) == step)
            #expect(try receipts.last("refs/heads/promote/dev/none/v1") == nil)
        }
    }

    /// Removes what an old entry of the ledger says.
    private func forget(_ index: Int, in trial: TemporaryRegistry) throws {
        try trial.repository.flush()
        let entry = try trial.registry.ledger.entries(after: nil)[index].commit
        let tree = try trial.tree(of: entry)
        let blob = try #require(try trial.repository.entry(at: LedgerEntry.path, in: tree)).id
        try DurableFile.remove(trial.path.appending(blob.looseFile))
        #expect(throws: GitError.self) { try trial.registry.ledger.entries(after: nil) }
    }
}
