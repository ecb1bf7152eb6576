import GitStore
import Testing

@testable import ModelRegistry

/// Who may decide which models.
struct ScopeRulesTests {
    private let dev = TemporaryRegistry.dev

    private func with(_ scopes: String, _ body: (TemporaryRegistry) throws -> Void) throws {
        try TemporaryRegistry.with(
            policy: TemporaryRegistry.standardPolicy + "scopes: {\(scopes)}\n", body)
    }

    @Test func anApprovalOutsideTheSignersScopeIsRefused() throws {
        try with("jane: [fraud, \"credit/*\"]") { trial in
            let proposal = try trial.propose(trial.register())
            let verdict = try trial.expectRefused(dev.branch, trial.merge(proposal), by: .scope)
            #expect(verdict.denials[0].saw == "jane decides fraud, credit/*, and not churn")
            #expect(verdict.denials[0].hint == "who may: kim, ravi, sue")
            try trial.submit(dev.branch, trial.merge(proposal, by: .kim))
        }
    }

    @Test func anApprovalInsideTheSignersScopeIsAccepted() throws {
        try with("jane: [\"*\"]") { trial in
            try trial.promote()
            let answers = try trial.registry.ledger.entries(after: nil).last?.entry.verdict.answers
            #expect(answers?.first { $0.rule == .scope }?.saw == "jane decides *")
        }
    }

    @Test func aRejectionOutsideTheSignersScopeIsRefused() throws {
        try with("jane: [fraud]") { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            func rejection(by person: Person) throws -> ObjectID {
                try trial.craft(
                    tree: trial.tree(of: proposal), parents: [proposal], by: person.key,
                    message: "No\n\nDecision: rejected\n")
            }
            let name = dev.proposalBranch(version)
            try trial.expectRefused(name, rejection(by: .jane), by: .scope)
            try trial.submit(name, rejection(by: .kim))
        }
    }

    @Test func aReviewNamesOnlyApproversWhoMayDecideTheModel() throws {
        try with("jane: [fraud], sue: [churn]") { trial in
            let proposal = try trial.propose(trial.register())
            let assessment = try trial.judge.assess(proposal, for: dev, received: trial.clock.now)
            #expect(assessment.approvers.map(\.principal.text) == ["kim", "sue"])
            let merge = try trial.merge(proposal, by: .ravi)
            let verdict = try trial.expectRefused(dev.branch, merge, by: .fourEyes)
            #expect(verdict.denials[0].hint == "who may approve it: kim, sue")
        }
    }

    @Test func aModelThatNobodyMayDecideIsSaidToBeSo() throws {
        let scopes = ["jane", "kim", "ravi", "sue"].map { "\($0): [fraud]" }
        try with(scopes.joined(separator: ", ")) { trial in
            let proposal = try trial.propose(trial.register())
            let assessment = try trial.judge.assess(proposal, for: dev, received: trial.clock.now)
            #expect(
                assessment.answers.filter(\.denies).map(\.saw) == [
                    "nobody may approve it: no approver of dev decides churn"
                ])
        }
    }
}
