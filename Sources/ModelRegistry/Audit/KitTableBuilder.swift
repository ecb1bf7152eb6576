import GitStore
import Signatures

/// Makes the table: goes through every chain, then through what they merged and what was closed.
final class KitTableBuilder {
    let auditor: Auditor
    private(set) var table = KitTable()
    private var seen: Set<ObjectID> = []
    /// What a step merges, as the step's own judgement places it.
    var merged: [ObjectID: Place] = [:]
    /// The policy under which a proposal counts, that of the tip that it was merged onto, and when.
    var mergedUnder: [ObjectID: (tree: ObjectID, step: Receipt?)] = [:]
    private let revoked: RevokedServiceKeys
    private let entries: [ObjectID: Ledger.Link]

    init(_ auditor: Auditor) throws {
        self.auditor = auditor
        entries = Dictionary(auditor.links.map { ($0.commit, $0) }) { first, _ in first }
        revoked = try RevokedServiceKeys(auditor.judge, auditor.links)
    }

    static func isCovered(_ name: String) -> Bool {
        name.hasPrefix("refs/heads/") || name.hasPrefix("refs/tags/")
            || name.hasPrefix("refs/signet/closed") || name == Ledger.reference
            || name == RevocationReader.reference
    }

    func build(_ references: [(name: String, target: ObjectID)]) throws -> KitTable {
        let covered = references.filter { Self.isCovered($0.name) }
        let chains = covered.filter { Self.order($0.name) != nil }
            .sorted { (Self.order($0.name) ?? 0, $0.name) < (Self.order($1.name) ?? 0, $1.name) }
        for (name, tip) in chains { try walk(name, from: tip) }
        var waiting = covered.map(\.target) + table.rows.flatMap(\.parents)
        while let id = waiting.popLast() {
            guard seen.insert(id).inserted else { continue }
            let commit = try auditor.commit(id)
            try add(merged[id] ?? apart(commit), commit, on: nil)
            waiting += commit.parents
        }
        return table
    }

    /// Chains in the order in which they rest on each other; nil for what is no chain.
    private static func order(_ name: String) -> Int? {
        switch ReferenceTarget(name) {
        case .main: 0
        case .models: 1
        case .environment: 2
        case .runs: 3
        case .engineOnly: name == Ledger.reference ? 4 : nil
        case .revocations: 5
        case .policy, .proposal, .rollout, nil: nil
        }
    }

    private func walk(_ name: String, from tip: ObjectID) throws {
        var chain: [Commit] = []
        var next: ObjectID? = tip
        while let id = next, !seen.contains(id) {
            let commit = try auditor.commit(id)
            chain.append(commit)
            seen.insert(id)
            next = commit.parents.first
        }
        for commit in chain.reversed() {
            guard let target = ReferenceTarget(name) else { continue }
            try add(place(commit, on: target), commit, on: name)
        }
    }

    /// What a commit is for: in which role it counts, who may sign, under which policy, what it holds.
    struct Place {
        var role: String
        var candidates: Set<PrincipalID>
        var policy: PolicySnapshot
        var tree: KitTable.Tree
        /// The signer that the engine counts, where it judged the step as a whole.
        var counted: PrincipalID?
        /// The branch on which the commit came in.
        var branch: String?
        /// When it came in with a step, and not before.
        var step: Receipt?
        var quorum: [KitTable.Part] = []
        /// Whether its signature is of no account, and nothing rests on it.
        var isIdle = false
    }

    private func add(_ place: Place, _ commit: Commit, on reference: String?) throws {
        table.rows.append(
            KitTable.Row(
                reference: reference, commit: commit.id, role: place.role,
                principals: try principals(place, commit, on: reference),
                parents: commit.parents, tree: place.tree, quorum: place.quorum))
    }

    private func principals(
        _ place: Place, _ commit: Commit, on reference: String?
    ) throws -> [String] {
        guard !place.isIdle else { return ["-"] }
        guard let signer = try signer(of: commit, place, on: reference ?? place.branch),
            place.counted == signer.principal || place.candidates.contains(signer.principal)
        else { return try others(place, commit) }
        if let key = auditor.judge.signatures.key(of: commit) {
            let date = commit.committed.seconds
            let known = table.used[key] ?? date...date
            table.used[key] = min(known.lowerBound, date)...max(known.upperBound, date)
        }
        return [signer.principal.text]
    }

    /// Who might have signed; never the one whose signature is there and does not count, which git
    /// itself may take for good.
    private func others(_ place: Place, _ commit: Commit) throws -> [String] {
        let key = auditor.judge.signatures.key(of: commit)
        let main = try auditor.judge.mainSnapshot().signers
        let owner = key.flatMap { place.policy.signers.entry(for: $0) ?? main.entry(for: $0) }
        let signer = try signer(of: commit, place, on: place.branch)
        return place.candidates.map(\.text).sorted()
            .filter { signer != nil || $0 != owner?.principal }
    }

    /// Who signed, if the signature counted when the commit came in.
    private func signer(
        of commit: Commit, _ place: Place, on branch: String?
    ) throws -> Signer? {
        let judge = auditor.judge
        if branch == Ledger.reference {
            guard let link = entries[commit.id], try revoked.fault(of: link, judge) == nil
            else { return nil }
            let answer = judge.signatures.signer(
                of: commit, under: place.policy, received: link.entry.received)
            guard case .success(let signer) = answer else { return nil }
            return signer
        }
        let receipt =
            try branch.flatMap { try auditor.map.receipt(of: commit.id, on: $0) } ?? place.step
        judge.entryJudged = receipt?.number
        defer { judge.entryJudged = nil }
        let answer = try judge.signer(
            of: commit, on: branch ?? "", under: place.policy,
            received: receipt?.received ?? commit.committed)
        guard case .success(let signer) = answer else { return nil }
        return signer
    }
}
