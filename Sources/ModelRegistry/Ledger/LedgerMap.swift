import GitStore

/// Answers from a walk through the whole ledger, or, where there is none, from the branches alone.
package final class LedgerMap: Receipts {
    private let reference: (String) throws -> ObjectID?
    private let commits: CommitReader
    private var chains: [Environment: Set<ObjectID>] = [:]
    private var runs: [Environment: [ObjectID: [ObjectID]]] = [:]
    private var knownFacts: LedgerFacts?

    /// - Parameter facts: what the ledger says, where it is read already.
    package init(
        repository: GitRepository, facts: LedgerFacts? = nil,
        reference: @escaping (String) throws -> ObjectID?
    ) {
        self.reference = reference
        commits = CommitReader(repository)
        knownFacts = facts
    }

    /// Whether there is no ledger.
    var isEmpty: Bool { get throws { try facts().count == 0 } }

    /// What the ledger says of every move; read when it is first asked for.
    private func facts() throws -> LedgerFacts {
        if let knownFacts { return knownFacts }
        let facts = try LedgerFacts.read(commits.repository)
        knownFacts = facts
        return facts
    }

    package func receipt(of commit: ObjectID, on reference: String) throws -> Receipt? {
        try facts().receipt(of: commit, on: reference)
    }

    package func last(_ reference: String) throws -> ObjectID? { try facts().tip(of: reference) }

    /// Where a reference was before entry `number`.
    package func tip(of reference: String, before number: Int) throws -> ObjectID? {
        try facts().tip(of: reference, before: number)
    }

    /// The entry in which a proposal was rejected.
    package func rejection(of proposal: ObjectID) throws -> Int? {
        try facts().rejection(of: proposal)
    }

    /// Who has the whole history at hand walks through it.
    package func steps(
        about model: ModelName, in environment: Environment, after base: ObjectID?,
        upTo tip: ObjectID
    ) throws -> [ObjectID]? {
        nil
    }

    package func isAccepted(_ commit: ObjectID, on environment: Environment) throws -> Bool {
        if let chain = chains[environment] { return chain.contains(commit) }
        var chain: Set<ObjectID> = []
        var next = try reference(environment.branch)
        while let id = next {
            chain.insert(id)
            next = try commits.commit(id).parents.first
        }
        chains[environment] = chain
        return chain.contains(commit)
    }

    package func runCommits(
        of environmentCommit: ObjectID, in environment: Environment
    ) throws -> [ObjectID] {
        if let known = runs[environment] { return known[environmentCommit] ?? [] }
        var known: [ObjectID: [ObjectID]] = [:]
        var next = try reference(environment.runsBranch)
        while let id = next {
            let commit = try commits.commit(id)
            guard commit.parents.count == 2 else { break }
            known[commit.parents[1], default: []].append(id)
            next = commit.parents[0]
        }
        runs[environment] = known
        return known[environmentCommit] ?? []
    }
}
