import GitStore
import Signatures

/// What a pusher keeps of the ledger: one entry with the signed commit that holds it, complete.
///
/// Who has it can show later that a copy of the registry is older than the entry, or another one.
package struct LedgerReceipt: Codable, Hashable, Sendable {
    package var apiVersion = "signet/v1"
    package var kind = "LedgerReceipt"
    /// The founding commit's id.
    package var registry: ObjectID
    package var number: Int
    package var received: Timestamp
    package var reference: String
    package var new: ObjectID?
    package var ledgerCommit: ObjectID
    /// The text of `entry.json`, byte for byte.
    package var entry: String
    /// The content of the signed commit, byte for byte.
    package var commit: String

    /// The largest receipt that is read, in bytes.
    package static let largest = 1 << 20

    package init(_ link: Ledger.Link, entry: String, commit: String, registry: ObjectID) {
        self.registry = registry
        number = link.entry.number
        received = link.entry.received
        reference = link.entry.verdict.reference
        new = link.entry.verdict.new
        ledgerCommit = link.commit
        self.entry = entry
        self.commit = commit
    }

    /// What contradicts itself in the receipt, before any registry is asked; nil when nothing does.
    package func contradiction() -> String? {
        guard apiVersion == "signet/v1", kind == "LedgerReceipt" else {
            return "it is a \(kind) of \(apiVersion), not a LedgerReceipt of signet/v1"
        }
        guard RawObject(kind: .commit, bytes: Array(commit.utf8)).id == ledgerCommit else {
            return "its commit's text is not \(ledgerCommit.hex)"
        }
        do {
            let signed = try SignedCommit.parse(Array(commit.utf8))
            guard signed.tree == LedgerEntry.tree(of: Array(entry.utf8)).hex else {
                return "its entry is not the one that the commit holds"
            }
            let said = try CanonicalJSON.decode(
                LedgerEntry.self, from: Array(entry.utf8), file: LedgerEntry.path)
            let isAsSaid =
                said.number == number && said.received == received
                && said.verdict.reference == reference && said.verdict.new == new
            return isAsSaid ? nil : "what it says of the entry is not what the entry says"
        } catch {
            return "\(error)"
        }
    }
}

extension LedgerEntry {
    /// The tree of a ledger commit whose only file has these bytes.
    static func tree(of bytes: [UInt8]) -> ObjectID {
        let blob = RawObject(kind: .blob, bytes: bytes).id
        let entry = Array("100644 \(path)\0".utf8) + blob.bytes
        return RawObject(kind: .tree, bytes: entry).id
    }
}
