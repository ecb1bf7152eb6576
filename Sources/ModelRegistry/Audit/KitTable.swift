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
        /// The signatures that together move the reference; empty where one is enough.
        package var quorum: [Part] = []
    }

    /// A role that is asked for, and the signature that fills it.
    package struct Part: Hashable, Sendable {
        package var role: RoleName
        /// Nil: nobody's.
        package var signature: CountedSignature?

        /// `approver=jane@<commit>`, or `approver=?`.
        package var text: String {
            "\(role)=" + (signature.map { "\($0.principal)@\($0.commit.hex)" } ?? "?")
        }
    }

    /// How a commit's tree is made from others', each named from the commit itself in git's words:
    /// `^1` the first parent's, `^2^2` that of the second parent's second parent, "" its own.
    package enum Tree: Hashable, Sendable {
        /// Whatever it is: a run's record, a ledger entry, the founding files.
        case free
        /// One of these trees, with these paths from elsewhere.
        case composed(over: String, taking: [Taken])
        /// The commit has no business here.
        case unknown

        package struct Taken: Hashable, Sendable {
            package var from: String
            package var path: String
        }

        static func composed(over: String, _ from: String, _ paths: [String]) -> Tree {
            .composed(over: over, taking: paths.map { Taken(from: from, path: $0) })
        }

        /// As the table has it: `^1 ^2:models/churn`.
        package var text: String {
            switch self {
            case .free: "-"
            case .unknown: "?"
            case .composed(let over, let taken):
                ([over] + taken.map { "\($0.from):\($0.path)" }).joined(separator: " ")
            }
        }
    }

    /// Chains first, each from its beginning to its tip, then what is merged or closed.
    package internal(set) var rows: [Row] = []
    /// When each key signed what counts.
    var used: [PublicKey: ClosedRange<Int64>] = [:]

    static let header = [
        "reference", "commit", "role", "principal", "parents", "tree", "quorum",
    ]

    /// Tab-separated, one line a commit.
    package var text: String {
        let lines = rows.map { row in
            [
                row.reference ?? "-", row.commit.hex, row.role,
                row.principals.isEmpty ? "?" : row.principals.joined(separator: "|"),
                row.parents.isEmpty ? "-" : row.parents.map(\.hex).joined(separator: " "),
                row.tree.text,
                row.quorum.isEmpty ? "-" : row.quorum.map(\.text).joined(separator: " "),
            ]
        }
        return ([Self.header] + lines).map { $0.joined(separator: "\t") + "\n" }.joined()
    }
}
