import Foundation
import Testing

/// Attacks 19, 21 and 22: registrations and proposals that are not what they say.
struct ProposalAttackTests {
    @Test func aProposalIsWellFormedOrNothing() throws {
        try AttackField.with { field in
            let proposal = try field.id("promote/prod/lab/v1")
            let parents = ["\(proposal)^1", "\(proposal)^2"]
            let tip = try field.id("env/prod")
            let evidence = "evidence/lab/dev.json"
            let record = try field.git("show", "\(proposal):\(evidence)")
            let changes: [(String, [String: String?], String)] = [
                (
                    "better metrics", ["models/lab/metrics.json": "{\"accuracy\": 1.0}\n"],
                    "proposal: models/lab in the proposal differs from the registered lab@1"
                ),
                (
                    "a better card", ["models/lab/CARD.md": "# Better\n"],
                    "proposal: models/lab in the proposal differs"
                ),
                (
                    "edited evidence",
                    [evidence: record.replacing("\"passed\"", with: "\"passed\" ") + "\n"],
                    "evidence: evidence/lab/dev.json: differs from the record <short> on runs/dev"
                ),
                ("no evidence", [evidence: .none], "run: there is no run of lab@1 in dev"),
                (
                    "evidence of nobody's run",
                    ["evidence/lab/duo.json": record + "\n"], "evidence: evidence/lab/duo.json"
                ),
                (
                    "more evidence", ["evidence/lab/more.txt": "x"],
                    "evidence: evidence/lab/more.txt"
                ),
                (
                    "attributes", ["models/lab/.gitattributes": "* -diff\n"],
                    "proposal: models/lab in the proposal differs"
                ),
                (
                    "attributes elsewhere", [".gitattributes": "* -diff\n"],
                    "proposal: the proposal changes more than the scope of lab"
                ),
                (
                    "another model", ["models/tumour/CARD.md": "x"],
                    "proposal: the proposal changes more than the scope of lab"
                ),
                (
                    "a policy", [".signet/policy.yaml": "serial: 9\n"],
                    "proposal: the proposal changes more than the scope of lab"
                ),
                (
                    "no parameters", ["parameters/lab.yaml": .none],
                    "proposal: parameters/lab.yaml: is missing"
                ),
                (
                    "parameters that name a command", ["parameters/lab.yaml": "run: rm -rf /\n"],
                    "proposal: parameters/lab.yaml"
                ),
            ]
            for (what, change, rule) in changes {
                let forged = try field.commit(
                    tree: field.tree(proposal, with: change), parents: parents, what,
                    by: field.key(.ravi))
                // Approved by two who may: the merge is judged by what it merges.
                let tree = try field.merged(tip, forged)
                let first = try field.commit(
                    tree: tree, parents: [tip, forged], by: field.key(.jane))
                let last = try field.commit(tree: tree, parents: [tip, first], by: field.key(.kim))
                try field.expectRefused(last, to: "env/prod", by: rule)
            }
        }
    }

    @Test func aProposalIsSignedByAProposer() throws {
        try AttackField.with { field in
            let proposal = try field.id("promote/dev/tumour/v1")
            let tip = try field.id("env/dev")
            let signers: [(AttackField.Key?, String)] = [
                (nil, "signature: commit <short> is not signed"),
                (field.key(.mallory), "signature: the key <fingerprint> that signed"),
                (field.key(.kim), "role: kim is not proposer for dev"),
            ]
            for (key, rule) in signers {
                let forged = try field.commit(
                    tree: field.tree(of: proposal), parents: ["\(proposal)^1", "\(proposal)^2"],
                    by: key)
                try field.expectRefused(forged, to: "promote/dev/tumour/v1", by: rule)
                let approval = try field.merge(tip, forged, by: field.key(.jane))
                try field.expectRefused(approval, to: "env/dev", by: rule)
            }
        }
    }

    @Test func aRegistrationContinuesItsModelAndChangesNothingElse() throws {
        try AttackField.with { field in
            let first = try field.git("rev-parse", "refs/tags/tumour/v1")
            let founding = try field.id("main")
            let model = try field.git("show", "\(first):models/tumour/model.yaml")
            let two = model.replacing("version: 1", with: "version: 2") + "\n"
            let ravi = field.key(.ravi)
            func next(_ change: [String: String?], _ parents: [String]? = nil, by key: URL?) throws
                -> String
            {
                try field.commit(
                    tree: field.tree(first, with: change), parents: parents ?? [first], by: key)
            }
            let yaml = "models/tumour/model.yaml"
            let rows: [(String, String)] = [
                (try next([yaml: two], by: nil), "signature: commit <short> is not signed"),
                (try next([yaml: two], by: field.key(.jane)), "role: jane is not registrar"),
                (
                    try next([yaml: two, ".signet/policy.yaml": "x\n"], by: ravi),
                    "tree: changes more than models/tumour"
                ),
                (
                    try next([yaml: two, "models/lab/CARD.md": "x\n"], by: ravi),
                    "tree: changes more than models/tumour"
                ),
                (
                    try next([yaml: two, "models/tumour/.gitattributes": "* -diff\n"], by: ravi),
                    "registration: models/tumour/.gitattributes: is not a file of a registration"
                ),
                (
                    try next([yaml: two, "models/tumour/eu/model.yaml": two], by: ravi),
                    "registration: "
                ),
                (
                    try next(
                        [yaml: model.replacing("version: 1", with: "version: 3") + "\n"], by: ravi),
                    "registration: the commit registers tumour@3, but models/tumour is at version 1"
                ),
                (
                    try next([yaml: two], [first, founding], by: ravi),
                    "parents: a registration has one parent, the previous version"
                ),
                (
                    try next([yaml: two], [founding], by: ravi),
                    "present-tip: <short> does not continue the present tip"
                ),
                (try next([yaml: two + "run: rm -rf /\n"], by: ravi), "registration: "),
                (
                    try next([yaml: two, "models/tumour/CARD.md": .none], by: ravi),
                    "registration: models/tumour/CARD.md: is missing"
                ),
            ]
            for (commit, rule) in rows {
                try field.expectRefused(commit, to: "models/tumour", by: rule)
            }
        }
    }

    @Test func aRegistrationDoesNotBringALaterConfiguration() throws {
        try AttackField.with { field in
            let first = try field.git("rev-parse", "refs/tags/tumour/v1")
            // A first version built on another commit than the founding one.
            let later = try field.id("env/dev")
            let other = try field.commit(
                tree: field.tree(of: first), parents: [later], by: field.key(.ravi))
            try field.expectRefused(
                other, to: "models/fresh", by: "registration: <short>: is no registration")
            // Names that another model's exclude, or that only look like one.
            let made = try field.commit(
                tree: field.tree(of: first), parents: ["\(first)^"], by: field.key(.ravi))
            for name in ["models/tumour/eu", "models/tumour\u{200D}", "models/tumou\u{34F}r"] {
                let pushed = try field.push([(made, name)])
                #expect(pushed.status != 0, "\(pushed)")
                #expect(
                    pushed.errors.contains("signet: refused")
                        || pushed.errors.contains("cannot lock"),
                    "\(pushed)")
                #expect(try field.fixture.state() == field.before)
            }
        }
    }

    @Test func anArtifactIsWhatWasRegistered() throws {
        try AttackField.with { field in
            let first = try field.git("rev-parse", "refs/tags/tumour/v1")
            let artifact = "models/tumour/artifacts/model.onnx"
            let pointer = try field.git("show", "\(first):\(artifact)")
            let digest = String(repeating: "0", count: 64)
            let known = try #require(pointer.firstMatch(of: /[0-9a-f]{64}/))
            let model =
                try field.git("show", "\(first):models/tumour/model.yaml")
                .replacing("version: 1", with: "version: 2") + "\n"
            let rows: [([String: String?], String)] = [
                (
                    [artifact: pointer.replacing(known.output, with: digest) + "\n"],
                    "registration: models/tumour/artifacts/model.onnx: has another digest or size"
                ),
                (
                    [
                        artifact: pointer.replacing(known.output, with: digest) + "\n",
                        "models/tumour/model.yaml": model.replacing(known.output, with: digest),
                    ],
                    "artifacts: the content of 'model.onnx' (sha256 <sha256>) is not in the store"
                ),
                (
                    [artifact: "the model itself\n"],
                    "registration: models/tumour/artifacts/model.onnx"
                ),
                (
                    [artifact: pointer + "\nx-more: 1\n"],
                    "registration: models/tumour/artifacts/model.onnx"
                ),
                (
                    ["models/tumour/artifacts/other.onnx": pointer + "\n"],
                    "registration: models/tumour/model.yaml"
                ),
            ]
            for (change, rule) in rows {
                var change = change
                if change["models/tumour/model.yaml"] == nil {
                    change["models/tumour/model.yaml"] = model
                }
                let version = try field.commit(
                    tree: field.tree(first, with: change), parents: [first], by: field.key(.ravi))
                try field.expectRefused(version, to: "models/tumour", by: rule)
            }
        }
    }
}
