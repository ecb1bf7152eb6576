import GitStore
import Signatures

/// Reads the ledger against the commits: who signed is told by signatures, never by the ledger's words.
final class Auditor {
    let registry: Registry
    let map: LedgerMap
    /// The ledger's entries, in its order.
    let links: [Ledger.Link]
    /// Judges with the whole ledger in memory, trusting no index.
    let judge: Judge
    /// Where the ledger and the commits disagree.
    var contradictions: [Verification.Finding] = []
    /// What was ever to be approved again.
    let reapprovals: [Reapproval]

    init(_ registry: Registry) throws {
        self.registry = registry
        map = LedgerMap(
            repository: registry.repository, reference: { try registry.reference($0) })
        links = try registry.ledger.entries(after: nil)
        judge = Judge(
            repository: registry.repository, founding: registry.founding, receipts: map,
            artifacts: nil, configurationChecks: registry.surroundings.configurationChecks,
            reference: { try registry.reference($0) })
        reapprovals = try registry.everyReapproval(in: links)
    }

    var repository: GitRepository { registry.repository }

    func commit(_ id: ObjectID) throws -> Commit { try judge.commits.commit(id) }

    /// The signature of a commit, read by the policy of `tree`.
    ///
    /// - Parameter reference: the branch that the commit came in on.
    func signature(
        of commit: Commit, _ meaning: AuditSignature.Meaning, under tree: ObjectID,
        on reference: String, in environment: Environment?, received: Timestamp
    ) throws -> AuditSignature {
        let snapshot = try judge.policies.snapshot(of: tree)
        let receipt = try map.receipt(of: commit.id, on: reference)
        var signature = AuditSignature(
            commit: commit.id, name: "unknown", roles: [], received: receipt?.received,
            meaning: commit.trailer("Meaning")
                .flatMap { AuditSignature.Meaning(rawValue: $0.lowercased()) } ?? meaning,
            reason: commit.trailer("Reason") ?? Self.words(of: commit, meaning))
        switch try judge.signer(
            of: commit, on: reference, under: snapshot, received: receipt?.received ?? received)
        {
        case .failure(let unresolved): signature.fault = unresolved.saw
        case .success(let signer):
            signature.principal = signer.principal
            signature.fingerprint = signer.fingerprint
            signature.name = snapshot.policy.printedName(signer.principal)
            signature.roles = snapshot.policy.roles(of: signer.principal, in: environment)
        }
        return signature
    }

    /// Without a trailer, a decision's reason is what its message begins with.
    private static func words(of commit: Commit, _ meaning: AuditSignature.Meaning) -> String? {
        switch meaning {
        case .approval, .review: Judge.subjectLine(commit)
        case .authorship, .responsibility: nil
        }
    }

    /// The policy in force for a step of the ledger, by the place of its commit.
    func policyTree(of commit: Commit, on target: ReferenceTarget, entry: Int) throws -> ObjectID {
        let base: ObjectID?
        switch target {
        case .main, .environment: base = commit.parents.first ?? commit.id
        case .proposal(let environment, _):
            base =
                try isProposal(commit)
                ? mainTip(before: entry) : try map.tip(of: environment.branch, before: entry)
        case .rollout(let environment, _):
            base = try map.tip(of: environment.branch, before: entry) ?? mainTip(before: entry)
        case .policy, .models, .runs, .revocations, .engineOnly: base = try mainTip(before: entry)
        }
        return try self.commit(base ?? registry.founding).tree
    }

    private func mainTip(before entry: Int) throws -> ObjectID? {
        try map.tip(of: Judge.main, before: entry)
    }

    /// Whether the commit's second parent is a registered version: a proposal, and no merge of one.
    func isProposal(_ commit: Commit) throws -> Bool {
        try commit.parents.count == 2 && registered(commit.parents[1]) != nil
    }

    /// What a commit registers, nil when no tag names it.
    func registered(_ id: ObjectID) throws -> RegistrationFacts? {
        do {
            let facts = try judge.registration(of: id)
            return try registry.reference(facts.version.tagReference) == id ? facts : nil
        } catch is DocumentError {
            return nil
        }
    }
}

extension Policy {
    /// The name that people read.
    func printedName(_ id: PrincipalID) -> String {
        principal(id)?.name ?? Principal.service(id)?.name ?? id.text
    }

    /// Every role that the principal holds in an environment, or everywhere when it is nil.
    func roles(of principal: PrincipalID, in environment: Environment?) -> [RoleName] {
        let known = Set(roles.keys).union([.registrar, .proposer, .registry, .runner])
        return known.filter { holds(principal, $0, in: environment) }.sorted()
    }
}
