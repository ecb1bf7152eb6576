import GitStore
import Signatures

/// What a policy must be like beside the one before it.
extension Judge {
    /// The rules between a policy and the one that follows it.
    func demandSuccession(
        _ incoming: Policy, _ signers: AllowedSigners, after current: PolicySnapshot,
        _ received: Timestamp, into verdict: inout Verdict
    ) throws {
        verdict.answer(
            .serial, incoming.serial > current.policy.serial,
            "the serial goes from \(current.policy.serial) to \(incoming.serial)",
            hint: "the serial only grows: write serial: \(current.policy.serial + 1)")
        let lost = current.signers.entries.first { entry in
            signers.entry(for: entry.key)?.principal != entry.principal
        }
        verdict.answer(
            .keysKept, lost == nil,
            lost.map { "the key \($0.key.fingerprint) of \($0.principal) is removed or reassigned" }
                ?? "every key is kept",
            hint:
                "keys are retired with valid-before=\"…\", never removed, so that history stays readable"
        )
        let live = try livePrincipals(signers, at: received).sorted()
        do {
            try incoming.check(signers: live)
            verdict.answer(.policy, true, "can be satisfied")
        } catch {
            verdict.refuse(.policy, error.firstLine, hint: error.hint)
        }
    }

    /// The policy that is rolled out to an environment still has it.
    func demandKept(
        _ environment: Environment, by incoming: Policy, into verdict: inout Verdict
    ) {
        let isKept = incoming.environment(environment) != nil
        verdict.answer(
            .policy, isKept,
            "the incoming policy \(isKept ? "keeps" : "drops") '\(environment)'",
            hint: "an environment that exists stays in the policy")
    }
}
