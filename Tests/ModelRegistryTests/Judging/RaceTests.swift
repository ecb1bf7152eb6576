import Foundation
import GitStore
import Synchronization
import SystemPackage
import Testing

@testable import ModelRegistry

/// Two writers at once: the reference's lock and the comparison inside it decide.
struct RaceTests {
    private let dev = TemporaryRegistry.dev

    private enum Outcome: Sendable, Hashable {
        case won, conflict, refused
        case failed(String)
    }

    /// Each update by a registry of its own, on a thread of its own, all at once.
    private func race(
        _ trial: TemporaryRegistry, _ updates: [ReferenceUpdate]
    ) -> [Outcome] {
        let outcomes = Mutex<[Outcome]>([])
        let (path, now) = (trial.path, trial.clock.now)
        DispatchQueue.concurrentPerform(iterations: updates.count) { number in
            let outcome = Self.submit(updates[number], at: path, now)
            outcomes.withLock { $0.append(outcome) }
        }
        return outcomes.withLock { $0 }
    }

    private static func submit(
        _ update: ReferenceUpdate, at path: FilePath, _ now: Timestamp
    ) -> Outcome {
        do {
            let registry = try Registry(at: path, .init(now: { now }))
            try registry.submit(update, log: "race")
            return .won
        } catch RegistryError.conflict {
            return .conflict
        } catch RegistryError.refused {
            return .refused
        } catch {
            return .failed("\(error)")
        }
    }

    @Test func ofAnApprovalAndARejectionOfOneProposalOneWins() throws {
        for _ in 0..<5 {
            try TemporaryRegistry.with { trial in
                let version = try trial.register("churn")
                let proposal = try trial.propose(version)
                let proposed = try trial.commit(proposal)
                let rejection = try trial.craft(
                    tree: proposed.tree, parents: [proposal], by: Person.jane.key,
                    message: "No\n\nDecision: rejected\n")
                let outcomes = race(
                    trial,
                    [
                        try trial.update(dev.branch, to: trial.merge(proposal)),
                        try trial.update(dev.proposalBranch(version), to: rejection),
                    ])
                #expect(outcomes.filter { $0 == .won }.count == 1, "\(outcomes)")
                #expect(try trial.registry.inbox.stored().isEmpty)
                #expect(try trial.registry.verify().holds)
            }
        }
    }

    @Test func ofAnApprovalAndARejectionOfOneConfigurationOneWins() throws {
        for _ in 0..<5 {
            try TemporaryRegistry.with { trial in
                _ = try trial.registry.proposeConfiguration(
                    [("templates/mail.txt", "hello\n".bytes)], title: "Say hello",
                    by: trial.author(.ada))
                let branch = "refs/heads/policy/2"
                let change = try #require(try trial.registry.reference(branch))
                let tree = try trial.tree(of: change)
                let main = try #require(try trial.registry.reference("refs/heads/main"))
                let merge = try trial.craft(
                    tree: tree, parents: [main, change], by: Person.ada.key)
                let rejection = try trial.craft(
                    tree: tree, parents: [change], by: Person.ada.key,
                    message: "No\n\nDecision: rejected\n")
                let outcomes = race(
                    trial,
                    [
                        try trial.update("refs/heads/main", to: merge),
                        try trial.update(branch, to: rejection),
                    ])
                #expect(outcomes.filter { $0 == .won }.count == 1, "\(outcomes)")
                #expect(try trial.registry.inbox.stored().isEmpty)
                #expect(try trial.registry.reference(branch) == nil)
                #expect(try trial.registry.verify().findings.map(\.saw) == [])
            }
        }
    }

    @Test func ofTwoApprovalsOnOneTipOneWins() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.propose(trial.register("churn"))
            let two = try trial.propose(trial.register("fraud"))
            let updates = try [one, two].map { try trial.update(dev.branch, to: trial.merge($0)) }
            let outcomes = race(trial, updates)
            #expect(outcomes.filter { $0 == .won }.count == 1)
            #expect(outcomes.filter { $0 == .conflict }.count == 1)
            #expect(try trial.registry.inbox.stored().isEmpty)
            #expect(try trial.registry.verify().holds)
            #expect(try trial.registry.openProposals().count == 1)
        }
    }

    @Test func anApprovalOnATipThatIsNotEnteredYetIsJudgedAsOnAnyOther() throws {
        try TemporaryRegistry.with { trial in
            let one = try trial.propose(trial.register("churn"))
            let two = try trial.propose(trial.register("fraud"))
            try trial.admit(trial.update(dev.branch, to: trial.merge(one)))
            let second = try trial.update(dev.branch, to: trial.merge(two))
            let answers = trial.registry.judge.judge(second, received: trial.clock.now)
            let denials = answers.flatMap(\.denials)
            #expect(denials.isEmpty)
        }
    }

    @Test func theSameApprovalTwiceIsMadeOnce() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let update = try trial.update(dev.branch, to: trial.merge(proposal))
            let outcomes = race(trial, [update, update])
            #expect(outcomes.filter { $0 == .won }.count == 1)
            #expect(outcomes.filter { $0 == .conflict }.count == 1, "\(outcomes)")
            let entries = try trial.registry.ledger.entries(after: nil).map(\.entry)
            #expect(entries.filter { $0.verdict.kind == .approval }.count == 1)
            #expect(entries.map(\.number) == Array(1...entries.count))
        }
    }

    @Test func writersOfDifferentReferencesAllGetAnEntry() throws {
        try TemporaryRegistry.with { trial in
            let updates = try (1...4).map { number in
                let version = try trial.register("model\(number)")
                return try trial.update(
                    dev.proposalBranch(version), to: trial.proposal(of: version))
            }
            #expect(race(trial, updates) == Array(repeating: .won, count: 4))
            let entries = try trial.registry.ledger.entries(after: nil).map(\.entry)
            #expect(entries.filter { $0.verdict.kind == .proposal }.count == 4)
            #expect(entries.map(\.number) == Array(1...entries.count))
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func anApprovalInFlightIsRefusedByThePolicyThatArrivedBefore() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .kim)
            let stale = try trial.update(dev.branch, to: merge)
            try trial.changePolicy { $0.replacing("[jane, kim, ravi]", with: "[jane, ravi]") }
            _ = try trial.registry.rollOut(to: dev, reason: "kim left", by: trial.author(.ada))
            #expect(throws: RegistryError.self) { try trial.registry.submit(stale, log: "late") }
            try trial.expectRefused(dev.branch, trial.merge(proposal, by: .kim), by: .role)
        }
    }
}
