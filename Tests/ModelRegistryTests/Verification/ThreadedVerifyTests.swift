import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Verification says the same with however many threads.
struct ThreadedVerifyTests {
    private let dev = TemporaryRegistry.dev

    @Test func threadsFindWhatOneFindsInTheSameOrder() throws {
        try TemporaryRegistry.with { trial in
            // More steps than a thread takes at a time.
            for number in 1...70 {
                try trial.promote("model-\(number)")
                trial.clock.advance(1)
            }
            // Two steps around the registry, of somebody who may not approve.
            let proposals = try ["last-a", "last-b"].map { try trial.propose(trial.register($0)) }
            for proposal in proposals {
                try trial.moveAround(dev.branch, to: trial.merge(proposal, by: .ravi))
            }
            let one = try trial.registry.verify(threads: 1)
            let many = try trial.registry.verify(threads: 4)
            #expect(one.findings.map(\.saw) == many.findings.map(\.saw))
            #expect(one.findings.map(\.commit) == many.findings.map(\.commit))
            #expect(one.findings.map(\.rule) == many.findings.map(\.rule))
            #expect(one.findings.filter { $0.rule == .fourEyes }.count == 2)
            #expect(one.environments.map(\.steps) == many.environments.map(\.steps))
            #expect(one.environments.map(\.signatures) == many.environments.map(\.signatures))
            #expect(one.ledgerEntries == many.ledgerEntries)
            #expect(one.ledgerEntries > 210)
        }
    }

    @Test func aLedgerThatCannotBeReadIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let tip = try #require(try trial.registry.ledger.tip())
            let stray = try trial.craft(
                tree: trial.tree(trial.tree(of: trial.registry.founding), with: [:]),
                parents: [tip], by: Person.ada.key)
            try trial.moveAround(Ledger.reference, to: stray)
            let findings = try trial.registry.verify(threads: 4).findings
            #expect(findings.map(\.rule) == [.record])
            #expect(findings.map(\.commit) == [stray])
            #expect(findings[0].saw.hasPrefix("the newest entry can't be read: "))
        }
    }
}
