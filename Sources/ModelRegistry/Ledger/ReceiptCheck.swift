import GitStore
import Signatures

/// Whether this copy of the registry has what receipts say.
package struct ReceiptCheck {
    private let registry: Registry
    /// The ledger's commits with their places in the chain.
    private let places: [ObjectID: Int]

    package init(_ registry: Registry) throws {
        self.registry = registry
        let chain = try registry.ledger.tip().map { try registry.repository.firstParents(from: $0) }
        places = Dictionary(
            uniqueKeysWithValues: (chain ?? []).reversed().enumerated().map {
                ($0.element, $0.offset + 1)
            })
    }

    /// How many entries this copy has.
    package var count: Int { places.count }

    /// Why the receipt does not hold here; nil when it does.
    package func fault(of receipt: KeptReceipt) throws -> String? {
        switch receipt {
        case .complete(let receipt):
            if let contradiction = receipt.contradiction() {
                return "the receipt is not genuine: \(contradiction)"
            }
            guard receipt.registry == registry.founding else {
                return "the receipt is of the registry \(receipt.registry.hex), "
                    + "and this is \(registry.founding.hex)"
            }
            if let fault = try signatureFault(of: receipt) {
                return "the receipt is not genuine: \(fault)"
            }
        case .pushed: break
        }
        guard let place = places[receipt.ledgerCommit] else {
            return
                "this copy is older than the receipt, or another history: its ledger of \(count) "
                + "entries does not have entry \(receipt.number), \(receipt.ledgerCommit.hex)"
        }
        guard place == receipt.number else {
            return "\(receipt.ledgerCommit.hex) is entry \(place) here, not \(receipt.number)"
        }
        if case .pushed(let line) = receipt {
            let entry = try registry.ledger.entry(of: line.ledgerCommit)
            let found = PushedReceipt(Ledger.Link(commit: line.ledgerCommit, entry: entry))
            guard found == line else { return "entry \(place) says otherwise: \(found.line)" }
        }
        return nil
    }

    private func signatureFault(of receipt: LedgerReceipt) throws -> String? {
        let signed = try SignedCommit.parse(Array(receipt.commit.utf8))
        guard let tree = ObjectID(signed.tree) else { return "its commit names no tree" }
        let commit = Commit(
            id: receipt.ledgerCommit, tree: tree,
            parents: signed.parents.compactMap { ObjectID($0) },
            signed: signed)
        let entry = try CanonicalJSON.decode(
            LedgerEntry.self, from: Array(receipt.entry.utf8), file: LedgerEntry.path)
        let snapshot = try registry.mainSnapshot()
        return LedgerCheck.signatureFault(
            of: commit, entry.number, entry.received, registry.judge, snapshot)
    }
}
