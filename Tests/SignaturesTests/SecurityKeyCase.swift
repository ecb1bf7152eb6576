import SoftwareKeys

@testable import Signatures

/// What a key claims, or a forger writes, and both verdicts on it.
struct SecurityKeyCase: Sendable {
    let name: String
    let key: SoftwareKey
    /// Why it is refused here; nil where it is good.
    let fault: SignatureFault?
    let isGoodForGit: Bool

    typealias Change = @Sendable (inout SoftwareKey.Claim) -> Void

    private static func good(
        _ name: String, _ kind: SoftwareKey.Kind = .browser, _ change: Change = { _ in }
    ) -> Self {
        Self(name: name, key: .sample(kind).claiming(change), fault: nil, isGoodForGit: true)
    }

    /// Good for git, which looks at the cryptography alone, and refused here.
    private static func ours(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: Change
    ) -> Self {
        Self(name: name, key: .sample(kind).claiming(change), fault: fault, isGoodForGit: true)
    }

    private static func bad(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: Change
    ) -> Self {
        Self(name: name, key: .sample(kind).claiming(change), fault: fault, isGoodForGit: false)
    }

    private static func forged(
        _ name: String, _ fault: SignatureFault, _ kind: SoftwareKey.Kind = .browser,
        _ change: @escaping Change
    ) -> Self {
        Self(name: name, key: .sample(kind).forging(change), fault: fault, isGoodForGit: false)
    }

    static let accepted: [Self] =
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

    static let refused: [Self] =
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
}

extension SoftwareKey {
    /// The key of a kind, for tables.
    static func sample(_ kind: Kind) -> SoftwareKey {
        do {
            return try SoftwareKey(kind)
        } catch {
            preconditionFailure("32 bytes are a seed: \(error)")
        }
    }
}
