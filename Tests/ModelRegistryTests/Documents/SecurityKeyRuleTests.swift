import ModelRegistry
import Testing

/// The policy's `securityKeys`, read.
@Suite struct SecurityKeyRuleTests {
    private func parse(_ rule: String) throws(DocumentError) -> SecurityKeyRule {
        try PolicyDraft.parse(PolicyDraft.text + "securityKeys: \(rule)\n").securityKeys
    }

    private func complaint(_ rule: String) -> String? {
        ModelRegistryTests.complaint { () throws(DocumentError) in try parse(rule) }
    }

    @Test func withoutTheKeyATouchSufficesAndNoBrowserCounts() throws {
        let rule = try PolicyDraft.parse(PolicyDraft.text).securityKeys
        #expect(rule.userVerification == .discouraged && rule.webauthn == nil)
        #expect(try parse("{}") == rule)
    }

    @Test func everyMemberIsRead() throws {
        let rule = try parse(
            "{userVerification: required, webauthn: {relyingParty: approve.example.com, "
                + "origins: [\"https://approve.example.com\", \"https://eu.approve.example.com:8443\"]}}"
        )
        #expect(rule.userVerification == .required)
        #expect(rule.webauthn?.relyingParty.text == "approve.example.com")
        #expect(
            rule.webauthn?.origins.map(\.text)
                == ["https://approve.example.com", "https://eu.approve.example.com:8443"])
        #expect(rule.webauthn?.origins.map(\.host).last == "eu.approve.example.com")
        #expect(try parse("{userVerification: discouraged}").userVerification == .discouraged)
    }

    @Test func pagesOfThisMachineNeedNoTLS() throws {
        for origin in ["http://localhost", "http://localhost:8080", "https://localhost:8443"] {
            let rule = try parse("{webauthn: {relyingParty: localhost, origins: [\"\(origin)\"]}}")
            #expect(rule.webauthn?.origins.map(\.text) == [origin])
        }
    }

    @Test(arguments: [
        ("{x: 1}", "'securityKeys.x' is not a known key"),
        ("[]", "'securityKeys' must be a mapping"),
        (
            "{userVerification: preferred}",
            "'securityKeys.userVerification' is 'preferred'; it must be one of: required, discouraged"
        ),
        ("{webauthn: {}}", "'securityKeys.webauthn' lacks the key 'relyingParty'"),
        (
            "{webauthn: {relyingParty: a.example}}",
            "'securityKeys.webauthn' lacks the key 'origins'"
        ),
        (
            "{webauthn: {relyingParty: a.example, origins: []}}",
            "'securityKeys.webauthn.origins' must not be empty"
        ),
        (
            "{webauthn: {relyingParty: a.example, origins: [\"https://a.example\"], x: 1}}",
            "'securityKeys.webauthn.x' is not a known key"
        ),
        (
            "{webauthn: {relyingParty: a.example, origins: [\"https://a.example\", \"https://a.example\"]}}",
            "'securityKeys.webauthn.origins[1]' names 'https://a.example' twice"
        ),
        (
            "{webauthn: {relyingParty: a.example, origins: [\"https://b.example\"]}}",
            "'securityKeys.webauthn.origins[0]' is 'https://b.example', where no browser uses a passkey of 'a.example'"
        ),
        (
            "{webauthn: {relyingParty: a.example, origins: [\"https://ba.example\"]}}",
            "'securityKeys.webauthn.origins[0]' is 'https://ba.example', where no browser uses a passkey of 'a.example'"
        ),
    ])
    func aMalformedRuleIsRefused(_ rule: String, _ expected: String) {
        #expect(complaint(rule) == "policy.yaml:25: \(expected)")
    }

    @Test(arguments: [
        "", "a.example", "ftp://a.example", "http://a.example", "https://", "https://A.example",
        "https://a.example/", "https://a.example/x", "https://a.example:", "https://a.example:0",
        "https://a.example:443", "https://a.example:08", "https://a.example:+8",
        "https://a.example:65536", "https://a.example:1:2", "https://u@a.example",
        "https://a..example", "https://-a.example", "https://a.example.", "https://*.example",
        "https://10.0.0.1", "https://[::1]", "http://127.0.0.1:80", "http://localhost:80", "null",
        "https://a.example ", "https://ä.example", "http://a.localhost",
    ])
    func whatIsNoOriginOfABrowserIsRefused(_ text: String) {
        #expect(throws: DocumentError.self) { () throws(DocumentError) in try WebOrigin(text) }
    }

    @Test(arguments: [
        "", "https://a.example", "a.example:8443", "A.example", "ssh:", "10.0.0.1", "a_b.example",
        ".example", "a.", String(repeating: "a", count: 64),
    ])
    func whatIsNoHostIsNoRelyingParty(_ text: String) {
        #expect(throws: DocumentError.self) { () throws(DocumentError) in try RelyingParty(text) }
    }
}
