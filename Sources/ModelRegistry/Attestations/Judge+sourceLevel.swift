import GitStore
import Signatures

extension Judge {
    private static let nestingLimit = 16

    /// Whether two people, and not one with two keys, stand behind all that an accepted commit of an
    /// environment changes: told from the signatures alone, whatever the policy asked for.
    func sourceLevel(of entry: LedgerEntry) throws -> SourceLevel {
        guard let new = entry.moved else { return .recorded }
        let isProven = entry.verdict.answers.contains {
            $0.rule == .fourEyes && $0.status == .satisfied
        }
        if isProven { return .twoParty }
        let step = try commits.commit(new)
        let signers = try mainSnapshot().signers
        guard step.parents.count == 2 else { return .recorded }
        let decided = try person(who: step, signers)
        let parts =
            entry.verdict.kind == .rollout
            ? try changesOfMain(from: step.parents[1], notIn: step.parents[0])
            : [try commits.commit(step.parents[1])]
        let isTwoParty =
            try !parts.isEmpty
            && parts.allSatisfy { part in
                try people(behind: part, signers).union(decided.map { [$0] } ?? []).count > 1
            }
        return isTwoParty ? .twoParty : .recorded
    }

    /// The people who signed a merge or proposal, and what it brings in, and so on.
    private func people(
        behind commit: Commit, _ signers: AllowedSigners
    ) throws -> Set<String> {
        var people: Set<String> = []
        var next: Commit? = commit
        for _ in 0..<Self.nestingLimit {
            guard let commit = next else { break }
            if let person = try person(who: commit, signers) { people.insert(person) }
            next = commit.parents.count == 2 ? try commits.commit(commit.parents[1]) : nil
        }
        return people
    }

    /// Whose key signed; nil for a service, and for a signature that is nobody's.
    private func person(who commit: Commit, _ signers: AllowedSigners) throws -> String? {
        guard case .good(let key) = commit.signed.verify(),
            let principal = signers.entry(for: key)?.principal
        else { return nil }
        let id = try PrincipalID(principal)
        return id == .registry || id == .runner ? nil : principal
    }

    /// The steps of main that a roll-out brings, newest first.
    private func changesOfMain(
        from tip: ObjectID, notIn environment: ObjectID
    ) throws -> [Commit] {
        var steps: [Commit] = []
        var step = try commits.commit(tip)
        while try !repository.isAncestor(step.id, of: environment) {
            steps.append(step)
            guard let parent = step.parents.first else { break }
            step = try commits.commit(parent)
        }
        return steps
    }
}
