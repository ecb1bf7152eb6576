import GitStore
import Signatures

extension Registry {
    /// Approves an open proposal: a signed merge onto the environment's present tip.
    ///
    /// - Parameter expected: the proposal's id as it was reviewed; another one is refused.
    /// - Returns: the environment's new commit.
    @discardableResult
    package func approve(
        _ selector: ModelSelector, in environment: Environment, reason: String,
        expected: String? = nil, by author: Author
    ) throws -> (version: ModelVersion, commit: ObjectID) {
        let reason = try Self.demandReason(reason)
        let proposal = try openProposal(selector, in: environment, expected: expected)
        let approval = try deciding(proposal) {
            try merge(proposal, reason: reason, by: author)
        }
        return (proposal.version, approval)
    }

    private func merge(
        _ proposal: OpenProposal, reason: String, by author: Author
    ) throws -> ObjectID {
        let (version, environment) = (proposal.version, proposal.environment)
        let tip = try tip(of: environment)
        let scope = try Scope(
            version.model, in: judge.commits.commit(proposal.target).tree, of: repository)
        let tree = try repository.compose(scope, over: tip.tree, writing: true)
        let merge = try commit(
            tree: tree, parents: [tip.id, proposal.target],
            title: "Approve \(version) for \(environment)", body: reason,
            trailers: [("Decision", "approved")] + Self.subject(version, environment)
                + [("Reason", reason), ("Meaning", "approval")],
            by: author)
        try submit(
            ReferenceUpdate(name: environment.branch, old: tip.id, new: merge),
            log: "approve \(version)")
        return merge
    }

    /// Rejects an open proposal: a signed commit that closes it for good.
    @discardableResult
    package func reject(
        _ selector: ModelSelector, in environment: Environment, reason: String,
        expected: String? = nil, by author: Author
    ) throws -> (version: ModelVersion, commit: ObjectID) {
        let reason = try Self.demandReason(reason)
        let proposal = try openProposal(selector, in: environment, expected: expected)
        let proposed = try judge.commits.commit(proposal.target)
        let rejection = try commit(
            tree: proposed.tree, parents: [proposed.id],
            title: "Reject \(proposal.version) for \(environment)", body: reason,
            trailers: [("Decision", "rejected")] + Self.subject(proposal.version, environment)
                + [("Reason", reason), ("Meaning", "review")],
            by: author)
        let branch = environment.proposalBranch(proposal.version)
        try deciding(proposal) {
            try submit(
                ReferenceUpdate(name: branch, old: proposal.target, new: rejection),
                log: "reject \(proposal.version)")
        }
        return (proposal.version, rejection)
    }

    /// Decides a proposal. When somebody else decided it meanwhile, that is what is said.
    @discardableResult
    private func deciding<Answer>(
        _ proposal: OpenProposal, _ decide: () throws -> Answer
    ) throws -> Answer {
        try whileOthersAreFirst {
            do {
                return try decide()
            } catch let error as RegistryError {
                try settle()
                try demandOpen(proposal)
                throw error
            }
        }
    }

    /// Throws when the proposal was decided since it was looked up.
    private func demandOpen(_ proposal: OpenProposal) throws {
        let branch = proposal.environment.proposalBranch(proposal.version)
        guard try reference(branch) != proposal.target else { return }
        throw RegistryError.noProposal(
            "somebody else decided \(proposal.version) for \(proposal.environment) at the same time",
            hint: Self.whatWasDecided(proposal.version.model, proposal.environment))
    }

    static func whatWasDecided(_ model: ModelName, _ environment: Environment) -> String {
        "see what was decided: signet log --env \(environment) \(model)"
    }

    static func demandReason(_ reason: String) throws -> String {
        let reason = oneLine(reason)
        guard !reason.isEmpty else {
            throw RegistryError.invalid(
                "a decision needs a reason", hint: "give it with --reason TEXT")
        }
        return reason
    }
}
