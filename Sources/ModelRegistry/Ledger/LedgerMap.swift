import GitStore

/// Answers from a walk through the whole ledger, or, where there is none, from the branches alone.
package final class LedgerMap: Receipts {
    private let repository: GitRepository
    private let reference: (String) throws -> ObjectID?
    private let commits: CommitReader
    private var receipts: [ObjectID: [Receipt]] = [:]
    private var latest: [String: ObjectID] = [:]
    private var moves: [String: [(number: Int, new: ObjectID)]] = [:]
    private var rejections: [ObjectID: Int] = [:]
    private var chains: [Environment: Set<ObjectID>] = [:]
    private var runs: [Environment: [ObjectID: ObjectID]] = [:]
    /// The entries, in order; empty in a clone that lacks the ledger.
    package let links: [Ledger.Link]

    package init(
        repository: GitRepository, reference: @escaping (String) throws -> ObjectID?
    ) throws {
        self.repository = repository
        self.reference = reference
        commits = CommitReader(repository)
        links = try Ledger(repository: repository).entries(after: nil)
        for link in links {
            guard let new = link.entry.moved else { continue }
            latest[link.entry.verdict.reference] = new
            moves[link.entry.verdict.reference, default: []].append((link.entry.number, new))
            if link.entry.verdict.kind == .rejection, let proposal = link.entry.verdict.proposal {
                rejections[proposal] = link.entry.number
            }
            receipts[new, default: []].append(
                Receipt(
                    number: link.entry.number, received: link.entry.received,
                    reference: link.entry.verdict.reference, entry: link.commit))
        }
    }

    package func receipt(of commit: ObjectID, on reference: String) throws -> Receipt? {
        receipts[commit]?.first { $0.reference == reference }
    }

    package func last(_ reference: String) throws -> ObjectID? { latest[reference] }

    /// Where a reference was before entry `number`.
    package func tip(of reference: String, before number: Int) -> ObjectID? {
        let moves = moves[reference] ?? []
        var (low, high) = (0, moves.count)
        while low < high {
            let middle = (low + high) / 2
            if moves[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : moves[low - 1].new
    }

    /// The entry in which a proposal was rejected.
    package func rejection(of proposal: ObjectID) -> Int? { rejections[proposal] }

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

    package func runCommit(
        of environmentCommit: ObjectID, in environment: Environment
    ) throws -> ObjectID? {
        if let known = runs[environment] { return known[environmentCommit] }
        var known: [ObjectID: ObjectID] = [:]
        var next = try reference(environment.runsBranch)
        while let id = next {
            let commit = try commits.commit(id)
            guard commit.parents.count == 2 else { break }
            known[commit.parents[1]] = id
            next = commit.parents[0]
        }
        runs[environment] = known
        return known[environmentCommit]
    }
}
