import GitStore
import Signatures

extension Registry {
    /// What an approval came to.
    package struct Approval {
        package let version: ModelVersion
        package let commit: ObjectID
        /// The branch it went to: the environment's, or the proposal's while others must sign too.
        package let branch: String
        /// The roles that still have to sign; empty when the environment took the version on.
        package let missing: [RoleName: Int]
    }

    /// Approves an open proposal: a signed merge onto the environment's present tip, or, while more
    /// signatures are needed, onto the proposal's branch.
    ///
    /// - Parameters:
    ///   - expected: the proposal's id as it was reviewed; another one is refused.
    ///   - breakingGlass: whether it is an emergency, as far as the policy allows one.
    @discardableResult
    package func approve(
        _ selector: ModelSelector, in environment: Environment, reason: String,
        expected: String? = nil, breakingGlass: Bool = false, by author: Author
    ) throws -> Approval {
        let reason = try Self.demandReason(reason)
        let proposal = try openProposal(selector, in: environment, expected: expected)
        return try deciding(proposal) {
            try merge($0, reason: reason, breakingGlass: breakingGlass, by: author)
        }
    }

    private func merge(
        _ proposal: OpenProposal, reason: String, breakingGlass: Bool, by author: Author
    ) throws -> Approval {
        let (version, environment) = (proposal.version, proposal.environment)
        let tip = try tip(of: environment)
        let missing = try breakingGlass ? [:] : missing(after: author, proposal)
        let signed = try judge.commits.commit(proposal.target)
        if !breakingGlass, missing.isEmpty, proposal.isSigned, try isComplete(proposal),
            signed.parents[0] == tip.id
        {
            // All have signed, on this very tip: the last signature is the one that moves it.
            try submit(
                ReferenceUpdate(name: environment.branch, old: tip.id, new: signed.id),
                log: "approve \(version)")
            return Approval(
                version: version, commit: signed.id, branch: environment.branch, missing: [:])
        }
        let scope = try Scope(
            version.model, in: judge.commits.commit(proposal.target).tree, of: repository)
        let tree = try repository.compose(scope, over: tip.tree, writing: true)
        let merge = try commit(
            tree: tree, parents: [tip.id, proposal.target],
            title: scope.isEmpty
                ? "Approve withdrawing \(version) from \(environment)"
                : "Approve \(version) for \(environment)",
            body: reason,
            trailers: [("Decision", "approved")] + Self.subject(version, environment)
                + [("Reason", reason), ("Meaning", "approval")]
                + (breakingGlass ? [(Judge.breakGlassTrailer, reason)] : []),
            by: author)
        let update =
            missing.isEmpty
            ? ReferenceUpdate(name: environment.branch, old: tip.id, new: merge)
            : ReferenceUpdate(
                name: environment.proposalBranch(version), old: proposal.target, new: merge)
        try submit(update, log: "approve \(version)")
        return Approval(version: version, commit: merge, branch: update.name, missing: missing)
    }

    private func isComplete(_ proposal: OpenProposal) throws -> Bool {
        try judge.assess(proposal.target, for: proposal.environment, received: now).missing.isEmpty
    }

    /// The roles that still have to sign once `author` has.
    private func missing(after author: Author, _ proposal: OpenProposal) throws -> [RoleName: Int] {
        let environment = proposal.environment
        let assessment = try judge.assess(proposal.target, for: environment, received: now)
        let roles = assessment.missing.keys.filter {
            assessment.policy.holds(author.principal.id, $0, in: environment)
        }
        // Whoever holds none of them, the engine refuses, and says so best at the environment.
        guard !roles.isEmpty else { return [:] }
        let mine = CountedSignature(
            principal: author.principal.id, fingerprint: author.signer.publicKey.fingerprint,
            roles: assessment.rule.approvals.keys.filter {
                assessment.policy.holds(author.principal.id, $0, in: environment)
            }, commit: proposal.target, received: now)
        return (assessment.signatures + [mine]).missing(of: assessment.rule.approvals)
    }

    /// Rejects an open proposal: a signed commit that closes it for good.
    @discardableResult
    package func reject(
        _ selector: ModelSelector, in environment: Environment, reason: String,
        expected: String? = nil, by author: Author
    ) throws -> (version: ModelVersion, commit: ObjectID) {
        let reason = try Self.demandReason(reason)
        let proposal = try openProposal(selector, in: environment, expected: expected)
        return try deciding(proposal) { proposal in
            let below = try judge.commits.commit(proposal.target)
            let rejection = try commit(
                tree: below.tree, parents: [below.id],
                title: "Reject \(proposal.version) for \(environment)", body: reason,
                trailers: [("Decision", "rejected")] + Self.subject(proposal.version, environment)
                    + [("Reason", reason), ("Meaning", "review")],
                by: author)
            try submit(
                ReferenceUpdate(
                    name: environment.proposalBranch(proposal.version), old: proposal.target,
                    new: rejection),
                log: "reject \(proposal.version)")
            return (proposal.version, rejection)
        }
    }

    /// Decides a proposal. When somebody else decided it meanwhile, that is what is said.
    @discardableResult
    private func deciding<Answer>(
        _ proposal: OpenProposal, _ decide: (OpenProposal) throws -> Answer
    ) throws -> Answer {
        var present = proposal
        return try whileOthersAreFirst {
            do {
                return try decide(present)
            } catch RegistryError.unsettled(let reference, let error) {
                // It was this very decision that moved the reference.
                throw RegistryError.unsettled(reference: reference, error)
            } catch let error as RegistryError {
                try settle()
                present = try demandOpen(proposal)
                throw error
            }
        }
    }

    /// The proposal as it is now, with what others signed meanwhile; throws when it was decided.
    private func demandOpen(_ proposal: OpenProposal) throws -> OpenProposal {
        let open = try openProposals(of: proposal.version.model, in: proposal.environment)
        if let same = open.first(where: { $0.proposal == proposal.proposal }) { return same }
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
