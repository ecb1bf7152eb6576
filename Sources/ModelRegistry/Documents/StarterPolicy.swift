/// The policy that a new registry begins with, when none is given.
package enum StarterPolicy {
    /// The policy's text, and what the administrator should know about it.
    ///
    /// The administrator changes the policy; everybody may register and propose. Alone, the
    /// administrator also approves, without a second pair of eyes. With one more principal both
    /// approve; with several, these approve and the administrator doesn't.
    package static func make(
        environments: [Environment], administrator: Principal, principals: [Principal]
    ) -> (yaml: String, warnings: [String]) {
        let others = principals.filter { $0.id != administrator.id }
        let isAlone = others.isEmpty
        let everybody = [administrator] + others
        let approvers = others.count > 1 ? others : everybody
        let lines =
            [
                "# Who may do what in this registry. Change it with `signet policy propose`;",
                "# `signet policy check FILE` tells what is wrong with a draft.",
                "apiVersion: signet/v1", "kind: Policy", "serial: 1", "",
                "# An id is the literal principal in .signet/allowed_signers.", "principals:",
            ] + everybody.map(declaration)
            + [
                "", "# role: environments, or \"*\" for all of them: who holds it there.",
                "# The services registry and runner are always there; registry proposes the next",
                "# environment when a run has passed.", "roles:",
                grant(.registrar, everybody.map(\.id)),
                grant(.proposer, everybody.map(\.id) + [.registry]),
                grant(.approver, approvers.map(\.id)), grant(.admin, [administrator.id]), "",
                "# The ladder, lowest first. A rollback needs the signatures alone.",
                "environments:",
            ] + environments.indices.flatMap { rung($0, of: environments, isAlone: isAlone) }
            + ["", "# Who must sign a change of this file.", "policyChange: {admin: 1}", ""]
        return (lines.joined(separator: "\n"), warnings(isAlone: isAlone, administrator))
    }

    private static func warnings(isAlone: Bool, _ administrator: Principal) -> [String] {
        guard isAlone else { return [] }
        return [
            "'\(administrator.id)' is the only principal, so fourEyes is false everywhere: one "
                + "person may register, propose and approve the same version"
        ]
    }

    private static func declaration(_ principal: Principal) -> String {
        "  - {id: \(principal.id.text.yamlText), name: \(principal.name.yamlText), "
            + "email: \(principal.email.yamlText)}"
    }

    private static func grant(_ role: RoleName, _ holders: [PrincipalID]) -> String {
        "  \(role): {\"*\": [\(holders.map(\.text.yamlText).joined(separator: ", "))]}"
    }

    private static func rung(
        _ index: Int, of environments: [Environment], isAlone: Bool
    ) -> [String] {
        var lines = ["  - name: \(environments[index].name.yamlText)"]
        if index > 0 { lines.append("    after: \(environments[index - 1].name.yamlText)") }
        lines.append("    approvals: {approver: 1}")
        lines.append(
            isAlone
                ? "    fourEyes: false  # there is only one principal: make it true with the second"
                : "    fourEyes: true  # nobody approves what they registered or proposed")
        if index > 0 { lines.append("    requires: {run: passed}") }
        return lines
    }
}
