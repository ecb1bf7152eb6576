import Foundation
import Testing

/// Attacks 10, 25 and those on `policyChange`: who may change what judges them.
struct ConfigurationAttackTests {
    private static let policy = ".signet/policy.yaml"
    private static let signers = ".signet/allowed_signers"

    /// The policy with the next serial, and changed.
    private func draft(_ change: (String) -> String = { $0 }) -> String {
        change(AttackField.policy.replacing("serial: 1", with: "serial: 2"))
    }

    private func change(
        _ field: AttackField, _ files: [String: String?], by key: URL?
    ) throws -> String {
        let main = try field.id("main")
        return try field.commit(
            tree: field.tree(main, with: files), parents: [main], "Change", by: key)
    }

    @Test func aChangeIsSoundAndSignedByAnAdministrator() throws {
        try AttackField.with { field in
            let ada = field.key(.ada)
            let good = [Self.policy: Optional(draft())]
            let keys = try field.git("show", "main:\(Self.signers)")
            let lines = keys.split(separator: "\n").map(String.init)
            let rows: [([String: String?], URL?, String)] = [
                (good, nil, "signature: commit <short> is not signed"),
                (good, field.key(.mallory), "signature: the key <fingerprint> that signed"),
                (good, field.key(.jane), "role: jane is not admin"),
                (
                    [Self.policy: AttackField.policy + "# again\n"], ada,
                    "serial: the serial goes from 1 to 1"
                ),
                ([Self.policy: .none], ada, "policy: "),
                ([Self.policy: draft() + "anything: goes\n"], ada, "policy: "),
                (
                    [Self.policy: draft { $0.replacing("{admin: 2}", with: "{admin: 3}") }], ada,
                    "policy: "
                ),
                (
                    [
                        Self.policy: draft(),
                        Self.signers: lines.dropLast().joined(separator: "\n") + "\n",
                    ],
                    ada, "keys-kept: the key <fingerprint>"
                ),
                (
                    [
                        Self.policy: draft(),
                        Self.signers: keys.replacing("jane namespaces", with: "kim namespaces")
                            + "\n",
                    ],
                    ada, "keys-kept: the key <fingerprint> of jane is removed or reassigned"
                ),
                (
                    [Self.policy: draft(), "models/lab/CARD.md": "x"], ada,
                    "tree: 'models/lab/CARD.md' is no plain file of the configuration"
                ),
                (
                    [Self.policy: draft(), "parameters/lab.yaml": "x"], ada,
                    "tree: 'parameters/lab.yaml'"
                ),
                (
                    [Self.policy: draft(), "evidence/lab/dev.json": "x"], ada,
                    "tree: 'evidence/lab/dev.json'"
                ),
                (
                    [Self.policy: draft(), ".gitattributes": "* -diff\n"], ada,
                    "tree: '.gitattributes'"
                ),
                (
                    [Self.policy: draft(), ".lfsconfig": "[lfs]\nurl = https://example.com\n"], ada,
                    "tree: '.lfsconfig'"
                ),
                (
                    [Self.policy: draft(), ".signet/environment": "dev\n"], ada,
                    "tree: '.signet/environment'"
                ),
                ([Self.policy: draft(), ".signet/registry.yaml": .none], ada, "policy: "),
                (
                    [Self.policy: draft(), ".signet/rules.yaml": "command: rm -rf /\n"], ada,
                    "policy: "
                ),
            ]
            for (files, key, rule) in rows {
                try field.expectRefused(
                    change(field, files, by: key), to: "policy/2", by: rule)
            }
            try field.expectRefused(
                change(field, good, by: ada), to: "policy/3",
                by: "serial: the branch is for serial 3")
        }
    }

    @Test func oneAdministratorIsNotTwo() throws {
        try AttackField.with { start in
            let main = try start.id("main")
            let opened = try change(start, [Self.policy: draft()], by: start.key(.ada))
            let alone = try start.commit(
                tree: start.tree(of: opened), parents: [main, opened], by: start.key(.ada))
            try start.expectRefused(
                alone, to: "main",
                by: "approvals: signed by ada (admin), ada (admin), missing: 1 admin")
            try start.expectRefused(
                opened, to: "main", by: "parents: main moves by a signed merge of a policy/<serial>"
            )
            let field = try start.landed(opened, on: "policy/2")
            try field.expectRefused(
                alone, to: "policy/2", by: "approvals: ada has signed this change before")
            // The quorum's second signature is Jane's, or under another tree, or brings history along.
            let jane = try field.commit(
                tree: field.tree(of: opened), parents: [main, opened], by: field.key(.jane))
            try field.expectRefused(jane, to: "main", by: "role: jane is not admin")
            let other = try field.tree(
                opened,
                with: [Self.policy: draft { $0.replacing("approver: 2", with: "approver: 1") }])
            let evil = try field.commit(
                tree: other, parents: [main, opened], by: field.key(.kim))
            try field.expectRefused(
                evil, to: "main", by: "tree: the merge's tree is not the proposed one")
            let smuggled = try field.commit(
                tree: field.tree(of: opened), parents: [field.id("env/dev"), opened], by: nil)
            let over = try field.commit(
                tree: field.tree(of: opened), parents: [main, smuggled], by: field.key(.kim))
            try field.expectRefused(
                over, to: "main",
                by: "parents: it merges <short>: its first parent is not main's tip")
        }
    }

    @Test func whatWasReviewedIsWhatIsSigned() throws {
        try AttackField.with { start in
            let opened = try change(start, [Self.policy: draft()], by: start.key(.ada))
            let field = try start.landed(opened, on: "policy/2")
            let weak = draft {
                $0.replacing("approvals: {approver: 2}", with: "approvals: {approver: 1}")
            }
            let other = try change(field, [Self.policy: weak], by: field.key(.ada))
            try field.expectRefused(
                other, to: "policy/2",
                by: "open: a change with the serial 2 is open already: <short>")
            let approved = try field.fixture.signet(
                "policy", "approve", "2", "--reason", "as reviewed", "--change", other, as: .kim)
            #expect(approved.status == 1, "\(approved)")
            #expect(
                field.fixture.scrubbed(approved.errors) == """
                    error: the open change 2 is <short>, not <id>
                    hint: review what is open now: signet policy diff 2

                    """)
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func aWeakerPolicyIsInForceOnlyWhereItWasRolledOut() throws {
        try AttackField.with { start in
            let main = try start.id("main")
            let weak = draft {
                $0.replacing("approver: {\"*\": [", with: "approver: {\"*\": [ada, ")
            }
            let opened = try change(start, [Self.policy: weak], by: start.key(.ada))
            let accepted = try start.commit(
                tree: start.tree(of: opened), parents: [main, opened], by: start.key(.kim))
            let field = try start.landed(accepted, on: "main")
            let tip = try field.id("env/dev")
            let approval = try field.merge(
                tip, field.id("promote/dev/tumour/v1"), by: field.key(.ada))
            try field.expectRefused(
                approval, to: "env/dev", by: "role: ada is not approver for dev")
            // Rolled out and used in one push; rolled out by one, or by an approver, or with more.
            let rolled = try field.merge(tip, accepted, by: field.key(.ada))
            try field.expectRefused(
                rolled, to: "env/dev", by: "approvals: signed by ada (admin), missing: 1 admin")
            try field.expectRefused(
                field.merge(tip, accepted, by: field.key(.jane)), to: "env/dev",
                by: "role: jane is not admin")
            for more: [String: String?] in [
                ["models/tumour/CARD.md": "x"], ["parameters/lab.yaml": "gates: {}\n"],
                ["evidence/lab/dev.json": "{}"], [".signet/environment": "prod\n"],
                ["models/lab/CARD.md": .none],
            ] {
                let both = try field.commit(
                    tree: field.tree(rolled, with: more), parents: [tip, rolled],
                    by: field.key(.kim))
                try field.expectRefused(
                    both, to: "env/dev",
                    by: "tree: the merge's tree is <id>, not main's configuration")
                try field.expectRefused(
                    both, to: "rollout/dev/2",
                    by: "approvals: <short> counts for nothing: the merge's tree")
            }
            let stranger = try field.commit(
                tree: field.tree(of: rolled), parents: [field.id("env/duo"), rolled], by: nil)
            let last = try field.commit(
                tree: field.tree(of: rolled), parents: [tip, stranger], by: field.key(.kim))
            try field.expectRefused(
                last, to: "env/dev",
                by: "parents: it merges <short>: its first parent is not on env/dev")
            // The old policy, signed again, is older than what is there.
            let old = try field.commit(
                tree: field.tree(of: tip), parents: [tip, main], by: field.key(.kim))
            try field.expectRefused(old, to: "env/dev", by: "serial: the serial goes from 1 to 1")
        }
    }

    @Test func signaturesForOneSerialAreNotForTheNext() throws {
        try AttackField.with { start in
            var field = start
            var mains = [try field.id("main")]
            for serial in [2, 3] {
                let main = mains[mains.count - 1]
                let text = AttackField.policy.replacing("serial: 1", with: "serial: \(serial)")
                let opened = try field.commit(
                    tree: field.tree(main, with: [Self.policy: text]), parents: [main],
                    by: field.key(.ada))
                mains.append(
                    try field.commit(
                        tree: field.tree(of: opened), parents: [main, opened], by: field.key(.kim)))
                field = try field.landed(mains[mains.count - 1], on: "main")
            }
            let tip = try field.id("env/dev")
            let signed = try field.merge(tip, mains[1], by: field.key(.ada))
            field = try field.landed(signed, on: "rollout/dev/2")
            // Ada signed serial 2: Kim merges her signature and takes serial 3's configuration.
            let newer = try field.commit(
                tree: field.tree(of: field.merge(tip, mains[2], by: nil)), parents: [tip, signed],
                by: field.key(.kim))
            try field.expectRefused(
                newer, to: "env/dev", by: "tree: the merge's tree is <id>, not main's configuration"
            )
            try field.expectRefused(
                signed, to: "rollout/dev/3",
                by: "serial: the branch is for serial 3, the policy has 2")
            try field.expectRefused(
                signed, to: "rollout/prod/2",
                by: "approvals: <short> counts for nothing: its first parent")
        }
    }

    @Test func anEnvironmentBeginsOnMainAlone() throws {
        try AttackField.with { start in
            let main = try start.id("main")
            let more = draft {
                $0.replacing(
                    "policyChange:",
                    with: "  - {name: uat, approvals: {approver: 1}}\npolicyChange:")
            }
            let opened = try change(start, [Self.policy: more], by: start.key(.ada))
            let accepted = try start.commit(
                tree: start.tree(of: opened), parents: [main, opened], by: start.key(.kim))
            let field = try start.landed(accepted, on: "main")
            let tree = try field.tree(accepted, with: [".signet/environment": "uat\n"])
            let ada = try field.commit(tree: tree, parents: [accepted], by: field.key(.ada))
            try field.expectRefused(
                ada, to: "env/uat", by: "approvals: signed by ada (admin), missing: 1 admin")
            try field.expectRefused(
                ada, to: "env/staging", by: "policy: main's policy does not name")
            try field.expectRefused(
                ada, to: "rollout/staging/2", by: "policy: main's policy does not name 'staging'")
            try field.expectRefused(
                field.commit(
                    tree: field.tree(accepted, with: [".signet/environment": "dev\n"]),
                    parents: [accepted], by: field.key(.ada)),
                to: "env/uat", by: "tree: an environment's first commit adds .signet/environment")
            try field.expectRefused(
                field.commit(
                    tree: field.tree(ada, with: ["models/x/CARD.md": "x"]), parents: [accepted],
                    by: field.key(.ada)),
                to: "env/uat", by: "tree: an environment's first commit adds .signet/environment")
            // Other history under the root: a model's, another environment's, nobody's.
            let version = try field.git("rev-parse", "refs/tags/tumour/v1")
            let two = try field.commit(
                tree: tree, parents: [accepted, version, ada], by: field.key(.kim))
            try field.expectRefused(
                two, to: "env/uat", by: "parents: <short> does not stand on <short> of main alone")
            for stranger in [
                version, try field.id("env/dev"), try field.id("promote/dev/tumour/v1"),
            ] {
                let first = try field.commit(
                    tree: tree, parents: [accepted, stranger], by: field.key(.ada))
                let root = try field.commit(
                    tree: tree, parents: [accepted, first], by: field.key(.kim))
                try field.expectRefused(root, to: "env/uat", by: "parents: ")
                try field.expectRefused(first, to: "rollout/uat/2", by: "parents: ")
            }
            let root = try field.commit(tree: tree, parents: [accepted, ada], by: field.key(.kim))
            let begun = try field.landed(root, on: "env/uat")
            try begun.expectRefused(
                field.commit(tree: tree, parents: [accepted], "again", by: field.key(.kim)),
                to: "env/uat", by: "present-tip: <short> does not continue the present tip")
        }
    }
}
