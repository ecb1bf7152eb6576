import Foundation
import Testing

/// Attacks 1 to 9 and 20: moving an environment without the approval it asks for.
struct ApprovalAttackTests {
    private static let dev = "env/dev"
    private static let open = "promote/dev/tumour/v1"

    @Test func anEnvironmentIsNotRewoundNorForced() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            try field.expectRefused(
                "\(tip)^", to: Self.dev,
                by: "present-tip: <short> does not continue the present tip")
            try field.expectRefused(
                field.id("main"), to: Self.dev, by: "present-tip: <short> does not continue")
            // A merge on an earlier tip than the present one.
            let proposal = try field.id(Self.open)
            let behind = try field.merge("\(tip)^", proposal, by: field.key(.jane))
            try field.expectRefused(
                behind, to: Self.dev, by: "present-tip: <short> does not continue the present tip")
        }
    }

    @Test func anApprovalIsForOneEnvironment() throws {
        try AttackField.with { field in
            let approval = try field.merge(
                field.id(Self.dev), field.id(Self.open), by: field.key(.jane))
            try field.expectRefused(
                approval, to: "env/prod", by: "present-tip: <short> does not continue")
            // dev's proposal, merged into the other environment by hand.
            let duo = try field.id("env/duo")
            let proposal = try field.id(Self.open)
            let moved = try field.merge(
                duo, proposal, by: field.key(.jane), tree: field.tree(of: proposal))
            try field.expectRefused(
                moved, to: "env/duo", by: "proposal: the proposal <short> is not made on env/duo")
        }
    }

    @Test func anApprovalIsForOneProposalOfOneVersion() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            // The registration itself, or another commit of it, in the proposal's place.
            let version = try field.git("rev-parse", "refs/tags/tumour/v1")
            let direct = try field.merge(
                tip, version, by: field.key(.jane), tree: field.tree(of: proposal))
            try field.expectRefused(
                direct, to: Self.dev, by: "proposal: ")
            let twin = try field.commit(
                tree: field.tree(of: version), parents: ["\(version)^"], "Register tumour@1",
                by: field.key(.ravi))
            let forged = try field.commit(
                tree: field.tree(of: proposal), parents: [tip, twin], by: field.key(.ravi))
            let approval = try field.merge(tip, forged, by: field.key(.jane))
            try field.expectRefused(
                approval, to: Self.dev,
                by: "proposal: its second parent <short> is not the registered tumour@1")
        }
    }

    @Test func aMergeHoldsWhatWasProposedAndNothingElse() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            let right = try field.merge(tip, proposal, by: nil)
            let changes: [[String: String?]] = [
                ["models/tumour/CARD.md": "# Better\n"], ["models/tumour/CARD.md": .none],
                ["models/tumour/more.md": "x"], ["models/lab/CARD.md": .none],
                [".signet/policy.yaml": "serial: 1\n"], [".signet/environment": "prod\n"],
                ["parameters/tumour.yaml": "gates: {}\n"], ["README.md": "x"],
            ]
            for change in changes {
                let evil = try field.merge(
                    tip, proposal, by: field.key(.jane), tree: field.tree(right, with: change))
                try field.expectRefused(
                    evil, to: Self.dev, by: "tree: the merge's tree is <id>, not what the proposal")
            }
            let ours = try field.merge(
                tip, proposal, by: field.key(.jane), tree: field.tree(of: tip))
            try field.expectRefused(ours, to: Self.dev, by: "tree: the merge's tree is <id>, not")
        }
    }

    @Test func aMergeHasTwoParentsInOrder() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            let tree = try field.merged(tip, proposal)
            let jane = field.key(.jane)
            let kinds: [([String], String)] = [
                ([proposal, tip], "present-tip: <short> does not continue"),
                ([tip], "parents: a step of env/dev is a merge with two parents"),
                ([tip, proposal, try field.id("main")], "parents: a step of env/dev is a merge"),
                ([tip, "\(tip)^"], "proposal: <short> is no proposal"),
                ([], "present-tip: <short> does not continue"),
            ]
            for (parents, rule) in kinds {
                let commit = try field.commit(tree: tree, parents: parents, by: jane)
                try field.expectRefused(commit, to: Self.dev, by: rule)
            }
            try field.expectRefused(
                proposal, to: Self.dev, by: "present-tip: <short> does not continue")
            try field.expectRefused(
                field.id("promote/duo/tumour/v1"), to: "env/duo",
                by: "proposal: <short> is the proposal itself: fast-forwarding approves nothing")
        }
    }

    @Test func oneIsNotTwoWhateverTheKey() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            let signers: [(AttackField.Key?, String)] = [
                (nil, "signature: commit <short> is not signed"),
                (
                    field.key(.mallory),
                    "signature: the key <fingerprint> that signed <short> belongs"
                ),
                (field.key(.ada), "role: ada is not approver for dev"),
                (field.key(.ravi), "four-eyes: ravi registered or proposed it"),
                (
                    field.key(.kimExpired),
                    "signature: the key <fingerprint> of kim was not valid at"
                ),
            ]
            for (key, rule) in signers {
                try field.expectRefused(
                    field.merge(tip, proposal, by: key), to: Self.dev, by: rule)
            }
            // Ravi writes that Jane was the author and committer: the key says who it was.
            let made = try field.fixture.run(
                [
                    "git", "-C", field.clone.path, "commit-tree", "-S\(field.key(.ravi).path).pub",
                    "-p", tip, "-p", proposal, "-m", "fine", field.merged(tip, proposal),
                ],
                adding: [
                    "GIT_AUTHOR_NAME": "Jane", "GIT_AUTHOR_EMAIL": "jane@example.com",
                    "GIT_COMMITTER_NAME": "Jane", "GIT_COMMITTER_EMAIL": "jane@example.com",
                ])
            try field.expectRefused(
                made.output.trimmingCharacters(in: .newlines), to: Self.dev,
                by: "four-eyes: ravi registered or proposed it")
        }
    }

    @Test func datesAreNotMovedToWhereAKeyWasValid() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            let tree = try field.merged(tip, proposal)
            let then = try field.commit(
                tree: tree, parents: [tip, proposal], by: field.key(.kimExpired),
                at: "2023-06-01T00:00:00Z")
            try field.expectRefused(
                then, to: Self.dev, by: "signature: the key <fingerprint> of kim was not valid at")
            let early = try field.commit(
                tree: tree, parents: [tip, proposal], by: field.key(.jane),
                at: "2023-06-01T00:00:00Z")
            try field.expectRefused(
                early, to: Self.dev, by: "dates: the committer date <time> is before its parent's")
            let late = try field.commit(
                tree: tree, parents: [tip, proposal], by: field.key(.jane),
                at: "2099-06-01T00:00:00Z")
            try field.expectRefused(
                late, to: Self.dev,
                by: "dates: the committer date <time> is after the time of receipt")
        }
    }

    @Test func trailersDoNotContradictWhatIsSigned() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.dev)
            let proposal = try field.id(Self.open)
            let lies: [(String, String)] = [
                ("Decision: rejected", "'Decision: rejected' contradicts"),
                ("decision: REJECTED", "'Decision: REJECTED' contradicts"),
                ("Decision: approved\nDecision: rejected", "'Decision: rejected' contradicts"),
                ("Decision: rejected\nDecision: approved", "'Decision: rejected' contradicts"),
                ("Signed-by: Kim", "'Signed-by: Kim' contradicts the commit, which has 'Jane'"),
                ("Signed-by: Jane\nSigned-by: Kim", "'Signed-by: Kim' contradicts"),
                ("Version: 2", "'Version: 2' contradicts"),
                ("Model: lab", "'Model: lab' contradicts"),
                ("Environment: prod", "'Environment: prod' contradicts"),
            ]
            for (trailer, rule) in lies {
                let merge = try field.merge(
                    tip, proposal, "fine\n\n\(trailer)\n", by: field.key(.jane))
                try field.expectRefused(merge, to: Self.dev, by: "trailers: the trailer \(rule)")
            }
        }
    }

    @Test func whatWasDecidedIsNotDecidedAgain() throws {
        try AttackField.with { start in
            let proposal = try start.id(Self.open)
            let first = try start.merge(start.id(Self.dev), proposal, by: start.key(.jane))
            let field = try start.landed(first, on: Self.dev)
            let tip = try field.id(Self.dev)
            let again = try field.commit(
                tree: field.tree(of: tip), parents: [tip, proposal], by: field.key(.kim))
            try field.expectRefused(
                again, to: Self.dev, by: "not-stale: the proposal is merged already")
            try field.expectRefused(
                proposal, to: Self.open,
                by: "not-stale: the proposal is merged already")
        }
    }
}
