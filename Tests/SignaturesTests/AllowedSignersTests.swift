import SoftwareKeys
import Testing

@testable import Signatures

@Suite struct AllowedSignersTests {
    static let first =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"

    private func fault(_ text: String) throws -> AllowedSignersFault {
        try #require(throws: AllowedSignersFault.self) {
            try AllowedSigners.parse(text.bytes, file: "allowed_signers")
        }
    }

    @Test func entriesAreReadWithTheirOptions() throws {
        let other = try Sample.key(2).publicKey
        let text = """
            # people

            jane namespaces="git",valid-after="20240101Z",valid-before="202501011230Z" \(Self.first) a b c
            k.im_1+x@example.com \(other.openSSHLine)
            \t # services
            """
        let signers = try AllowedSigners.parse(text.bytes, file: "f")
        #expect(signers.entries.map(\.principal) == ["jane", "k.im_1+x@example.com"])
        #expect(signers.entries.map(\.namespaces) == [["git"], nil])
        #expect(signers.entries.map(\.validAfter) == [1_704_067_200, nil])
        #expect(signers.entries.map(\.validBefore) == [1_735_734_600, nil])
        #expect(signers.entries.map(\.line) == [3, 4])
        #expect(signers.entries[0].key == (try Sample.key().publicKey))
        #expect(signers.entry(for: other)?.principal == "k.im_1+x@example.com")
        #expect(signers.entry(for: try Sample.key(3).publicKey) == nil)
        #expect(signers.entries(of: "jane").map(\.line) == [3])
        #expect(signers.serialised() == text.bytes + [10])
    }

    static let malformed: [(String, AllowedSignersFault.Problem)] = [
        ("jane", .malformedLine),
        ("jane \(first.split(separator: " ")[0])", .malformedLine),
        (" jane \(first)", .malformedLine),
        ("jane namespaces=\"git\" AAAA", .malformedLine),
        ("jane namespaces=\"git\" zip AAAA", .malformedLine),
        ("* \(first)", .malformedPrincipal("*")),
        ("jane,kim \(first)", .malformedPrincipal("jane,kim")),
        ("!jane \(first)", .malformedPrincipal("!jane")),
        ("\"jane\" \(first)", .malformedPrincipal("\"jane\"")),
        ("jané \(first)", .malformedPrincipal("jané")),
        ("jan? \(first)", .malformedPrincipal("jan?")),
        ("jane cert-authority \(first)", .unknownOption("cert-authority")),
        ("jane verify-required \(first)", .unknownOption("verify-required")),
        ("jane Namespaces=\"git\" \(first)", .unknownOption("Namespaces=\"git\"")),
        ("jane namespaces=\"git\", \(first)", .unknownOption("")),
        ("jane namespaces=\"git\",namespaces=\"git\" \(first)", .repeatedOption("namespaces")),
        ("jane namespaces=\"file\" \(first)", .malformedOption("namespaces=\"file\"")),
        ("jane namespaces=\"g*\" \(first)", .malformedOption("namespaces=\"g*\"")),
        ("jane namespaces=git \(first)", .malformedOption("namespaces=git")),
        ("jane namespaces \(first)", .malformedOption("namespaces")),
        ("jane valid-after=\"20240101\" \(first)", .malformedOption("valid-after=\"20240101\"")),
        ("jane valid-after=\"20240230Z\" \(first)", .malformedOption("valid-after=\"20240230Z\"")),
        (
            "jane valid-before=\"19700101Z\" \(first)",
            .malformedOption("valid-before=\"19700101Z\"")
        ),
        ("jane valid-after=\"20240101Z\",valid-before=\"20240101Z\" \(first)", .emptyWindow),
        ("jane ssh-dss AAAAB3NzaC1kc3M=", .unusableKeyType("ssh-dss")),
        (
            "jane ssh-ed25519-cert-v01@openssh.com AAAA",
            .unusableKeyType("ssh-ed25519-cert-v01@openssh.com")
        ),
        (
            "jane webauthn-sk-ecdsa-sha2-nistp256@openssh.com AAAA",
            .unusableKeyType("webauthn-sk-ecdsa-sha2-nistp256@openssh.com")
        ),
        ("jane ssh-ed25519 AAAA!", .malformedKey(.malformedKey("public key line"))),
        (
            "jane ssh-rsa \(first.split(separator: " ")[1])",
            .malformedKey(.malformedKey("ssh-rsa"))
        ),
        ("jane \(first)\r", .notPlainText),
        ("jane \(first) \u{7F}", .notPlainText),
    ]

    @Test(arguments: malformed)
    func malformedLineIsNamed(_ line: String, _ problem: AllowedSignersFault.Problem) throws {
        let found = try fault("# one\n\(line)\n")
        #expect(found.line == 2)
        #expect(found.problem == problem)
        #expect(found.description.hasPrefix("allowed_signers:2: "))
        #expect(found.description.contains("\nhint: "))
    }

    @Test func keyThatStandsTwiceIsRefusedEvenForOnePrincipal() throws {
        let found = try fault("jane \(Self.first)\n\njane \(Self.first) other comment\n")
        #expect(found.line == 3)
        #expect(found.problem == .repeatedKey(firstLine: 1))
        #expect(
            found.description == """
                allowed_signers:3: the same key as on line 1
                hint: keep one line per key: a key belongs to one principal
                """)
    }

    @Test func bytesThatAreNotTextAreRefused() throws {
        let text = "jane ".bytes + [0xFF, 10]
        #expect(throws: AllowedSignersFault(file: "f", line: 1, problem: .notPlainText)) {
            try AllowedSigners.parse(text, file: "f")
        }
        let huge = [UInt8](repeating: 10, count: 1 << 20 + 1)
        #expect(throws: AllowedSignersFault(file: "f", line: nil, problem: .tooLarge)) {
            try AllowedSigners.parse(huge, file: "f")
        }
        #expect(try AllowedSigners.parse([], file: "f").entries == [])
    }

    @Test func securityKeysAreRead() throws {
        let hardware = try SoftwareKey(.ed25519).publicKey
        let passkey = try SoftwareKey(.browser).publicKey
        let lines = [hardware, passkey].map { AllowedSigners.line(principal: "jane", key: $0) }
        let signers = try AllowedSigners.parse(
            lines.joined(separator: "\n").bytes, file: "f")
        #expect(signers.entries.map(\.key.type) == [.ed25519SecurityKey, .ecdsaSecurityKey])
        #expect(signers.entries.map(\.key.application) == ["ssh:", "approve.example.com"])
    }

    @Test func writtenLineIsReadBack() throws {
        let key = try Sample.key().publicKey
        let line = AllowedSigners.line(
            principal: "jane", key: key, validAfter: 1_704_067_200, validBefore: 4_102_444_799)
        let options = """
            namespaces="git",valid-after="20240101000000Z",valid-before="20991231235959Z"
            """
        #expect(line == "jane \(options) \(Self.first)")
        let entry = try AllowedSigners.parse(line.bytes, file: "f").entries[0]
        #expect(entry.validBefore == 4_102_444_799)
    }
}
