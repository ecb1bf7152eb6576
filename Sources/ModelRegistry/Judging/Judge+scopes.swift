extension Judge {
    /// Demands that the policy's scopes let the signer decide this model.
    func demandScope(
        _ model: ModelName, of signer: Signer, _ rule: EnvironmentRule?,
        under snapshot: PolicySnapshot, into verdict: inout Verdict
    ) {
        let policy = snapshot.policy
        guard let patterns = policy.scopes[signer.principal] else {
            return verdict.skip(.scope, "\(signer.principal) may decide every model")
        }
        let others = rule.map { rule in
            rule.approvals.keys.reduce(into: Set<PrincipalID>()) {
                $0.formUnion(policy.principals(holding: $1, in: rule.environment))
            }.filter { policy.mayDecide($0, model) }.sorted().map(\.text)
        }
        let texts = patterns.map(\.text).joined(separator: ", ")
        let isInside = policy.mayDecide(signer.principal, model)
        verdict.answer(
            .scope, isInside,
            isInside
                ? "\(signer.principal) decides \(texts)"
                : "\(signer.principal) decides \(texts), and not \(model)",
            hint: "who may: \(others?.joined(separator: ", ") ?? "nobody")")
    }
}
