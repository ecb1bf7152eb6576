import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

/// `signet verify`: the history re-proved.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Re-prove every environment's history from its commits.",
        discussion:
            "Exits with 1, naming the commit, when anything is wrong or can't be proven here.")

    @Option(name: .customLong("env"), help: "One environment alone.")
    var environment: String?
    @Option(help: "The founding commit's id, as you noted it when the registry was made.")
    var founding: String?
    @Option(
        help: ArgumentHelp(
            "A file of yours that keeps which signatures were good, and spares checking them again.",
            valueName: "file"))
    var cache: String?
    @OptionGroup var fetch: FetchOptions
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let anchor = try founding.map { text in
            guard let id = ObjectID(text) else {
                throw ValidationError(
                    "--founding '\(text)' is not a commit's id of 40 hexadecimal digits")
            }
            return id
        }
        let results = try cache.map { try SignatureResults(at: FilePath($0)) }
        let registry = try options.open(indexed: false, fetching: fetch.isOn)
        let only = try environment.map { try registry.environment($0) }
        let verification = try registry.verify(only: only, anchor: anchor, results: results)
        try results?.save()
        try options.renderer.render(verification) { text(verification, anchor, registry.access) }
        guard verification.holds else { throw ExitCode(1) }
    }

    private func text(
        _ verification: Verification, _ anchor: ObjectID?, _ access: Registry.Access
    ) -> String {
        var lines = [
            "founding commit \(verification.founding.hex)"
                + (anchor == verification.founding ? ", as given" : "")
        ]
        if case .clone(let remote) = access {
            lines.append(
                "a clone: judged is what it has of \(remote), "
                    + (fetch.isOn ? "fetched just now" : "nothing fetched"))
        }
        for environment in verification.environments {
            lines.append(
                "env/\(environment.name): \(environment.steps) steps, \(environment.signatures) signatures, "
                    + "tip \(environment.tip.short)")
        }
        lines.append("ledger: \(verification.ledgerEntries) entries")
        if verification.revocations > 0 {
            lines.append("revocations: \(verification.revocations)")
        }
        for finding in verification.findings {
            let commit = finding.commit.map { " \($0.hex)" } ?? ""
            lines.append(
                "WRONG \(finding.reference)\(commit): \(finding.rule.rawValue): \(finding.saw) (\(finding.basis.rawValue))"
            )
        }
        lines += verification.unproven.map { "unproven: \($0)" }
        lines += verification.unjudged.map {
            "not judged: \($0): no reference of this name is kept in a registry"
        }
        if verification.findings.isEmpty {
            lines.append(
                "proven by content: signatures, parents, trees, roles, four eyes, quorum, evidence, "
                    + "gates, order")
        }
        if verification.holds {
            lines.append(
                "attested by the ledger: times of receipt (soak, freeze, age of approvals), "
                    + "revocations, rejections")
        }
        lines.append(
            "not knowable from a copy: whether this is the newest state"
                + (verification.ledgerEntries > 0 ? "" : ", and which keys are revoked")
                + (anchor != nil ? "" : "; and which registry this is, without --founding"))
        return lines.joined(separator: "\n")
    }
}
