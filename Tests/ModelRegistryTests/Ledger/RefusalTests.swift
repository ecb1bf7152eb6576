import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// What was refused is kept in the ledger, and moves nothing.
struct RefusalTests {
    private let dev = TemporaryRegistry.dev

    private func refusals(_ trial: TemporaryRegistry) throws -> [LedgerEntry] {
        try trial.registry.ledger.entries(after: nil).map(\.entry)
            .filter { $0.verdict.kind == .refused }
    }

    /// Submits a merge that four eyes refuse, a new one each time.
    @discardableResult
    private func refuse(_ trial: TemporaryRegistry, _ proposal: ObjectID) throws -> ObjectID {
        let merge = try trial.merge(proposal, by: .ravi, at: trial.clock.now)
        #expect(throws: RegistryError.self) { try trial.submit(dev.branch, merge) }
        return merge
    }

    @Test func aRefusalIsAnEntryThatSaysWhatWasAskedAndByWhom() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let tip = try trial.tip(dev)
            let merge = try refuse(trial, proposal)
            let entry = try #require(try refusals(trial).first)
            #expect(entry.number == (try trial.registry.ledger.entries(after: nil).count))
            #expect(entry.verdict.reference == dev.branch)
            #expect(entry.verdict.old == tip)
            #expect(entry.verdict.new == merge)
            #expect(entry.verdict.attempted == .approval)
            #expect(entry.verdict.principal?.text == "ravi")
            #expect(entry.verdict.fingerprint == Person.ravi.key.publicKey.fingerprint)
            #expect(entry.verdict.denials.map(\.rule) == [.fourEyes])
            #expect(entry.verdict.answers.contains { $0.rule == .tree && $0.status == .satisfied })
            #expect(entry.effects.isEmpty)
        }
    }

    @Test func aRefusalMovesNothingForAnyReaderOfTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let tip = try trial.tip(dev)
            let merge = try refuse(trial, proposal)
            let index = try #require(trial.registry.receipts as? LedgerIndex)
            let map = LedgerMap(
                repository: trial.repository, reference: trial.registry.reference)
            for receipts in [index, map] as [any Receipts] {
                #expect(try receipts.last(dev.branch) == tip)
                #expect(try receipts.receipt(of: merge, on: dev.branch) == nil)
            }
            let link = try #require(try trial.registry.ledger.entries(after: nil).last)
            let events = RegistryEvent.derived(
                from: link.entry, at: link.commit, registry: trial.registry.founding)
            #expect(events.isEmpty)
            #expect(try trial.registry.reconcile().isEmpty)
            #expect(try trial.registry.verify().holds)
            #expect(try trial.registry.history(of: dev).count == 1)
        }
    }

    @Test func whatIsRefusedFirstAndAcceptedLaterIsInTheHistoryAsAccepted() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(
                proposal, at: Timestamp(seconds: trial.clock.now.seconds + 900))
            #expect(throws: RegistryError.self) { try trial.submit(dev.branch, merge) }
            trial.clock.advance(900)
            try trial.submit(dev.branch, merge)
            #expect(try refusals(trial).map(\.verdict.denials.first?.rule) == [.dates])
            #expect(try trial.registry.history(of: dev).first?.action == .approved)
            #expect(try trial.resolve()?.commit == merge)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func theSameRefusalWithinAMinuteIsEnteredOnce() throws {
        try TemporaryRegistry.with { trial in
            let merge = try refuse(trial, trial.propose(trial.register()))
            func again() {
                #expect(throws: RegistryError.self) { try trial.submit(dev.branch, merge) }
            }
            trial.clock.advance(59)
            again()
            #expect(try refusals(trial).count == 1)
            trial.clock.advance(1)
            again()
            #expect(try refusals(trial).count == 2)
        }
    }

    @Test func anHourTakesTwoHundredRefusalsAndTheRestIsCounted() throws {
        try TemporaryRegistry.with { trial in
            let registry = trial.registry
            let update = ReferenceUpdate(name: "refs/heads/feature", old: nil, new: nil)
            func refuse(_ count: Int, from first: Int) throws {
                for number in first..<(first + count) {
                    var verdict = Verdict(update)
                    verdict.reference = "refs/heads/feature-\(number)"
                    verdict.refuse(.reference, "not kept here")
                    try registry.keepRefusals([verdict], of: [])
                }
                try registry.settle()
            }
            try refuse(203, from: 0)
            #expect(try refusals(trial).count == 200)
            trial.clock.advance(3599)
            try refuse(1, from: 300)
            #expect(try refusals(trial).count == 200)
            trial.clock.advance(1)
            try refuse(1, from: 400)
            let later = try refusals(trial).dropFirst(200)
            #expect(later.map(\.omitted) == [4, nil])
            #expect(
                later.first?.verdict.denials.first?.saw.hasPrefix("4 refusals since ") == true)
            #expect(try registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRefusalOfAnySizeIsBounded() throws {
        var verdict = Verdict(ReferenceUpdate(name: "refs/heads/x", old: nil, new: nil))
        for _ in 0..<50 {
            verdict.answer(.tree, true, String(repeating: "\u{1}", count: 4000))
        }
        verdict.refuse(.gates, String(repeating: "é", count: 100_000), hint: "h")
        let name = "refs/heads/" + String(repeating: "a", count: 60_000) + "\u{1b}[2J"
        let kept = verdict.kept(refusing: ReferenceUpdate(name: name, old: nil, new: nil))
        #expect(try CanonicalJSON.encode(kept.answers).count <= Verdict.answersLimit)
        #expect(kept.denials.map(\.rule) == [.gates])
        #expect(kept.reference.utf8.count < 600)
        #expect(!kept.answers.contains { $0.saw.contains("\u{1}") })
    }

    @Test func aRefusalOfAStrangeNameDoesNotStopTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let update = ReferenceUpdate(
                name: "refs/heads/a\u{7}b\u{2028}c d", old: nil, new: nil)
            try trial.registry.keepRefusals(
                trial.judge.judge(update, received: trial.clock.now), of: [update])
            try DurableFile.write(
                "not JSON".bytes, to: trial.registry.refusals.folder.appending("1.json"))
            try trial.registry.settle()
            #expect(try refusals(trial).map(\.verdict.reference) == ["refs/heads/a?b\u{2028}c d"])
            #expect(try !trial.registry.hasRefusalsWaiting())
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRefusalThatACrashLeftIsEnteredByWhoOpensNext() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .ravi)
            let update = try trial.update(dev.branch, to: merge)
            try trial.registry.keepRefusals(
                trial.judge.judge(update, received: trial.clock.now), of: [update])
            #expect(try refusals(trial).isEmpty)
            _ = try trial.reopened()
            #expect(try refusals(trial).count == 1)
            _ = try trial.registry.repair()
            #expect(try refusals(trial).count == 1)
        }
    }

    @Test func acceptedUpdatesLeaveNoRefusal() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            #expect(try refusals(trial).isEmpty)
            #expect(try DurableFile.names(in: trial.registry.refusals.folder).isEmpty)
        }
    }
}
