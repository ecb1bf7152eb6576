/// A person or service that may hold roles.
package struct Principal: Hashable, Codable, Sendable {
    /// The literal principal in `allowed_signers`.
    package let id: PrincipalID
    /// The printed name.
    package let name: String
    /// The address that mail goes to.
    package let email: String

    package init(id: PrincipalID, name: String, email: String) {
        self.id = id
        self.name = name
        self.email = email
    }

    /// Reads one member of the policy's `principals`.
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["id", "name", "email"])
        id = try node.required("id").name()
        let name = try node.required("name")
        self.name = try name.singleLine(limit: 128)
        guard !self.name.contains(where: { "<>".contains($0) }) else {
            throw name.error("must not contain '<' or '>'")
        }
        let email = try node.required("email")
        self.email = try email.singleLine(limit: 254)
        let parts = self.email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            !self.email.contains(where: { " \t<>,;:\"()[]\\".contains($0) })
        else { throw email.error("is '\(self.email)', which is not an e-mail address") }
    }
}
