import GitStore
import Signatures

/// A person or service that signs commits with a key of theirs.
package struct Author {
    package let principal: Principal
    package let signer: any CommitSigner
}

extension Registry {
    /// Finds whose key it is; throws when it is nobody's, before anything is written.
    package func author(_ signer: any CommitSigner) throws -> Author {
        let snapshot = try mainSnapshot()
        guard let entry = snapshot.signers.entry(for: signer.publicKey) else {
            throw RegistryError.unknownPrincipal(
                "the key \(signer.publicKey.fingerprint) belongs to nobody in this registry\n"
                    + "hint: use another with --key, or ask an admin to enrol it: "
                    + "signet keys enrol PRINCIPAL KEYFILE")
        }
        let id = try PrincipalID(entry.principal)
        guard let principal = snapshot.policy.principal(id) ?? Principal.service(id) else {
            throw RegistryError.unknownPrincipal(
                "'\(id)' has a key but is no principal of the policy\n"
                    + "hint: an admin adds them: signet policy propose FILE")
        }
        return Author(principal: principal, signer: signer)
    }

    /// Writes a signed commit.
    func commit(
        tree: ObjectID, parents: [ObjectID], title: String, body: String? = nil,
        trailers: [(key: String, value: String)] = [], by author: Author
    ) throws -> ObjectID {
        let latest = try parents.map { try judge.commits.commit($0).committed }.max() ?? now
        let identity = try Identity(
            name: author.principal.name, email: author.principal.email,
            seconds: max(now, latest).seconds, offset: 0)
        let signature = [("Signed-by", author.principal.name)]
        let paragraphs: [String?] = [
            title, body,
            (trailers + signature).map { "\($0.0): \(Self.oneLine($0.1))" }
                .joined(separator: "\n"),
        ]
        let draft = try Self.sayable {
            try CommitDraft(
                tree: tree.hex, parents: parents.map(\.hex), author: identity, committer: identity,
                message: paragraphs.compactMap { $0 }.joined(separator: "\n\n") + "\n")
        }
        let armor = try author.signer.sign(draft.payload())
        return try repository.write(.commit, draft.signed(armor: armor))
    }

    /// Makes a draft; what git's commits can't hold of what was given is said.
    static func sayable(_ draft: () throws -> CommitDraft) throws -> CommitDraft {
        do {
            return try draft()
        } catch let fault as CommitFault {
            throw RegistryError.invalid(
                "a signed commit can't say this: \(fault)",
                hint: "write names and reasons in plain text, without control characters")
        }
    }

    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    static func subject(
        _ version: ModelVersion, _ environment: Environment
    ) -> [(key: String, value: String)] {
        Judge.subjectTrailers(version, environment)
    }
}
