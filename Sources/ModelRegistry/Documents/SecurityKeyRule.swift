/// What signatures by security keys must show beyond the cryptography: the policy's `securityKeys`.
package struct SecurityKeyRule: Hashable, Sendable {
    /// Whether the key must have asked for a PIN or a fingerprint.
    package let userVerification: UserVerification
    /// Where passkeys may sign in a browser; nil where none may.
    package let webauthn: Passkeys?

    package init(userVerification: UserVerification = .discouraged, webauthn: Passkeys? = nil) {
        self.userVerification = userVerification
        self.webauthn = webauthn
    }

    /// WebAuthn's words for it; a touch is always demanded.
    package enum UserVerification: String, CaseIterable, Hashable, Sendable {
        case required, discouraged
    }

    /// The one relying party whose passkeys count, and the pages they may be used in.
    package struct Passkeys: Hashable, Sendable {
        /// The name that the passkeys are bound to.
        package let relyingParty: RelyingParty
        /// The pages' origins, each within the relying party's domain.
        package let origins: [WebOrigin]
    }
}

extension SecurityKeyRule {
    /// Reads the policy's member `securityKeys`; without one, touch suffices and no browser counts.
    static func read(_ node: DocumentNode?) throws(DocumentError) -> SecurityKeyRule {
        guard let node else { return SecurityKeyRule() }
        let members = try node.members(["userVerification", "webauthn"])
        return SecurityKeyRule(
            userVerification: try members["userVerification"]?.choice() ?? .discouraged,
            webauthn: try members["webauthn"].map { node throws(DocumentError) in
                try Passkeys(node)
            })
    }
}

extension SecurityKeyRule.Passkeys {
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["relyingParty", "origins"])
        relyingParty = try node.required("relyingParty").name()
        let list = try node.required("origins")
        var origins: [WebOrigin] = []
        for item in try list.items() {
            let origin: WebOrigin = try item.name()
            guard !origins.contains(origin) else { throw item.error("names '\(origin)' twice") }
            guard relyingParty.covers(origin) else {
                throw item.error(
                    "is '\(origin)', where no browser uses a passkey of '\(relyingParty)'",
                    hint: "the origin's host must be the relying party or a name below it")
            }
            origins.append(origin)
        }
        guard !origins.isEmpty else { throw list.error("must not be empty") }
        self.origins = origins
    }
}
