import GitStore
import Testing

@testable import ModelRegistry

/// What is allowed and large stops nobody.
struct LimitsTests {
    @Test func theLongestNamesAreKept() throws {
        let name = String(repeating: "e", count: 32)
        let environment = try Environment(name)
        let policy = TemporaryRegistry.standardPolicy
            .replacing("{name: dev,", with: "{name: \(name),")
            .replacing("after: dev", with: "after: \(name)")
            .replacing("dev: [sue]", with: "\(name): [sue]")
        try TemporaryRegistry.with(policy: policy) { trial in
            let model = ["a", "b", "c"].map { String(repeating: $0, count: 64) }
                .joined(separator: "/")
            let (version, commit) = try trial.promote(model, to: environment)
            let next = try trial.register(model)
            try trial.propose(next, to: environment)
            try trial.reject(next, in: environment)
            #expect(try trial.registry.resolve(version.model, in: environment)?.commit == commit)
            #expect(try trial.registry.reconcile().isEmpty)
            #expect(try trial.registry.repair().isEmpty)
            let index = try #require(trial.registry.receipts as? LedgerIndex)
            let facts = try LedgerFacts.read(trial.repository)
            let kept = facts.keptNumbers.map(facts.name).map { ($0, facts.kept($0)) }
            #expect(try index.kept() == Dictionary(uniqueKeysWithValues: kept))
            #expect(try Set(index.references()) == Set(facts.branches().keys))
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            #expect(try trial.registry.verifyLedger().findings.map(\.saw) == [])
            // A tag that is lost is found by its whole name.
            try trial.moveAround(version.tagReference, to: nil)
            #expect(try trial.reopened().repair().map(\.reference) == [version.tagReference])
        }
    }

    @Test func aLongReasonIsCutInTheLedgerAndWholeInTheCommit() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let reason = String(repeating: "\"", count: 900_000)
            let merge = try trial.merge(proposal, message: "Merge\n\nReason: \(reason)\n")
            try trial.submit(TemporaryRegistry.dev.branch, merge)
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            let kept = try #require(entry.verdict.reason)
            #expect(kept.hasPrefix("\"\"\"") && kept.hasSuffix("…") && kept.utf8.count < 1100)
            #expect(try trial.commit(merge).trailer("Reason") == reason)
            #expect(try trial.registry.audit().holds)
        }
    }

    @Test func aSerialHasANextOne() throws {
        let largest = Policy.largestSerial
        #expect(ReferenceTarget("refs/heads/policy/\(largest)") == .policy(serial: largest))
        for text in ["\(largest + 1)", "\(Int.max)", "0", "-1", "01"] {
            #expect(ReferenceTarget("refs/heads/policy/\(text)") == nil)
            #expect(ReferenceTarget("refs/heads/rollout/dev/\(text)") == nil)
        }
        try TemporaryRegistry.with { trial in
            let policy = try trial.policy()
            func propose(_ serial: Int) throws {
                let changed = policy.replacing("serial: 1\n", with: "serial: \(serial)\n")
                _ = try trial.registry.proposeConfiguration(
                    [(".signet/policy.yaml", changed.bytes)], title: "More",
                    by: trial.author(.ada))
            }
            #expect(throws: DocumentError.self) { try propose(largest + 1) }
            try propose(largest)
            let again = try trial.craft(
                tree: trial.tree(of: trial.registry.founding),
                parents: [trial.registry.founding], by: Person.ada.key)
            try trial.expectRefused("refs/heads/policy/\(largest)", again, by: .open)
        }
    }
}
