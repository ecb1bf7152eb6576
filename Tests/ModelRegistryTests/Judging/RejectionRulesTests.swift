import GitStore
import Testing

@testable import ModelRegistry

/// Each rule on a rejection, broken alone.
struct RejectionRulesTests {
    private let dev = TemporaryRegistry.dev
    private static let message = "No\n\nDecision: rejected\n"

    /// A rejection of the open proposal churn@1, right unless something is changed.
    private func rejected(
        _ trial: TemporaryRegistry, message: String = message, tree: [String: String?] = [:],
        by person: Person? = .jane, at time: Timestamp? = nil
    ) throws -> (name: String, commit: ObjectID) {
        let version = try trial.register()
        let proposal = try trial.propose(version)
        let rejection = try trial.craft(
            tree: trial.tree(trial.tree(of: proposal), with: tree), parents: [proposal],
            by: person?.key, message: message, at: time)
        return (dev.proposalBranch(version), rejection)
    }

    @Test func aRejectionMadeByHandClosesTheProposal() throws {
        try TemporaryRegistry.with { trial in
            let (name, rejection) = try rejected(trial)
            #expect(try trial.submit(name, rejection).map(\.kind) == [.rejection])
            #expect(try trial.registry.reference(name) == nil)
            #expect(try trial.registry.reference("refs/signet/closed/dev/churn/v1/1") == rejection)
        }
    }

    @Test func aRejectionThatChangesAFileIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (name, rejection) = try rejected(trial, tree: ["README.md": "hi"])
            try trial.expectRefused(name, rejection, by: .tree)
        }
    }

    @Test(arguments: [
        "No\n", "No\n\nDecision: approved\n", "No\n\nDecision: rejected\nVersion: 2\n",
        "No\n\nDecision: approved\nDecision: rejected\n",
        "No\n\nDecision: rejected\nSigned-by: Kim Kern\n",
    ])
    func aRejectionThatDoesNotSaySoIsRefused(message: String) throws {
        try TemporaryRegistry.with { trial in
            let (name, rejection) = try rejected(trial, message: message)
            try trial.expectRefused(name, rejection, by: .trailers)
        }
    }

    @Test func aRejectionByNoApproverIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (name, rejection) = try rejected(trial, by: .ada)
            try trial.expectRefused(name, rejection, by: .role)
        }
    }

    @Test func anUnsignedRejectionIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let (name, rejection) = try rejected(trial, by: nil)
            try trial.expectRefused(name, rejection, by: .signature)
        }
    }

    @Test func aRejectionFromTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            let (name, rejection) = try rejected(trial, at: late)
            try trial.expectRefused(name, rejection, by: .dates)
        }
    }
}
