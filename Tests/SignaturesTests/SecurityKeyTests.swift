import SoftwareKeys
import SystemPackage
import Testing

@testable import Signatures

/// What security keys and browsers sign, judged here and by stock git and OpenSSH.
@Suite struct SecurityKeyTests {
    /// What a key claims, or a forger writes, and both verdicts on it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let key: SoftwareKey
        /// Why it is refused here; nil where it is good.
        let fault: SignatureFault?
        let isGoodForGit: Bool

        var testDescription: String { name }
    }

    typealias Change = @Sendable (inout SoftwareKey.Claim) -> Void

    private static func key(_ kind: SoftwareKey.Kind) -> SoftwareKey {
        do {
            return try SoftwareKey(kind)
        } catch {
            preconditionFailure("32 bytes are a seed: \(error)")
        }
    }

    private static func good(
        _ name: String, _ kind: SoftwareKey.Kind = .browser, _ change: Change = { _ in }
    ) -> Case {
        Case(name: name, key: key(kind).claiming(change), fault: nil, isGoodForGit: true)
    }

    /// Good for git, which looks at the cryptography alone, and refused here.
    private static func ours(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: Change
    ) -> Case {
        Case(name: name, key: key(kind).claiming(change), fault: fault, isGoodForGit: true)
    }

    private static func bad(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: Change
    ) -> Case {
        Case(name: name, key: key(kind).claiming(change), fault: fault, isGoodForGit: false)
    }

    private static func forged(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: @escaping Change
    ) -> Case {
        Case(name: name, key: key(kind).forging(change), fault: fault, isGoodForGit: false)
    }

    static let accepted: [Case] =
        SoftwareKey.Kind.allCases.flatMap { kind in
            [
                good("touch and PIN, \(kind)", kind),
                good("touch alone, \(kind)", kind) { $0.flags = 0x01 },
                good("synced, \(kind)", kind) { $0.flags = 0x1D },
                good("counter 0, \(kind)", kind) { $0.counter = 0 },
                good("largest counter, \(kind)", kind) { $0.counter = .max },
            ]
        } + [
            good("extensions") { ($0.flags, $0.extensions) = (0x85, [0xA1, 0x61, 0x61, 0xF5]) },
            good("port in the origin") { $0.origin = "http://localhost:37023" },
            good("no crossOrigin") { $0.end = "}" },
            good("Chromium's greeting") {
                $0.end =
                    #","crossOrigin":false,"other_keys_can_be_added_here":"do not compare"}"#
            },
            good("white space after the origin") { $0.end = ", \"x\" : [ 1.5e3, null ] }\n" },
            good("origin of an app, for the policy to refuse") {
                $0.origin = "android:apk-key-hash:abc"
            },
        ]

    static let refused: [Case] =
        SoftwareKey.Kind.allCases.flatMap { kind in
            [
                ours("not touched, \(kind)", .userAbsent, kind) { $0.flags = 0x04 },
                bad("another application signed, \(kind)", .mismatch, kind) {
                    $0.application = "other.example"
                },
                bad("trailing byte, \(kind)", .trailingBytes, kind) { $0.rest = [0] },
                forged("flags forged, \(kind)", .mismatch, kind) { $0.flags ^= 0x04 },
                forged("counter forged, \(kind)", .mismatch, kind) { $0.counter += 1 },
            ]
        }
        + [SoftwareKey.Kind.ed25519, .ecdsa].flatMap { kind in
            [
                ours("new credential, \(kind)", .attestedCredential, kind) { $0.flags |= 0x40 },
                ours("extensions announced, \(kind)", .extensionsFlag, kind) { $0.flags |= 0x80 },
            ]
        } + [
            bad("new credential", .attestedCredential) { $0.flags |= 0x40 },
            bad("extensions announced", .extensionsFlag) { $0.flags |= 0x80 },
            bad("extensions unannounced", .extensionsFlag) { $0.extensions = [0xA0] },
            ours("framed by another origin", .crossOrigin) { $0.end = #","crossOrigin":true}"# },
            ours("framed, the key written in escapes", .crossOrigin) {
                $0.end = #","cross\u004Frigin":true}"#
            },
            ours("framed, as topOrigin says", .crossOrigin) {
                $0.end = #","topOrigin":"https://a.example"}"#
            },
            ours(
                "crossOrigin as text",
                .malformedClientData("'crossOrigin' is neither true nor false")
            ) { $0.end = #","crossOrigin":"true"}"# },
            ours("crossOrigin twice", .malformedClientData("a key stands twice before byte 242")) {
                $0.end = #","crossOrigin":true,"crossOrigin":false}"#
            },
            ours("origin twice", .malformedClientData("a key stands twice before byte 232")) {
                $0.end = #","origin":"https://a.example"}"#
            },
            ours("garbage after the origin", .malformedClientData("expected '}' at byte 203")) {
                $0.end = "garbage"
            },
            ours("two documents", .malformedClientData("expected the end at byte 204")) {
                $0.end = "}{}"
            },
            ours("unended", .malformedClientData("expected '}' at byte 203")) { $0.end = "" },
            ours("white space before the comma", .wrongClientData) { $0.end = " ,\"x\":1}" },
            bad("another type", .wrongClientData) { $0.type = "webauthn.create" },
            bad("a payment", .wrongClientData) { $0.type = "payment.get" },
            bad("another challenge", .wrongClientData) { $0.challenge = "U1NIU0lH" },
            bad("padded challenge", .wrongClientData) {
                $0.edit = { $0.replacing(#"","origin"#, with: #"=","origin"#).bytes }
            },
            bad("another order", .wrongClientData) {
                $0.edit = { text in
                    let end = #""type":"webauthn.get","#
                    return
                        ("{" + text.replacing("{" + end, with: "").dropLast() + ","
                        + end.dropLast() + "}").bytes
                }
            },
            bad("white space", .wrongClientData) {
                $0.edit = { $0.replacing(":", with: ": ").bytes }
            },
            bad("origin that isn't the client data's", .wrongClientData) {
                $0.signedOrigin = "https://a.example"
            },
            bad("origin that is the client data's beginning", .wrongClientData) {
                $0.signedOrigin = "https://approve.example.com.a.example"
            },
            bad("quote in the origin", .malformedOrigin) {
                $0.origin = #"https://a.example","crossOrigin":false,"x":"y"#
            },
            ours("backslash in the origin", .malformedOrigin) { $0.origin = #"https://a\\b"# },
            ours("no origin", .malformedOrigin) { $0.origin = "" },
            forged("origin forged", .wrongClientData) {
                ($0.signedOrigin, $0.origin) = ($0.origin, "https://a.example")
            },
            forged("crossOrigin forged", .mismatch) { $0.end = "}" },
            forged("extensions forged", .mismatch) {
                ($0.extensions, $0.flags) = ([0xA0], 0x85)
            },
        ]

    @Test func everyCaseHasTheVerdictsItShould() throws {
        try Sandbox.with { sandbox in
            try sandbox.makeRepository()
            for (number, trial) in (Self.accepted + Self.refused).enumerated() {
                let key = trial.key.publicKey
                let draft = try Sample.draft(message: "Number \(number)\n", parents: [])
                let line = AllowedSigners.line(principal: "jane@example.com", key: key)
                try sandbox.write(line.bytes + [10], to: "allowed")
                let commit = try draft.signed(by: trial.key)
                let verdict = trial.fault.map { .bad(reason: $0) } ?? SignatureVerdict.good(key)
                #expect(try SignedCommit.parse(commit).verify() == verdict, "\(trial.name)")
                let (status, words) = try sandbox.verifyWithGit(commit)
                #expect((status == 0) == trial.isGoodForGit, "\(trial.name): \(words)")
                if status == 0 { #expect(words.contains(key.fingerprint), "\(words)") }
            }
        }
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func aSignatureIsGoodForSSHKeygen(_ kind: SoftwareKey.Kind) throws {
        try Sandbox.with { sandbox in
            let key = Self.key(kind)
            let line = AllowedSigners.line(principal: "jane", key: key.publicKey)
            try sandbox.write(line.bytes + [10], to: "allowed")
            try sandbox.write("payload".bytes, to: "payload")
            let armor = try key.sign("payload".bytes)
            try sandbox.write(armor.bytes, to: "armor")
            #expect(
                SSHSignature.verify(armor: armor.bytes, over: "payload".bytes)
                    == .good(key.publicKey))
            try sandbox.sh("ssh-keygen -Y verify -f allowed -I jane -n git -s armor < payload")
            let words = try sandbox.run(
                "ssh-keygen -Y verify -f allowed -I jane -n git -s armor < allowed")
            #expect(words.status != 0)
            #expect(
                try sandbox.sh("echo '\(key.publicKey.openSSHLine)' | ssh-keygen -l -f -")
                    .contains(key.publicKey.fingerprint))
        }
    }

    @Test func whatTheKeySaysIsRead() throws {
        let plain = Self.key(.ed25519).claiming { ($0.flags, $0.counter) = (0x01, 9) }
        let assertion = try #require(
            try SSHSignature.parse(armor: plain.sign([1]).bytes).assertion)
        #expect(assertion.application == "ssh:" && assertion.counter == 9)
        #expect(assertion.userPresent && !assertion.userVerified && assertion.browser == nil)
        let commit = try Sample.draft().signed(by: Self.key(.browser))
        let browser = try #require(try SignedCommit.parse(commit).assertion?.browser)
        #expect(browser.origin == "https://approve.example.com")
        #expect(!browser.crossOrigin && browser.extensions.isEmpty)
        #expect(browser.clientData.starts(with: #"{"type":"webauthn.get","challenge":"U1NI"#.utf8))
        #expect(try SignedCommit.parse(Sample.commit().bytes).assertion == nil)
    }

    @Test func faultsWithARemedyNameIt() {
        #expect(
            SignatureFault.userAbsent.description == """
                the security key signed without being touched
                hint: sign with a key made without 'no-touch-required': ssh-keygen -t ed25519-sk
                """)
    }
}
