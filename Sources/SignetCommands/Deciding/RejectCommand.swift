import ArgumentParser
import GitStore
import ModelRegistry

/// `signet reject`: a signed commit that closes the proposal for good.
struct RejectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Reject a proposal, with a reason.")

    @OptionGroup var decision: DecisionOptions

    func run() throws {
        let registry = try decision.options.open()
        let author = try registry.author(decision.keys.signer())
        let environment = try registry.environment(decision.environment)
        let rejected = try registry.reject(
            decision.model, in: environment, reason: decision.reason,
            expected: decision.proposal, by: author)
        let branch = environment.proposalBranch(rejected.version)
        let receipt = try registry.receipt(of: rejected.commit, on: branch)
        let answer = Decided(
            "rejected", rejected.version, environment, rejected.commit.hex, receipt,
            by: author)
        try decision.receipt.write([(rejected.commit, branch)], in: registry)
        try decision.options.renderer.render(answer) { answer.text }
    }
}
