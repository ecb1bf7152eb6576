import Foundation
import Testing

/// Break-glass and revocation used against what they are for.
struct EmergencyAttackTests {
    private static let prod = "env/prod"

    @Test func nobodyBreaksAGlassUnseenOrWithoutARole() throws {
        try AttackField.with { field in
            let tip = try field.id(Self.prod)
            let proposal = try field.id("promote/prod/lab/v1")
            let kim = field.key(.kim)
            let missing = "approvals: approved by kim (approver, risk), missing: 1"
            let rows: [(String, URL, String)] = [
                (
                    "x\n\nBreak-glass:\n", kim,
                    "break-glass: the trailer 'Break-glass' gives no reason"
                ),
                (
                    "x\n\nBreak-glass: fire\nBreak-glass:  \n", kim,
                    "break-glass: the trailer 'Break-glass' gives no reason"
                ),
                ("Break-glass: fire\n", kim, missing),
                ("x\n\nBreak-glass: fire\n\nand more\n", kim, missing),
                ("x\n\nbecause\nBreak-glass: fire\n", kim, missing),
                ("x\n\nBreak_glass: fire\n", kim, missing),
                ("x\n\nBreakglass: fire\n", kim, missing),
                (
                    "x\n\nBreak-glass: fire\n", field.key(.jane),
                    "approvals: even break-glass asks for 1 risk"
                ),
                (
                    "x\n\nBreak-glass: fire\n", field.key(.ravi),
                    "four-eyes: ravi registered or proposed it"
                ),
                ("x\n\nBreak-glass: fire\n", field.key(.ada), "role: ada is not approver or risk"),
                (
                    "x\n\nBreak-glass: fire\nDecision: rejected\n", kim,
                    "trailers: the trailer 'Decision"
                ),
            ]
            for (message, key, rule) in rows {
                try field.expectRefused(
                    field.merge(tip, proposal, message, by: key), to: Self.prod, by: rule)
            }
            // An environment whose policy has none.
            let other = try field.merge(
                field.id("env/dev"), field.id("promote/dev/tumour/v1"), "x\n\nBreak-glass: fire\n",
                by: field.key(.jane))
            try field.expectRefused(
                other, to: "env/dev", by: "break-glass: the policy in env/dev has no break-glass")
            // Written in another case it is one all the same, and seen.
            let broken = try field.landed(
                field.merge(tip, proposal, "x\n\nBREAK-GLASS: fire\n", by: kim), on: Self.prod)
            let said = try broken.git("show", "refs/signet/ledger:entry.json")
            #expect(said.contains("bypassed") && said.contains("fire"), "\(said)")
        }
    }

    @Test func whoBreaksTheGlassIsToldWhatWasSetAside() throws {
        try AttackField.with { field in
            let approved = try field.fixture.signet(
                "approve", "lab", "--env", "prod", "--reason", "fire", "--break-glass", as: .kim)
            let lines = approved.output.split(separator: "\n")
            try #require(approved.status == 0 && lines.count == 3, "\(approved)")
            #expect(lines[0].hasPrefix("approved lab@1 for prod as kim: "))
            #expect(
                lines[1]
                    == "  bypassed approvals: approved by kim (approver, risk); missing, and "
                    + "bypassed by break-glass: 1 risk", "\(approved)")
            #expect(lines[2].hasPrefix("to be approved again by "))
            #expect(lines[2].hasSuffix("; next: signet propose lab --env prod --again"))
        }
    }

    @Test func proposingAgainSkipsNothing() throws {
        try AttackField.with { field in
            // prod asks for a run: what dev has without one can't come by another way.
            let lab = try field.id("env/dev")
            let version = try field.git("rev-parse", "refs/tags/lab/v1")
            let prod = try field.id(Self.prod)
            let tree = try field.shell(
                """
                export GIT_INDEX_FILE=.git/attack-index; rm -f $GIT_INDEX_FILE
                git read-tree \(prod)
                git read-tree --prefix=models/ \(lab):models
                git update-index --add --cacheinfo 100644,$(git rev-parse \(lab):parameters/lab.yaml),parameters/lab.yaml
                git write-tree
                """)
            let bare = try field.commit(tree: tree, parents: [prod, version], by: field.key(.ravi))
            let first = try field.merge(prod, bare, by: field.key(.jane))
            let last = try field.commit(
                tree: field.tree(of: first), parents: [prod, first], by: field.key(.kim))
            try field.expectRefused(last, to: Self.prod, by: "run: there is no run of lab@1 in dev")
            // A version that dev does not have.
            let tumour = try field.git("rev-parse", "refs/tags/tumour/v1")
            let skipping = try field.commit(
                tree: field.tree(of: field.merge(prod, tumour, by: nil)), parents: [prod, tumour],
                by: field.key(.ravi))
            let approval = try field.merge(prod, skipping, by: field.key(.jane))
            let pushed = try field.push([(approval, Self.prod)])
            field.expectRefused(pushed, by: "proposal: parameters/tumour.yaml: is missing")
            #expect(try field.fixture.state() == field.before)
        }
        try AttackField.with { field in
            // Approved again in dev, unchanged: that is an approval like every other.
            let again = try field.fixture.signet(
                "propose", "lab", "--env", "dev", "--again", as: .ravi)
            try #require(again.status == 0, "\(again)")
            let opened = try field.refreshed()
            let proposal = try opened.id("promote/dev/lab/v1")
            let tip = try opened.id("env/dev")
            try opened.expectRefused(
                opened.merge(tip, proposal, by: opened.key(.ravi)), to: "env/dev",
                by: "four-eyes: ravi registered or proposed it")
            let first = try opened.landed(
                opened.merge(tip, proposal, by: opened.key(.jane)), on: "env/dev")
            try first.expectRefused(
                first.commit(
                    tree: first.tree(of: "origin/env/dev"),
                    parents: [first.id("env/dev"), proposal],
                    by: first.key(.kim)),
                to: "env/dev", by: "not-stale: the proposal is merged already")
        }
    }

    /// A commit of the list of revoked keys.
    private func revocation(
        _ field: AttackField, _ number: Int, of key: URL, _ principal: String,
        on parent: String, by signer: URL?, changing more: [String: String?] = [:]
    ) throws -> String {
        let line = try String(contentsOf: key.appendingPathExtension("pub"), encoding: .utf8)
            .split(separator: " ").prefix(2).joined(separator: " ")
        let text = """
            apiVersion: signet/v1
            kind: Revocation
            key: \(line)
            principal: \(principal)
            reason: left

            """
        let files = [file(number): Optional(text)].merging(more) { $1 }
        let empty = try field.git("hash-object", "-t", "tree", "-w", "/dev/null")
        let isFirst = try field.id("main") == parent
        let base = isFirst ? try field.commit(tree: empty, parents: [], by: nil) : parent
        return try field.commit(
            tree: field.tree(base, with: files), parents: [parent], by: signer)
    }

    private func file(_ number: Int) -> String { "\(number).yaml" }

    @Test func theListOfRevokedKeysOnlyGrowsAndOnlyDenies() throws {
        try AttackField.with { start in
            let list = "refs/signet/revocations"
            let root = try start.id("main")
            let (jane, kim) = (start.key(.jane), start.key(.kim))
            let rows: [(String, String)] = [
                (
                    try revocation(start, 1, of: kim, "kim", on: root, by: jane),
                    "role: jane is not admin"
                ),
                (
                    try revocation(start, 1, of: kim, "jane", on: root, by: jane),
                    "revocation: the key <fingerprint> is not enrolled for 'jane'"
                ),
                (
                    try revocation(start, 1, of: jane, "jane", on: root, by: nil),
                    "signature: commit <short> is not signed"
                ),
                (
                    try revocation(start, 1, of: jane, "jane", on: root, by: start.key(.mallory)),
                    "signature: the key <fingerprint> that signed"
                ),
                (
                    try revocation(start, 2, of: jane, "jane", on: root, by: jane),
                    "tree: a revocation adds the file 1.yaml and changes nothing else"
                ),
                (
                    try revocation(
                        start, 1, of: jane, "jane", on: root, by: jane, changing: ["x": "x"]),
                    "tree: a revocation adds the file 1.yaml"
                ),
                (
                    try revocation(start, 1, of: jane, "jane", on: start.id("env/dev"), by: jane),
                    "tree: a revocation adds the file 1.yaml"
                ),
                (
                    try revocation(start, 1, of: kim, "kim", on: root, by: start.key(.ada)),
                    "revocation: without <fingerprint> nobody could change the policy any more"
                ),
            ]
            for (commit, rule) in rows { try start.expectRefused(commit, to: list, by: rule) }
            try start.expectRefused(
                revocation(start, 1, of: jane, "jane", on: root, by: jane), to: list + "/x",
                by: "reference: is written by the registry alone")
            // Jane gives up her first key: it signs nothing any more, the second one does.
            let first = try revocation(start, 1, of: jane, "jane", on: root, by: start.key(.jane2))
            let field = try start.landed(first, on: list)
            let tip = try field.id("env/dev")
            let proposal = try field.id("promote/dev/tumour/v1")
            try field.expectRefused(
                field.merge(tip, proposal, by: jane), to: "env/dev",
                by:
                    "signature: the key <fingerprint> of jane, which signed <short>, is revoked: left"
            )
            try field.expectRefused(
                revocation(
                    field, 2, of: start.key(.jane2), "jane", on: first, by: jane), to: list,
                by: "signature: the key <fingerprint> of jane, which signed <short>, is revoked")
            try field.expectRefused(
                revocation(
                    field, 2, of: start.key(.jane2), "jane", on: first, by: start.key(.jane2),
                    changing: ["1.yaml": .none]), to: list,
                by: "tree: a revocation adds the file 2.yaml and changes nothing else")
            try field.expectRefused(
                root, to: list, by: "present-tip: <short> does not continue the present tip")
            let deleted = try field.push([("", list)])
            field.expectRefused(deleted, by: "reference: must not be deleted")
            _ = try field.landed(
                field.merge(tip, proposal, by: field.key(.jane2)), on: "env/dev")
        }
    }
}
