import GitStore
import Signatures

/// Makes the table: goes through every chain, then through what they merged and what was closed.
final class KitTableBuilder {
    let auditor: Auditor
    private(set) var table = KitTable()
    private var seen: Set<ObjectID> = []
    var mainChain: Set<ObjectID> = []
    /// The policy under which a proposal counts: that of the tip that it was merged onto.
    var mergedUnder: [ObjectID: ObjectID] = [:]

    init(_ auditor: Auditor) { self.auditor = auditor }

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
            try add(apart(commit), commit, on: nil)
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
        if name == Judge.main { mainChain = Set(chain.map(\.id)) }
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
    }

    private func add(_ place: Place, _ commit: Commit, on reference: String?) throws {
        let received = try (reference ?? place.branch).flatMap {
            try auditor.map.receipt(of: commit.id, on: $0)?.received
        }
        let signed = auditor.judge.signatures.signer(
            of: commit, under: place.policy, received: received ?? commit.committed)
        var principals = place.candidates.map(\.text).sorted()
        if case .success(let signer) = signed,
            place.counted == signer.principal || place.candidates.contains(signer.principal)
        {
            principals = [signer.principal.text]
            if let key = commit.signed.verify().key {
                let date = commit.committed.seconds
                let known = table.used[key] ?? date...date
                table.used[key] = min(known.lowerBound, date)...max(known.upperBound, date)
            }
        }
        table.rows.append(
            KitTable.Row(
                reference: reference, commit: commit.id, role: place.role, principals: principals,
                parents: commit.parents, tree: place.tree))
    }
}
