import GitStore

/// The commits under one approval: its merges, the proposal, the registration.
struct ApprovalChain {
    /// The first approver's merge first; the last one is on the environment's branch.
    var merges: [Commit]
    var proposal: Commit
    var registration: RegistrationFacts
}

extension Auditor {
    private static let mostMerges = 64

    /// Follows second parents from a step down to the proposal; nil when there is none below.
    func chain(of step: Commit) throws -> ApprovalChain? {
        var merges = [step]
        while merges.count < Self.mostMerges, let last = merges.last, last.parents.count == 2 {
            let next = try commit(last.parents[1])
            if next.parents.count == 2, let registration = try registered(next.parents[1]) {
                return ApprovalChain(
                    merges: merges.reversed(), proposal: next, registration: registration)
            }
            merges.append(next)
        }
        return nil
    }

    /// Who made a proposal: registrar, proposer, and, where a service proposed, the proposers whose
    /// approved proposals led to its run, one environment after the other.
    func authors(
        of proposal: Commit, _ registration: RegistrationFacts, in environment: Environment,
        under tree: ObjectID, received: Timestamp
    ) throws -> [AuditSignature] {
        let version = registration.version
        let policy = try judge.policies.snapshot(of: tree).policy
        var found = [
            try signature(
                of: registration.commit, .authorship, under: tree, on: version.model.branch,
                in: nil, received: received)
        ]
        var (place, next) = (environment, proposal)
        while true {
            let proposer = try signature(
                of: next, .authorship, under: tree, on: place.proposalBranch(version),
                in: place, received: received)
            found.append(proposer)
            guard proposer.principal?.isService == true,
                let after = policy.environment(place)?.after,
                let scope = try Optional(Scope(version.model, in: next.tree, of: repository)),
                let cause = try judge.recordsAsWritten(scope)[after]
                    .flatMap({ ObjectID($0.environmentCommit) }),
                let earlier = try chain(of: commit(cause)), place != after
            else { return found }
            (place, next) = (after, earlier.proposal)
        }
    }

    /// The proof that those who made it did not approve it.
    func fourEyes(
        _ authors: [AuditSignature], _ approvals: [AuditSignature], in environment: Environment,
        under tree: ObjectID
    ) throws -> AuditFourEyes {
        let rule = try judge.policies.snapshot(of: tree).policy.environment(environment)
        let made = Set(authors.compactMap(\.principal).filter { !$0.isService })
        let approved = Set(approvals.compactMap(\.principal))
        let areKnown = (authors + approvals).allSatisfy { $0.principal != nil }
        return AuditFourEyes(
            asked: rule?.fourEyes ?? true, authors: made.sorted(), approvers: approved.sorted(),
            differ: areKnown && made.isDisjoint(with: approved))
    }
}
