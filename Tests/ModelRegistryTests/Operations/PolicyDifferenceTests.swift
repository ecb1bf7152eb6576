import Signatures
import Testing

@testable import ModelRegistry

/// What `policy diff` and `policy check` leave out, nobody who approves a policy would know of.
struct PolicyDifferenceTests {
    /// A policy with every key that there is.
    private static let text =
        PolicyDraft.text
        .replacing(
            "gates: {accuracy: {min: 0.9}, mae: {max: 2}}",
            with: """
                gates: {accuracy: {min: 0.9}, mae: {max: 2}}
                      modelSignature: [training]
                    soak: 24h
                    approvalMaxAge: 90d
                    freeze: [{from: "2026-12-20T00:00", to: "2027-01-03T00:00", timeZone: Europe/Berlin}]
                    breakGlass: {approvals: {admin: 1}, reapproveWithin: 72h}
                """
        ) + """
            scopes: {jane: [churn]}
            modelSigners:
              - {name: training, key: \(ModelKey.training.text)}
            securityKeys:
              userVerification: required
              webauthn: {relyingParty: example.com, origins: ["https://example.com"]}

            """

    /// Each key changed or taken away, and under what it must be told.
    static let changes: [(old: String, new: String, told: String)] = [
        ("name: Jane Doe", "name: Jane Roe", "jane"),
        (
            "registrar: {\"*\": [ravi]}",
            "registrar: {\"*\": [ravi, jane]}", "registrar"
        ),
        (
            "{name: dev, approvals: {approver: 1}}", "{name: dev, approvals: {admin: 1}}",
            "approvals"
        ),
        ("    after: dev\n", "    after: lab\n", "after"),
        ("fourEyes: false", "fourEyes: true", "fourEyes"),
        ("[Intended use, Limitations]", "[Intended use]", "requires.card"),
        ("accuracy: {min: 0.9}", "accuracy: {min: 0.8}", "requires.gates.accuracy"),
        ("      modelSignature: [training]\n", "", "requires.modelSignature"),
        ("soak: 24h", "soak: 1h", "soak"),
        (
            "approvalMaxAge: 90d", "approvalMaxAge: 9d",
            "approvalMaxAge"
        ),
        ("to: \"2027-01-03", "to: \"2027-01-04", "freeze"),
        (
            "breakGlass: {approvals: {admin: 1}", "breakGlass: {approvals: {approver: 1}",
            "breakGlass.approvals"
        ),
        ("reapproveWithin: 72h", "reapproveWithin: 7h", "breakGlass.reapproveWithin"),
        ("policyChange: {admin: 1}", "policyChange: {approver: 1}", "policyChange"),
        ("scopes: {jane: [churn]}", "scopes: {jane: [fraud]}", "jane"),
        (ModelKey.training.text, ModelKey.vendor.text, "modelSigners.training"),
        (
            "userVerification: required", "userVerification: discouraged",
            "securityKeys.userVerification"
        ),
        (
            "relyingParty: example.com, origins: [\"https://example.com\"]",
            "relyingParty: example.com, origins: [\"https://a.example.com\"]",
            "securityKeys.webauthn.origins"
        ),
        (
            "  webauthn: {relyingParty: example.com, origins: [\"https://example.com\"]}\n", "",
            "securityKeys.webauthn.relyingParty"
        ),
    ]

    private func edition(_ text: String) throws -> PolicyEdition {
        // Another rung before the two, so that one can come after it.
        let lab = "environments:\n  - {name: lab, approvals: {approver: 1}}\n"
        return try PolicyEdition(
            name: "draft",
            policy: PolicyDraft.parse(text.replacing("environments:\n", with: lab)),
            signers: AllowedSigners.parse([], file: "allowed_signers"), revoked: [], files: [:])
    }

    @Test(arguments: changes)
    func everyChangeIsTold(old: String, new: String, told: String) throws {
        #expect(Self.text.contains(old))
        let (before, after) = try (
            edition(Self.text), edition(Self.text.replacing(old, with: new))
        )
        #expect(before.policy != after.policy)
        let difference = PolicyDifference(from: before, to: after)
        let keys =
            difference.environments.flatMap(\.settings).map(\.key)
            + difference.settings.map(\.key) + difference.principals.map(\.key)
            + difference.scopes.map(\.key) + difference.roles.map(\.role.text)
        #expect(keys.contains(told), "\(keys)")
    }

    @Test func nothingIsToldOfTheSamePolicy() throws {
        let edition = try edition(Self.text)
        #expect(PolicyDifference(from: edition, to: edition).isEmpty)
    }

    @Test func inWordsNothingIsLeftOut() throws {
        let explanation = try PolicyExplanation(
            edition(Self.text), at: #require(Timestamp("2026-11-01T00:00:00Z")), models: [])
        let lines = explanation.everywhere + explanation.environments.flatMap(\.rules)
        let words = lines.map { "\($0.rule): \($0.text)" }
        for expected in [
            "model signature: by training",
            "model signer: training: \(try edition(Self.text).policy.modelSigners[0].key.fingerprint)",
            "security keys: sign after a PIN or a fingerprint alone, not by a touch",
            "passkeys: those of example.com sign on https://example.com",
        ] {
            #expect(words.contains(expected), "\(words)")
        }
    }
}
