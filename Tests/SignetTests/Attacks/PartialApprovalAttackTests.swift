import Foundation
import Testing

/// Merges over merges: what is counted, and what may hang on what is counted.
struct PartialApprovalAttackTests {
    private static let duo = "env/duo"
    private static let open = "promote/duo/tumour/v1"

    @Test func onePersonWithTwoKeysIsOnePerson() throws {
        try AttackField.with { start in
            let tip = try start.id(Self.duo)
            let first = try start.merge(tip, start.id(Self.open), by: start.key(.jane))
            let both = try start.commit(
                tree: start.tree(of: first), parents: [tip, first], by: start.key(.jane2))
            try start.expectRefused(
                both, to: Self.duo,
                by: "approvals: approved by jane (approver), missing: 1")
            let field = try start.landed(first, on: Self.open)
            try field.expectRefused(
                both, to: Self.open, by: "approvals: jane approved it before, in <short>")
            // Neither does the author count, nor nobody's key, however many there are.
            var below = first
            for key in [field.key(.ravi), field.key(.mallory), field.key(.kimExpired)] {
                below = try field.commit(
                    tree: field.tree(of: first), parents: [tip, below], by: key)
            }
            let last = try field.commit(
                tree: field.tree(of: first), parents: [tip, below], by: field.key(.jane2))
            try field.expectRefused(
                last, to: Self.duo,
                by: "approvals: approved by jane (approver), missing: 1")
            // Two people are two.
            let two = try field.commit(
                tree: field.tree(of: first), parents: [tip, first], by: field.key(.kim))
            _ = try field.landed(two, on: Self.duo)
        }
    }

    @Test func aPartialApprovalIsForOneEnvironmentAndOneProposal() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.duo)
            let partial = try field.merge(tip, field.id(Self.open), by: field.key(.jane))
            let dev = try field.id("env/dev")
            let elsewhere = try field.commit(
                tree: field.merged(dev, field.id("promote/dev/tumour/v1")),
                parents: [dev, partial],
                by: field.key(.kim))
            try field.expectRefused(
                elsewhere, to: "env/dev",
                by: "proposal: the proposal <short> is not made on env/dev")
            try field.expectRefused(
                partial, to: "promote/duo/lab/v1",
                by: "proposal: its second parent <short> is not the registered tumour@1")
            try field.expectRefused(
                partial, to: "promote/dev/tumour/v1",
                by: "proposal: ")
        }
    }

    @Test func whatHangsOnAMergeHasTheFormOfAPartialApproval() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.duo)
            let proposal = try field.id(Self.open)
            let tree = try field.merged(tip, proposal)
            let first = try field.commit(
                tree: tree, parents: [tip, proposal], by: field.key(.jane))
            // A commit of another branch, or a root of no branch, as a first parent: its history would
            // become the environment's. Signed or not, it is not even left uncounted.
            let orphan = try field.commit(tree: tree, parents: [], "smuggled", by: nil)
            for stranger in [try field.id("env/dev"), orphan, try field.id("promote/prod/lab/v1")] {
                for key in [nil, field.key(.kim)] {
                    let middle = try field.commit(
                        tree: tree, parents: [stranger, first], by: key)
                    let last = try field.commit(
                        tree: tree, parents: [tip, middle], by: field.key(.kim))
                    try field.expectRefused(
                        last, to: Self.duo,
                        by: "parents: it merges <short>, whose first parent is not on env/duo")
                }
            }
            let evil = try field.commit(
                tree: field.tree(tree, with: ["models/tumour/CARD.md": "# Better\n"]),
                parents: [tip, first], by: nil)
            let last = try field.commit(tree: tree, parents: [tip, evil], by: field.key(.kim))
            try field.expectRefused(last, to: Self.duo, by: "tree: the merge's tree is <id>, not")
        }
    }

    @Test func oneApproverIsEnoughButNotForWhatAnotherSmuggles() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let proposal = try field.id("promote/dev/tumour/v1")
            let tree = try field.merged(tip, proposal)
            // dev's other open proposals would be "merged" by history, without an approval.
            let smuggled = try field.commit(
                tree: tree, parents: [field.id(Self.open), proposal], by: nil)
            let last = try field.commit(tree: tree, parents: [tip, smuggled], by: field.key(.jane))
            try field.expectRefused(
                last, to: "env/dev",
                by: "parents: it merges <short>, whose first parent is not on env/dev")
        }
    }

    @Test func aChainWithoutEndIsNotFollowed() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.duo)
            let proposal = try field.id(Self.open)
            let tree = try field.merged(tip, proposal)
            let chain = try field.shell(
                """
                below=\(proposal)
                for i in $(seq 1 70); do
                    below=$(git commit-tree \(tree) -p \(tip) -p $below -m $i)
                done
                echo $below
                """)
            let last = try field.commit(tree: tree, parents: [tip, chain], by: field.key(.jane))
            try field.expectRefused(
                last, to: Self.duo,
                by: "proposal: its second parent <short> is not the registered tumour@1")
            try field.expectRefused(
                last, to: Self.open,
                by: "proposal: its second parent <short> is not the registered tumour@1")
        }
    }

    @Test func aRejectionIsNotMerged() throws {
        try AttackField.with { start in
            let tip = try start.id(Self.duo)
            let proposal = try start.id(Self.open)
            let tree = try start.merged(tip, proposal)
            let rejection = try start.commit(
                tree: start.tree(of: proposal), parents: [proposal],
                "no\n\nDecision: rejected\n", by: start.key(.kim))
            let field = try start.landed(rejection, on: Self.open)
            let over = try field.commit(
                tree: tree, parents: [tip, rejection], by: field.key(.jane))
            try field.expectRefused(
                over, to: Self.duo,
                by: "open: <short> is a rejection: it closed the proposal for good")
            let twice = try field.commit(tree: tree, parents: [tip, over], by: field.key(.kim))
            try field.expectRefused(
                twice, to: Self.duo, by: "proposal: its second parent is no registration")
            // The proposal itself, without its rejection, by two who are allowed.
            let first = try field.commit(
                tree: tree, parents: [tip, proposal], by: field.key(.jane))
            let last = try field.commit(tree: tree, parents: [tip, first], by: field.key(.kim))
            try field.expectRefused(
                last, to: Self.duo, by: "open: this proposal was closed before")
            try field.expectRefused(
                proposal, to: Self.open, by: "open: this proposal was closed before")
        }
    }

    @Test func aProposalsBranchTakesApprovalsAndNothingElse() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.duo)
            let proposal = try field.id(Self.open)
            let jane = field.key(.jane)
            let kinds: [(String, String)] = [
                (try field.id("env/duo"), "proposal: "),
                (try field.id("main"), "proposal: <short> is no proposal: it has 0 parents"),
                (
                    try field.commit(
                        tree: field.tree(of: proposal), parents: [proposal, tip], by: jane),
                    "proposal: its second parent is no registration"
                ),
                (
                    try field.commit(
                        tree: field.tree(of: proposal), parents: [tip, proposal, field.id("main")],
                        by: jane), "proposal: <short> is no proposal: it has 3 parents"
                ),
                (
                    try field.commit(
                        tree: field.tree(proposal, with: ["models/tumour/CARD.md": "# x\n"]),
                        parents: [proposal], "no\n\nDecision: rejected\n", by: jane),
                    "tree: a rejection changes no file"
                ),
                (
                    try field.commit(
                        tree: field.tree(of: proposal), parents: [proposal],
                        "no\n\nDecision: rejected\n", by: field.key(.mallory)),
                    "signature: the key <fingerprint>"
                ),
                (
                    try field.commit(
                        tree: field.tree(of: proposal), parents: [proposal],
                        "no\n\nDecision: rejected\n", by: field.key(.ada)),
                    "role: ada is not approver for duo"
                ),
                // Another proposal of the same version, well-formed and signed, in its place.
                (
                    try field.commit(
                        tree: field.tree(of: proposal),
                        parents: ["\(proposal)^1", "\(proposal)^2"],
                        "mine", by: field.key(.ravi)),
                    "open: a proposal of tumour@1 for duo is open already"
                ),
            ]
            for (commit, rule) in kinds {
                try field.expectRefused(commit, to: Self.open, by: rule)
            }
        }
    }
}
