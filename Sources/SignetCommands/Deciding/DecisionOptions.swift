import ArgumentParser
import GitStore
import ModelRegistry

/// What every decision on a proposal needs.
struct DecisionOptions: ParsableArguments {
    @Argument(help: "The model, or the version such as churn@3.", transform: ModelSelector.argument)
    var model: ModelSelector
    @Option(name: .customLong("env"), help: "The environment.")
    var environment: String
    @Option(help: "Why; kept with the signature for ever.")
    var reason: String
    @Option(help: "The proposal's id as you reviewed it; another one is refused.")
    var proposal: String?
    @OptionGroup var receipt: ReceiptOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var options: RegistryOptions
}

/// The answer of a decision.
struct Decided: Encodable {
    let decision: String
    /// What the environment's move means; nil for what moves none.
    let action: Action?
    let version: ModelVersion
    let environment: Environment
    let commit: String
    let ledgerEntry: Int?
    let ledgerCommit: String?
    let principal: PrincipalID
    /// The roles that still have to sign before the environment takes the version on.
    let missing: String
    /// The rules that an emergency set aside.
    let setAside: [RuleAnswer]
    /// By when it must be approved as usual; nil when it was.
    let reapproveBy: Timestamp?

    init(
        _ decision: String, _ version: ModelVersion, _ environment: Environment, _ commit: String,
        _ receipt: Receipt?, by author: Author, _ action: Action? = nil, missing: String = "",
        setAside: [RuleAnswer] = [], reapproveBy: Timestamp? = nil
    ) {
        self.decision = decision
        self.action = action
        self.version = version
        self.environment = environment
        self.commit = commit
        ledgerEntry = receipt?.number
        ledgerCommit = receipt?.entry.hex
        principal = author.principal.id
        self.missing = missing
        self.setAside = setAside
        self.reapproveBy = reapproveBy
    }

    var text: String {
        let entry = ledgerEntry.map { ", ledger entry \($0)" } ?? ""
        let line = "\(words) as \(principal): \(commit.prefix(10))\(entry)"
        if !missing.isEmpty {
            return line
                + "\nnot approved yet, still missing: \(missing); next: another approver runs "
                + "`signet approve \(version) --env \(environment) --reason …`"
        }
        guard let reapproveBy else { return line }
        return
            ([line] + setAside.map { "  \($0.status.rawValue) \($0.rule.rawValue): \($0.saw)" }
            + [
                "to be approved again by \(reapproveBy); next: "
                    + "signet propose \(version.model) --env \(environment) --again"
            ]).joined(separator: "\n")
    }

    private var words: String {
        guard missing.isEmpty else { return "signed \(version) for \(environment)" }
        return switch action {
        case .rolledBack: "\(decision) rolling \(environment) back to \(version)"
        case .withdrawn: "\(decision) taking \(version) out of \(environment)"
        case .parametersChanged: "\(decision) other parameters of \(version) in \(environment)"
        case .reapproved: "\(decision) \(version) for \(environment) again"
        case .approved, .configuration, nil: "\(decision) \(version) for \(environment)"
        }
    }
}
