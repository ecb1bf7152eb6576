import GitStore
import Signatures

/// Who signed a commit: proven by the signature, never by author or committer.
package struct Signer: Hashable, Sendable {
    package let principal: PrincipalID
    package let fingerprint: String

    /// Service principals act for the registry and are never "the human" of four eyes.
    package var isService: Bool { principal == .registry || principal == .runner }
}

/// Verifies the signatures of commits; each signature's cryptography once.
package final class SignatureChecker {
    private var known: [ObjectID: SignatureVerdict] = [:]
    private static let capacity = 8192
    private let results: SignatureResults?

    /// - Parameter results: signatures found good in earlier verifications, and added to.
    package init(results: SignatureResults? = nil) { self.results = results }

    /// The principal that signed `commit`, by the keys of `snapshot` at the time of receipt.
    package func signer(
        of commit: Commit, under snapshot: PolicySnapshot, received: Timestamp
    ) -> Result<Signer, Unresolved> {
        guard commit.signed.signature != nil else {
            return .failure(
                Unresolved(
                    saw: "commit \(commit.id.short) is not signed",
                    hint:
                        "sign with `git commit -S` / `git merge -S`, or approve with `signet approve`"
                ))
        }
        let key: PublicKey
        switch verdict(commit) {
        case .good(let publicKey): key = publicKey
        case .bad(let reason):
            return .failure(
                Unresolved(
                    saw: "the signature of \(commit.id.short) is bad: \(reason.problem)",
                    hint: reason.hint))
        case .unsupported(let what):
            return .failure(
                Unresolved(
                    saw: "the signature of \(commit.id.short) is of an unsupported kind: \(what)",
                    hint: "sign with an SSH key: `git config gpg.format ssh`"))
        }
        guard let entry = snapshot.signers.entry(for: key) else {
            return .failure(
                Unresolved(
                    saw:
                        "the key \(key.fingerprint) that signed \(commit.id.short) belongs to nobody here",
                    hint:
                        "sign with an enrolled key (`signet keys list`), or ask an admin to enrol it: "
                        + "signet keys enrol PRINCIPAL KEYFILE"))
        }
        guard entry.isValid(at: received.seconds) else {
            return .failure(
                Unresolved(
                    saw:
                        "the key \(key.fingerprint) of \(entry.principal) was not valid at \(received)",
                    hint: "sign with a key that is valid now (`signet keys list`)"))
        }
        if let objection = snapshot.policy.securityKeys.objection(to: commit, by: key) {
            return .failure(objection)
        }
        do {
            let principal = try PrincipalID(entry.principal)
            guard snapshot.policy.knows(principal) else {
                return .failure(
                    Unresolved(
                        saw: "'\(principal)' has a key but is no principal of the policy in force",
                        hint: "an admin adds them: `signet policy propose`"))
            }
            return .success(Signer(principal: principal, fingerprint: entry.fingerprint))
        } catch {
            return .failure(Unresolved(saw: "'\(entry.principal)' is no name of a principal"))
        }
    }

    /// The key that signed a commit, whosever it is; nil without a good signature.
    func key(of commit: Commit) -> PublicKey? { verdict(commit).key }

    private func verdict(_ commit: Commit) -> SignatureVerdict {
        if let verdict = known[commit.id] { return verdict }
        let verdict = check(commit.signed)
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[commit.id] = verdict
        return verdict
    }

    private func check(_ commit: SignedCommit) -> SignatureVerdict {
        guard let results, let armor = commit.signature else { return commit.verify() }
        let name = SignatureResults.Name(payload: commit.payloadDigest, armor: armor)
        if results.holds(name) {
            do {
                return .good(try SSHSignature.parse(armor: armor).publicKey)
            } catch { return commit.verify() }
        }
        let verdict = commit.verify()
        if case .good = verdict { results.add(name) }
        return verdict
    }
}

/// A signature that stands for no principal, and why.
package struct Unresolved: Error, Hashable, Sendable {
    package let saw: String
    package var hint: String?
}
