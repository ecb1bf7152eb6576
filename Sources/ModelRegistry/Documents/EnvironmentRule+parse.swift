extension EnvironmentRule {
    /// Reads one rung of the ladder, which may come after those in `earlier`.
    init(
        _ node: DocumentNode, earlier: [EnvironmentRule], modelSigners: [ModelSigner] = []
    ) throws(DocumentError) {
        let members = try node.members([
            "name", "after", "approvals", "fourEyes", "requires", "soak", "freeze",
            "approvalMaxAge", "breakGlass",
        ])
        let name = try node.required("name")
        environment = try name.name()
        let written = environment
        guard !earlier.contains(where: { $0.environment == written }) else {
            throw name.error("names the environment '\(environment)' twice")
        }
        after = try members["after"].map { node throws(DocumentError) in
            try Self.predecessor(node, earlier: earlier)
        }
        approvals = try Policy.quorum(try node.required("approvals"))
        fourEyes = try members["fourEyes"]?.bool() ?? true
        requires =
            try members["requires"].map { node throws(DocumentError) in
                try Requirements(node, modelSigners: modelSigners)
            } ?? Requirements()
        soak = try members["soak"]?.duration()
        freeze =
            try members["freeze"].map { node throws(DocumentError) in
                try FreezeWindow.windows(node)
            } ?? []
        approvalMaxAge = try members["approvalMaxAge"]?.duration()
        breakGlass = try members["breakGlass"].map { node throws(DocumentError) in
            try BreakGlass(node)
        }
        if let soak = members["soak"], after == nil {
            throw soak.error(
                "names no environment that a version could stand in",
                hint: "add 'after: ENVIRONMENT' beside it")
        }
        guard after != nil || !requires.run else {
            throw node.error(
                "requires a run, but names no environment that it could have been in",
                hint: "add 'after: ENVIRONMENT', or remove 'run' and 'gates' below 'requires'")
        }
    }

    private static func predecessor(
        _ node: DocumentNode, earlier: [EnvironmentRule]
    ) throws(DocumentError) -> Environment {
        let after: Environment = try node.name()
        guard earlier.contains(where: { $0.environment == after }) else {
            throw node.error(
                "is '\(after)', which is not an environment listed before this one",
                hint: "list the environments in the order of the ladder")
        }
        if let other = earlier.first(where: { $0.after == after }) {
            throw node.error(
                "is '\(after)', which '\(other.environment)' comes after already",
                hint: "an environment has one successor")
        }
        return after
    }
}

extension EnvironmentRule.Requirements {
    /// Reads what stands below `requires`.
    init(_ node: DocumentNode, modelSigners: [ModelSigner]) throws(DocumentError) {
        let members = try node.members(["run", "card", "gates", "modelSignature"])
        if let run = members["run"], try run.text() != "passed" {
            throw run.error("is '\(try run.text())'; it must be 'passed'")
        }
        run = members["run"] != nil
        card = try members["card"]?.lines() ?? []
        gates =
            try members["gates"].map { node throws(DocumentError) in
                try Gate.gates(node)
            } ?? [:]
        self.modelSigners =
            try members["modelSignature"].map { node throws(DocumentError) in
                try ModelSigner.required(node, among: modelSigners)
            } ?? []
        if let gates = members["gates"], !run {
            throw gates.error(
                "have no run whose metrics they could be compared with",
                hint: "add 'run: passed' beside them")
        }
    }
}

extension EnvironmentRule.BreakGlass {
    /// Reads what stands below `breakGlass`.
    init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["approvals", "reapproveWithin"])
        approvals = try Policy.quorum(try node.required("approvals"))
        reapproveWithin = try node.required("reapproveWithin").duration()
    }
}
