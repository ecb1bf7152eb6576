extension Policy {
    /// Whether the principal may approve and reject versions of this model.
    ///
    /// Who is not among `scopes` may decide all models. This limits roles and grants none.
    package func mayDecide(_ principal: PrincipalID, _ model: ModelName) -> Bool {
        scopes[principal]?.contains { $0.matches(model) } ?? true
    }

    /// Reads the patterns below `scopes`.
    static func scopes(
        _ node: DocumentNode, principals: Set<PrincipalID>
    ) throws(DocumentError) -> [PrincipalID: [ModelPattern]] {
        var scopes: [PrincipalID: [ModelPattern]] = [:]
        for (key, list) in try node.pairs() {
            let id: PrincipalID = try list.name(from: key)
            guard principals.contains(id) else {
                throw list.error(
                    "is for '\(id)', who is not among the principals",
                    hint: id.isService
                        ? "services decide nothing" : "declare '\(id)' under 'principals'")
            }
            var patterns: [ModelPattern] = []
            for item in try list.items() {
                let pattern: ModelPattern = try item.name()
                guard !patterns.contains(pattern) else {
                    throw item.error("names '\(pattern)' twice")
                }
                patterns.append(pattern)
            }
            guard !patterns.isEmpty else {
                throw list.error(
                    "must not be empty", hint: "who decides nothing holds no approver's role")
            }
            scopes[id] = patterns
        }
        return scopes
    }
}
