/// A role's name: what a principal may do, per environment.
package struct RoleName: CanonicalName {
    /// The name as it is written.
    package let text: String

    package init(_ text: String) throws(DocumentError) {
        let isLetter = text.first.map { ("a"..."z").contains($0) } ?? false
        guard isLetter, text.utf8.count <= 32,
            text.allSatisfy({ $0.isLowercaseNameCharacter || $0 == "-" })
        else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not a role's name",
                hint: "1 to 32 of a-z 0-9 -, of which the first is a letter")
        }
        self.text = text
    }

    private init(known: StaticString) { text = "\(known)" }

    package var description: String { text }

    /// May register versions.
    package static let registrar = RoleName(known: "registrar")
    /// May propose versions.
    package static let proposer = RoleName(known: "proposer")
    /// May approve and reject, where an environment asks for this role.
    package static let approver = RoleName(known: "approver")
    /// May change the policy, where `policyChange` asks for this role.
    package static let admin = RoleName(known: "admin")
    /// Signs the ledger; held by the service `registry` alone.
    package static let registry = RoleName(known: "registry")
    /// Signs run records; held by the service `runner` alone.
    package static let runner = RoleName(known: "runner")
}
