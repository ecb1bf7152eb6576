import GitStore
import SystemPackage

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
    package func reconcile() throws -> [Stray] {
        guard let index = receipts as? LedgerIndex else { return [] }
        try settle()
        let found = try differing(from: index)
        // What differs may be on its way: looked at again when nothing is.
        let strays = try found.isEmpty ? [] : exclusively { try reconcile(found, index) }
        return try strays + keptStrays(index)
    }

    /// The references that are not where the ledger left them.
    private func differing(from index: LedgerIndex) throws -> [ReferenceUpdate] {
        var found: [ReferenceUpdate] = []
        let present = try governedReferences()
        for (name, target) in present {
            let last = try index.last(name)
            if last != target { found.append(.init(name: name, old: last, new: target)) }
        }
        for name in try index.references() where !present.contains(where: { $0.name == name }) {
            if let last = try index.last(name) {
                found.append(.init(name: name, old: last, new: nil))
            }
        }
        return found
    }

    private func reconcile(
        _ found: [ReferenceUpdate], _ index: LedgerIndex
    ) throws -> [Stray] {
        try found.compactMap { found in
            // Entering a move closes the proposals that it decides.
            let update = ReferenceUpdate(
                name: found.name, old: try index.last(found.name), new: try reference(found.name))
            guard update.old != update.new else { return nil }
            let refusal =
                try update.new == nil ? "the reference is gone" : enterIfValid(update)
            return refusal.map {
                Stray(
                    reference: update.name, ledger: update.old, found: update.new, refusal: $0)
            }
        }
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
        return try exclusively {
            try remake(index)
            let strays =
                try reconcile(differing(from: index), index)
                + keptStrays(index, isThorough: true)
            for stray in strays { try setAside(stray) }
            return strays
        }
    }

    private func remake(_ index: LedgerIndex) throws {
        let lock = try FileLock(waitingFor: folder.appending("ledger.lock"))
        defer { withExtendedLifetime(lock) {} }
        try index.reset()
        try index.catchUp()
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
