import GitStore
import Signatures

/// What every commit of a registry must be, for somebody who has git and no Signet.
package struct KitTable {
    /// One commit: who must have signed it, on which parents, with which tree.
    package struct Row: Hashable, Sendable {
        /// The reference whose first-parent chain the commit is on; nil for what is merged or closed.
        package var reference: String?
        package var commit: ObjectID
        /// The role in which it counts.
        package var role: String
        /// Who must have signed: one principal, or, when the signature does not count, who might have.
        package var principals: [String]
        package var parents: [ObjectID]
        package var tree: Tree
    }

    /// How a commit's tree is made from its parents' (1, 2) and its own (0).
    package enum Tree: Hashable, Sendable {
        /// Whatever it is: a run's record, a ledger entry, the founding files.
        case free
        /// That of a parent, with these paths from elsewhere.
        case composed(over: Int, taking: [(from: Int, path: String)])
        /// The commit has no business here.
        case unknown

        package static func == (left: Tree, right: Tree) -> Bool { left.text == right.text }
        package func hash(into hasher: inout Hasher) { hasher.combine(text) }

        /// As the table has it, in git's words: `^1 ^2:models/churn`.
        package var text: String {
            switch self {
            case .free: "-"
            case .unknown: "?"
            case .composed(let over, let taken):
                (["^\(over)"] + taken.map { "^\($0.from):\($0.path)" }).joined(separator: " ")
            }
        }
    }

    /// Chains first, each from its beginning to its tip, then what is merged or closed.
    package internal(set) var rows: [Row] = []
    /// When each key signed what counts.
    var used: [PublicKey: ClosedRange<Int64>] = [:]

    static let header = ["reference", "commit", "role", "principal", "parents", "tree"]

    /// Tab-separated, one line a commit.
    package var text: String {
        let lines = rows.map { row in
            [
                row.reference ?? "-", row.commit.hex, row.role,
                row.principals.isEmpty ? "?" : row.principals.joined(separator: "|"),
                row.parents.isEmpty ? "-" : row.parents.map(\.hex).joined(separator: " "),
                row.tree.text,
            ]
        }
        return ([Self.header] + lines).map { $0.joined(separator: "\t") + "\n" }.joined()
    }
}
