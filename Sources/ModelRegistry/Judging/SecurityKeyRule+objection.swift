import GitStore
import Signatures

extension SecurityKeyRule {
    /// Why the rule refuses a good signature of `commit` by `key`; nil where it doesn't.
    func objection(to commit: Commit, by key: PublicKey) -> Unresolved? {
        guard key.application != nil else { return nil }
        let signature = "the signature of \(commit.id.short)"
        guard let assertion = commit.signed.assertion else {
            return Unresolved(saw: "\(signature) does not say what the security key did")
        }
        if let browser = assertion.browser,
            let objection = objection(to: browser, for: assertion.application, signature)
        {
            return objection
        }
        guard userVerification == .discouraged || assertion.userVerified else {
            return Unresolved(
                saw: "\(signature) was made without PIN or fingerprint, which the policy requires",
                hint: assertion.browser == nil
                    ? "sign with a key that asks for it: ssh-keygen -t ed25519-sk -O verify-required"
                    : "sign with a passkey that is unlocked by PIN or fingerprint")
        }
        return nil
    }

    /// Git compares neither the relying party nor the origin with anything.
    private func objection(
        to browser: BrowserAssertion, for application: String, _ signature: String
    ) -> Unresolved? {
        guard let webauthn else {
            return Unresolved(
                saw: "\(signature) was made in a browser, which the policy in force does not admit",
                hint: "sign with `signet approve` or `git merge -S`, or an admin adds "
                    + "'securityKeys.webauthn' to the policy")
        }
        let places = webauthn.origins.map(\.text).joined(separator: ", ")
        guard application == webauthn.relyingParty.text else {
            return Unresolved(
                saw: "\(signature) is by a passkey of '\(application)', not of "
                    + "'\(webauthn.relyingParty)'",
                hint: "enrol a passkey made at \(places)")
        }
        guard webauthn.origins.contains(where: { $0.text == browser.origin }) else {
            return Unresolved(
                saw: "\(signature) was made at '\(browser.origin)', which the policy does not name",
                hint: "approve at \(places)")
        }
        return nil
    }
}
