import GitStore

/// Comparing the references with the ledger, and bringing them together.
extension Registry {
    /// The references that the engine governs, with where they are now.
    package func governedReferences() throws -> [(name: String, target: ObjectID)] {
        let revocations = try reference(RevocationReader.reference).map {
            [(name: RevocationReader.reference, target: $0)]
        }
        return try (references(prefix: "refs/heads/") + (revocations ?? [])).filter { name, _ in
            switch ReferenceTarget(name) {
            case .main, .environment, .models, .proposal, .runs, .rollout, .policy, .revocations:
                true
            case .engineOnly, nil: false
            }
        }
    }

    /// A reference that moved without the registry.
    package struct Stray: Codable, Sendable {
        package var reference: String
        /// Where the ledger left it, nil when it never had it.
        package var ledger: ObjectID?
        package var found: ObjectID?
        /// Why the move is not valid; empty when it was entered.
        package var refusal: String
    }

    /// Enters every move that is valid but not in the ledger yet; returns those that are not valid.
    ///
    /// Nothing is undone here: what is not valid stays, covered by nothing and acted on by nobody,
    /// until `repair` sets it aside.
    package func reconcile() throws -> [Stray] { try reconcile(isThorough: false) }

    private func reconcile(isThorough: Bool) throws -> [Stray] {
        guard let index = receipts as? LedgerIndex else { return [] }
        try settle()
        var strays: [Stray] = []
        let present = try governedReferences()
        for (name, _) in present {
            let last = try index.last(name)
            // Read again: entering a move closes the proposals that it decides.
            guard let target = try reference(name), last != target else { continue }
            let update = ReferenceUpdate(name: name, old: last, new: target)
            if let refusal = try enterIfValid(update) {
                strays.append(
                    Stray(reference: name, ledger: last, found: target, refusal: refusal))
            }
        }
        for name in try index.references() where !present.contains(where: { $0.name == name }) {
            guard try reference(name) == nil, let last = try index.last(name) else { continue }
            strays.append(
                Stray(reference: name, ledger: last, found: nil, refusal: "the reference is gone"))
        }
        return strays + (try keptStrays(index, isThorough: isThorough))
    }

    private func enterIfValid(_ update: ReferenceUpdate) throws -> String? {
        let received = now
        let verdicts = judge.judge(update, received: received)
        if let refused = verdicts.first(where: { !$0.isAccepted }) { return refused.refusal }
        try admit(update, verdicts, received)
        try settle()
        return nil
    }

    /// Makes the index again, enters valid moves, and sets invalid ones aside under
    /// `refs/signet/quarantine/`, the reference going back to where the ledger left it.
    package func repair() throws -> [Stray] {
        guard let index = receipts as? LedgerIndex else {
            throw RegistryError.invalid(
                "a clone can't be repaired", hint: "run `signet repair` on the registry itself")
        }
        try index.reset()
        try index.catchUp()
        let strays = try reconcile(isThorough: true)
        for stray in strays { try setAside(stray) }
        return strays
    }

    private func setAside(_ stray: Stray) throws {
        if let found = stray.found {
            let isBranch = stray.reference.hasPrefix("refs/heads/")
            let name = stray.reference.dropFirst(isBranch ? "refs/heads/".count : "refs/".count)
            let quarantine = "refs/signet/quarantine/\(name)/\(found.short)"
            if try repository.reference(quarantine) == nil {
                try repository.update(
                    [ReferenceUpdate(name: quarantine, old: nil, new: found)], log: "repair",
                    whileLocked: {})
            }
        }
        try repository.update(
            [ReferenceUpdate(name: stray.reference, old: stray.found, new: stray.ledger)],
            log: "repair", whileLocked: {})
        keptComparison = nil
    }
}
