import ModelRegistry
import Testing

/// What the rules about time, break-glass and scopes are refused for, and where.
@Suite struct PolicyRuleRefusalTests {
    /// Lines below test's `after`, on line 17, and the refusal of them.
    static let rules: [(lines: String, complaint: String)] = [
        ("soak: 24", "17: 'environments[1].soak' is '24', which is not a duration"),
        ("soak: {}", "17: 'environments[1].soak' must be text"),
        (
            "approvalMaxAge: 11000d",
            "17: 'environments[1].approvalMaxAge' is '11000d', which is longer than ten years"
        ),
        ("freeze: []", "17: 'environments[1].freeze' must not be empty"),
        ("freeze: {}", "17: 'environments[1].freeze' must be a list"),
        (
            "freeze: [{from: Fri 16:00, to: Mon 08:00}]",
            "17: 'environments[1].freeze[0]' lacks the key 'timeZone'"
        ),
        (
            "freeze: [{from: Fri 16:00, timeZone: UTC}]",
            "17: 'environments[1].freeze[0]' lacks the key 'to'"
        ),
        (
            "freeze: [{from: Fri 16:00, to: Mon 08:00, timeZone: Mars/Olympus}]",
            "17: 'environments[1].freeze[0].timeZone' is 'Mars/Olympus', which is not a time zone's name"
        ),
        (
            "freeze: [{from: Fri 16:00, to: Fri 16:00, timeZone: UTC}]",
            "17: 'environments[1].freeze[0].to' is the same as 'from'"
        ),
        (
            "freeze: [{from: 2026-12-20T00:00, to: 2026-12-20T00:00, timeZone: UTC}]",
            "17: 'environments[1].freeze[0].to' is not after 'from'"
        ),
        (
            "freeze: [{from: Fri 16:00, to: 2026-12-20T00:00, timeZone: UTC}]",
            "17: 'environments[1].freeze[0]' mixes a day of the week and a date"
        ),
        (
            "freeze:\n      - {from: Fri 16:00, to: Mon 08:00, timeZone: UTC}\n"
                + "      - {from: Fri 16:00, to: Mon 08:00, timeZone: UTC}",
            "19: 'environments[1].freeze[1]' is there twice"
        ),
        (
            "freeze:\n      - {from: Mon 00:00, to: Fri 12:00, timeZone: UTC}\n"
                + "      - {from: Fri 12:00, to: Mon 00:00, timeZone: UTC}",
            "17: 'environments[1].freeze' leaves no time in the week at which anything could be approved"
        ),
        (
            "breakGlass: {approvals: {admin: 1}}",
            "17: 'environments[1].breakGlass' lacks the key 'reapproveWithin'"
        ),
        (
            "breakGlass: {reapproveWithin: 1h}",
            "17: 'environments[1].breakGlass' lacks the key 'approvals'"
        ),
        (
            "breakGlass: {approvals: {}, reapproveWithin: 1h}",
            "17: 'environments[1].breakGlass.approvals' must ask for at least one principal"
        ),
        (
            "breakGlass: {approvals: {admin: 1}, reapproveWithin: never}",
            "17: 'environments[1].breakGlass.reapproveWithin' is 'never', which is not a duration"
        ),
    ]

    @Test(arguments: rules)
    func aMalformedRuleIsRefused(lines: String, complaint expected: String) {
        #expect(
            complaint { () throws(DocumentError) in
                try PolicyDraft.replacing(
                    "    after: dev\n", with: "    after: dev\n    \(lines)\n")
            } == "policy.yaml:\(expected)")
    }

    @Test func whatSoaksMustStandSomewhere() {
        #expect(
            refusal { () throws(DocumentError) in
                try PolicyDraft.replacing(
                    "name: dev, approvals", with: "name: dev, soak: 1h, approvals")
            } == "policy.yaml:14: 'environments[0].soak' names no environment that a version could "
                + "stand in\nhint: add 'after: ENVIRONMENT' beside it")
    }

    @Test(arguments: [
        ("{kim: [churn]}", "24: 'scopes.kim' is for 'kim', who is not among the principals"),
        (
            "{runner: [churn]}",
            "24: 'scopes.runner' is for 'runner', who is not among the principals"
        ),
        ("{jane: []}", "24: 'scopes.jane' must not be empty"),
        ("{jane: churn}", "24: 'scopes.jane' must be a list"),
        ("{jane: [churn, churn]}", "24: 'scopes.jane[1]' names 'churn' twice"),
        ("{jane: [\"a/**/b\"]}", "24: 'scopes.jane[0]' 'a/**/b' is not a pattern of models"),
        ("[jane]", "24: 'scopes' must be a mapping"),
    ])
    func aMalformedScopeIsRefused(scopes: String, complaint expected: String) {
        #expect(
            complaint { () throws(DocumentError) in
                try PolicyDraft.replacing("proposals: latest", with: "scopes: \(scopes)")
            } == "policy.yaml:\(expected)")
    }
}
