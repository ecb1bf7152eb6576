import GitStore
import Signatures

/// Something that stands by an approval which asks for another one.
package struct Reapproval: Codable, Hashable, Sendable {
    package enum Reason: String, Codable, Sendable {
        case breakGlass = "break-glass"
        case compromisedKey = "compromised key"
    }

    /// Nil for `main`.
    package var environment: Environment?
    /// Nil for configuration.
    package var model: ModelName?
    package var version: Int?
    package var commit: ObjectID
    package var entry: Int
    package var since: Timestamp
    package var reason: Reason
    /// By when, where the policy says it.
    package var due: Timestamp?
    /// The key in doubt.
    package var fingerprint: String?
    /// The entry that put an end to it: an ordinary approval, or, of a key in doubt, what took its
    /// place; nil while an approval is due.
    package var endedBy: Int?

    /// `churn@3 in prod`.
    package var subject: String {
        let place = environment.map { "\($0)" } ?? "main"
        return model.map { "\($0)@\(version ?? 0) in \(place)" } ?? "the configuration in \(place)"
    }
}

extension Registry {
    /// What is to be approved again: by break-glass, or with a key that is compromised; until an
    /// ordinary approval follows.
    package func reapprovals() throws -> [Reapproval] {
        // Mostly there was never a reason: then the ledger isn't read for it.
        if let index = receipts as? LedgerIndex, try index.hasEmergencies() == false,
            try compromised().isEmpty
        {
            return []
        }
        return try everyReapproval(in: ledger.entries(after: nil)).filter { $0.endedBy == nil }
    }

    private func compromised() throws -> [Revocation] {
        try revocations().map(\.revocation).filter { $0.reason == .compromised }
    }

    /// What was ever to be approved again, and what put an end to it.
    func everyReapproval(in links: [Ledger.Link]) throws -> [Reapproval] {
        let compromised = try compromised()
        var open: [Place: [Reapproval]] = [:]
        var ended: [Reapproval] = []
        for link in links {
            let verdict = link.entry.verdict
            guard [.approval, .rollout, .configuration].contains(verdict.kind), verdict.isAccepted,
                let new = verdict.new
            else { continue }
            let place = Place(environment: verdict.environment, model: verdict.model)
            var found: [Reapproval] = []
            func add(_ reason: Reapproval.Reason, due: Timestamp? = nil, key: String? = nil) {
                found.append(
                    Reapproval(
                        environment: verdict.environment, model: verdict.model,
                        version: verdict.version, commit: new, entry: link.entry.number,
                        since: link.entry.received, reason: reason, due: due, fingerprint: key))
            }
            if let due = verdict.reapproveBy { add(.breakGlass, due: due) }
            let keys = Set(verdict.counted?.map(\.fingerprint) ?? [])
            if let doubtful = compromised.first(where: {
                keys.contains($0.key.fingerprint) && link.entry.number >= $0.fromEntry ?? 1
            }) {
                add(.compromisedKey, key: doubtful.key.fingerprint)
            }
            // What a key in doubt approved matters as long as it stands; what broke the glass, until
            // somebody has looked at it in the ordinary way.
            let earlier = open[place] ?? []
            let due = found.isEmpty ? [] : earlier.filter { $0.reason == .breakGlass }
            open[place] = due + found
            ended += earlier.filter { !due.contains($0) }.map { reapproval in
                var reapproval = reapproval
                reapproval.endedBy = link.entry.number
                return reapproval
            }
        }
        return (ended + open.values.joined()).sorted { $0.entry < $1.entry }
    }

    private struct Place: Hashable {
        let environment: Environment?
        let model: ModelName?
    }

    /// Opens a proposal of what the environment has, unchanged, to be approved again.
    @discardableResult
    package func proposeAgain(
        _ model: ModelName, in environment: Environment, by author: Author
    ) throws -> (version: ModelVersion, proposal: ObjectID) {
        let tip = try tip(of: environment)
        guard let version = try version(of: model, in: tip.tree) else {
            throw RegistryError.invalid(
                "\(environment) has no version of \(model)",
                hint: "see what is there: signet status \(model)")
        }
        let facts = try registration(of: version)
        let proposal = try submitProposal(
            tree: tip.tree, parents: [tip.id, facts.commit.id],
            on: environment.proposalBranch(version),
            title: "Propose \(version) for \(environment) again",
            trailers: Self.subject(version, environment), by: author)
        return (version, proposal)
    }
}
