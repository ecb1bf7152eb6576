import ArgumentParser
import GitStore
import ModelRegistry

/// `signet approve`: a signed merge of the proposal into its environment.
struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a proposal: a signed merge into the environment."
    )

    @OptionGroup var decision: DecisionOptions
    @Flag(
        help:
            "An emergency: do with the signatures and without the requirements that the policy's breakGlass says. To be approved again."
    )
    var breakGlass = false

    func run() throws {
        let registry = try decision.options.open()
        let author = try registry.author(decision.keys.signer())
        let environment = try registry.environment(decision.environment)
        let approved = try registry.approve(
            decision.model, in: environment, reason: decision.reason,
            expected: decision.proposal, breakingGlass: breakGlass, by: author)
        let receipt = try registry.receipt(of: approved.commit, on: approved.branch)
        let verdict = try receipt.map { try registry.ledger.entry(of: $0.entry).verdict }
        let answer = Decided(
            approved.missing.isEmpty ? "approved" : "signed", approved.version, environment,
            approved.commit.hex, receipt, by: author,
            verdict?.action, missing: approved.missing.text,
            setAside: verdict?.answers.setAside ?? [],
            reapproveBy: verdict?.reapproveBy)
        try decision.receipt.write([(approved.commit, approved.branch)], in: registry)
        try decision.options.renderer.render(answer) { answer.text }
    }
}
