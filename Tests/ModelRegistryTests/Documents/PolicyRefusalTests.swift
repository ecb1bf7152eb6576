import ModelRegistry
import Testing

/// What a policy is refused for, and where.
@Suite struct PolicyRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let complaint: String

        init(_ old: String, _ new: String, _ complaint: String) {
            (self.old, self.new, self.complaint) = (old, new, complaint)
        }

        var testDescription: String { complaint }
    }

    static let unknown: [Case] = [
        Case("serial: 3", "serial: 3\nowner: x", "4: 'owner'"),
        Case("name: Jane Doe,", "name: Jane Doe, phone: 1,", "5: 'principals[0].phone'"),
        Case(
            "    after: dev", "    after: dev\n    foureyes: true", "17: 'environments[1].foureyes'"
        ),
        Case("run: passed", "run: passed\n      cards: []", "21: 'environments[1].requires.cards'"),
        Case("run: passed", "run: passed\n      soak: 1h", "21: 'environments[1].requires.soak'"),
        Case("serial: 3", "serial: 3\nsoak: 24h", "4: 'soak'"),
        Case("serial: 3", "serial: 3\nfreeze: []", "4: 'freeze'"),
        Case("serial: 3", "serial: 3\nbreakGlass: {}", "4: 'breakGlass'"),
        Case(
            "    after: dev", "    after: dev\n    scopes: {}", "17: 'environments[1].scopes'"),
        Case(
            "accuracy: {min: 0.9}", "accuracy: {mean: 0.9}",
            "22: 'environments[1].requires.gates.accuracy.mean'"),
    ]

    @Test(arguments: unknown)
    func anUnknownKeyIsRefused(_ draft: Case) {
        #expect(
            complaint { () throws(DocumentError) in
                try PolicyDraft.replacing(draft.old, with: draft.new)
            } == "policy.yaml:\(draft.complaint) is not a known key")
    }

    static let malformed: [Case] = [
        Case(
            "apiVersion: signet/v1", "apiVersion: signet/v2",
            "1: 'apiVersion' is 'signet/v2', which this version of Signet doesn't read"),
        Case("kind: Policy", "kind: Model", "2: 'kind' is 'Model'; this must be a 'Policy'"),
        Case("kind: Policy\n", "", "1: lacks 'kind'"),
        Case("serial: 3", "serial: 0", "3: 'serial' is 0; it must be between 1 and 999999999"),
        Case("serial: 3", "serial: three", "3: 'serial' must be an integer"),
        Case("serial: 3\n", "", "1: lacks 'serial'"),
        Case("id: ravi", "id: jane", "6: 'principals[1]' declares the principal 'jane' twice"),
        Case("id: jane", "id: ja ne", "5: 'principals[0].id' 'ja ne' is not a principal's id"),
        Case("name: Jane Doe,", "", "5: 'principals[0]' lacks the key 'name'"),
        Case("name: Jane Doe", "name: ''", "5: 'principals[0].name' must not be empty"),
        Case(
            "name: Jane Doe", "name: \"Jane\\nBcc: x\"", "5: 'principals[0].name' must be one line"),
        Case(
            "name: Jane Doe", "name: Jane <x>",
            "5: 'principals[0].name' must not contain '<' or '>'"),
        Case(
            "email: jane@example.com", "email: jane",
            "5: 'principals[0].email' is 'jane', which is not an e-mail address"),
        Case(
            "email: jane@example.com", "email: 'a@b, c'",
            "5: 'principals[0].email' is 'a@b, c', which is not an e-mail address"),
        Case(
            "registrar: {\"*\": [ravi]}", "registrar: {\"*\": [kim]}",
            "9: 'roles.registrar.*[0]' names 'kim', who is not among the principals"),
        Case(
            "registrar: {\"*\": [ravi]}", "registrar: {\"*\": [ravi, ravi]}",
            "9: 'roles.registrar.*[1]' names 'ravi' twice"),
        Case(
            "registrar: {\"*\": [ravi]}", "registrar: {dev: [ravi]}",
            "9: 'roles.registrar.dev' limits registrars to an environment, but versions are registered for all of them"
        ),
        Case(
            "registrar: {\"*\": [ravi]}", "registrar: {\"*\": [registry]}",
            "9: 'roles.registrar.*[0]' grants 'registrar' to the service 'registry', which may only propose"
        ),
        Case(
            "registrar: {\"*\": [ravi]}", "registrar: {}", "9: 'roles.registrar' must not be empty"),
        Case(
            "registrar: {\"*\": [ravi]}", "Registrar: {\"*\": [ravi]}",
            "9: 'roles.Registrar' 'Registrar' is not a role's name"),
        Case(
            "registrar: {\"*\": [ravi]}", "runner: {\"*\": [ravi]}",
            "9: 'roles.runner.*[0]' grants 'runner' to 'ravi'; only the service 'runner' holds it"),
        Case(
            "test: [root1]", "prod: [root1]",
            "11: 'roles.approver.prod' is for the environment 'prod', which the policy does not have"
        ),
        Case(
            "test: [root1]", "test: [runner]",
            "11: 'roles.approver.test[0]' grants 'approver' to the service 'runner', which may only propose"
        ),
        Case(
            "name: dev,", "name: Dev,",
            "14: 'environments[0].name' 'Dev' is not an environment's name"),
        Case(
            "name: test", "name: dev",
            "15: 'environments[1].name' names the environment 'dev' twice"),
        Case(
            "after: dev", "after: test",
            "16: 'environments[1].after' is 'test', which is not an environment listed before this one"
        ),
        Case(
            "after: dev", "after: prod",
            "16: 'environments[1].after' is 'prod', which is not an environment listed before this one"
        ),
        Case(
            "policyChange:", "  - {name: uat, after: dev, approvals: {approver: 1}}\npolicyChange:",
            "23: 'environments[2].after' is 'dev', which 'test' comes after already"),
        Case(
            "dev, approvals: {approver: 1}", "dev, approvals: {approver: 0}",
            "14: 'environments[0].approvals.approver' is 0; it must be between 1 and 100"),
        Case(
            "dev, approvals: {approver: 1}", "dev, approvals: {approver: 1, risk: 101}",
            "14: 'environments[0].approvals.risk' is 101; it must be between 1 and 100"),
        Case(
            "dev, approvals: {approver: 1}", "dev, approvals: {}",
            "14: 'environments[0].approvals' must ask for at least one principal"),
        Case(
            "dev, approvals: {approver: 1}", "dev",
            "14: 'environments[0]' lacks the key 'approvals'"),
        Case(
            "dev, approvals: {approver: 1}", "dev, approvals: {runner: 1}",
            "14: 'environments[0].approvals.runner' asks for the service 'runner', which never approves"
        ),
        Case(
            "fourEyes: false", "fourEyes: sometimes",
            "18: 'environments[1].fourEyes' must be true or false"),
        Case(
            "run: passed", "run: failed",
            "20: 'environments[1].requires.run' is 'failed'; it must be 'passed'"),
        Case(
            "    after: dev\n", "",
            "15: 'environments[1]' requires a run, but names no environment that it could have been in"
        ),
        Case(
            "      run: passed\n", "",
            "21: 'environments[1].requires.gates' have no run whose metrics they could be compared with"
        ),
        Case(
            "[Intended use, Limitations]", "[]",
            "21: 'environments[1].requires.card' must not be empty"),
        Case(
            "[Intended use, Limitations]", "[A, A]",
            "21: 'environments[1].requires.card[1]' names 'A' twice"),
        Case(
            "accuracy: {min: 0.9}", "accuracy: {}",
            "22: 'environments[1].requires.gates.accuracy' must have 'min' or 'max'"),
        Case(
            "accuracy: {min: 0.9}", "accuracy: {min: 2, max: 1}",
            "22: 'environments[1].requires.gates.accuracy' admits nothing: min is above max"),
        Case(
            "accuracy: {min: 0.9}", "accuracy: {min: .nan}",
            "22: 'environments[1].requires.gates.accuracy.min' must be a number"),
        Case("policyChange: {admin: 1}\n", "", "1: lacks 'policyChange'"),
        Case(
            "proposals: latest", "proposals: all",
            "24: 'proposals' is 'all'; it must be one of: latest"),
    ]

    @Test(arguments: malformed)
    func aMalformedPolicyIsRefused(_ draft: Case) {
        #expect(PolicyDraft.text.contains(draft.old))
        #expect(
            complaint { () throws(DocumentError) in
                try PolicyDraft.replacing(draft.old, with: draft.new)
            } == "policy.yaml:\(draft.complaint)")
    }

    @Test func listsMustNotBeEmpty() throws {
        let lines = PolicyDraft.text.split(separator: "\n", omittingEmptySubsequences: false)
        let principals = (lines[..<3] + ["principals: []"] + lines[7...]).joined(separator: "\n")
        #expect(
            complaint { () throws(DocumentError) in try PolicyDraft.parse(principals) }
                == "policy.yaml:4: 'principals' must not be empty")
        let environments = (lines[..<12] + ["environments: []"] + lines[22...])
            .joined(separator: "\n")
        #expect(
            complaint { () throws(DocumentError) in try PolicyDraft.parse(environments) }
                == "policy.yaml:13: 'environments' must not be empty")
    }
}
