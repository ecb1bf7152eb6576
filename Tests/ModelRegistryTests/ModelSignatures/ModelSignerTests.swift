import Signatures
import Testing

@testable import ModelRegistry

/// `modelSigners` and `requires.modelSignature` of a policy.
@Suite struct ModelSignerTests {
    private func policy(
        _ signers: String, requires: String = "true"
    ) throws(DocumentError) -> Policy {
        let text = PolicyDraft.text
            .replacing("proposals: latest\n", with: "proposals: latest\n\(signers)\n")
            .replacing("run: passed", with: "modelSignature: \(requires)\n      run: passed")
        return try PolicyDraft.parse(text)
    }

    private static let two = """
        modelSigners:
          - {name: training, key: \(ModelKey.training.text)}
          - {name: vendor, key: \(ModelKey.vendor.text)}
        """

    @Test func aKeyIsReadFromBase64AndFromPEM() throws {
        let lines = ModelKey.vendor.pem.split(separator: "\n").map { "      \($0)\n" }.joined()
        let text = """
            modelSigners:
              - {name: training, key: \(ModelKey.training.text)}
              - name: vendor
                key: |
            \(lines)
            """
        let signers = try policy(text).modelSigners
        #expect(signers.map(\.name.text) == ["training", "vendor"])
        #expect(signers.map(\.key.pem) == [ModelKey.training.pem, ModelKey.vendor.pem])
    }

    @Test func anEnvironmentAsksForAnySignerOrForSome() throws {
        let any = try policy(Self.two).environments[1].requires.modelSigners
        #expect(any.map(\.name.text) == ["training", "vendor"])
        let some = try policy(Self.two, requires: "[vendor]").environments[1].requires.modelSigners
        #expect(some.map(\.name.text) == ["vendor"])
        #expect(try policy(Self.two).environments[0].requires.modelSigners == [])
    }

    static let refused: [(signers: String, requires: String, complaint: String)] = [
        ("", "true", "can never be met: the policy has no modelSigners"),
        ("", "[training]", "can never be met: the policy has no modelSigners"),
        (two, "false", "must be true, or a list of names from modelSigners"),
        (two, "training", "must be true, or a list of names from modelSigners"),
        (two, "[]", "must be true, or a list of names from modelSigners"),
        (two, "[stray]", "names 'stray', who is not among the modelSigners"),
        (two, "[vendor, vendor]", "names 'vendor' twice"),
        ("modelSigners: []", "true", "'modelSigners' must not be empty"),
        (
            two.replacing("vendor", with: "training"), "true",
            "names the model signer 'training' twice"
        ),
        (
            two.replacing(ModelKey.vendor.text, with: ModelKey.training.text), "true",
            "has the key that 'training' has"
        ),
        (
            two.replacing("vendor,", with: "Vendor,"), "true",
            "'Vendor' is not a model signer's name"
        ),
        (two.replacing("vendor,", with: "vendor, x: 1,"), "true", "is not a known key"),
        ("modelSigners: [{name: a, key: \(wrong)}]", "true", notAKey),
        ("modelSigners: [{name: a, key: AAAA}]", "true", notAKey),
        (two.replacing(ModelKey.vendor.text, with: ModelKey.vendor.text + "="), "true", notAKey),
        (
            "modelSigners: [{name: a, key: '-----BEGIN PRIVATE KEY-----'}]", "true",
            "is a private key, which must stay with who signs"
        ),
    ]

    private static let notAKey = "is not a public P-256 key in PEM, or in DER and base64"
    /// A point that is not on the curve.
    private static let wrong =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + String(repeating: "A", count: 88)

    @Test(arguments: refused)
    func aWrongSignerIsRefused(signers: String, requires: String, expected: String) throws {
        let found = try #require(
            complaint { () throws(DocumentError) in try policy(signers, requires: requires) })
        #expect(found.hasSuffix(expected), "\(found)")
    }
}
