import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// The updates that are mutated: each is right, and waits to be made.
extension SoundnessRig {
    private typealias Level = SignedUpdate.Level

    private var dev: Environment { TemporaryRegistry.dev }
    private var test: Environment { TemporaryRegistry.test }

    func prepare() throws {
        let seed = try trial.promote("seed")
        try trial.registry.revoke(
            Self.revoked.key.publicKey, reason: .left, fromEntry: nil, note: nil,
            by: trial.author(.ada))
        try addProposal()
        try addApprovals()
        try addSeveralApprovals()
        try addRegistration()
        try addRun(of: seed.version, at: seed.commit)
        try addRevocation()
        try addConfiguration()
        trial.clock.advance(3600)
        commits = try Set(
            trial.repository.references(prefix: "refs/").map(\.target)
                + updates.flatMap { $0.levels.map(\.id) }
        ).sorted { $0.hex < $1.hex }
        references = try Dictionary(
            uniqueKeysWithValues: trial.repository.references(prefix: "refs/")
                .map { ($0.name, $0.target) })
        let registry = trial.registry
        judge = Judge(
            repository: trial.repository, founding: registry.founding,
            receipts: LedgerMap(
                repository: trial.repository, reference: registry.reference),
            artifacts: trial.judge.artifacts
        ) { [references] in references[$0] }
        trees = try Set(commits.map { try trial.tree(of: $0) }).sorted { $0.hex < $1.hex }
        trees += try edited(trees)
    }

    private func addProposal() throws {
        let version = try trial.register("loose")
        let open = try trial.proposal(of: version)
        try add(
            "proposal", dev.proposalBranch(version),
            [try level(open, by: Person.ravi.key, of: ["ravi", "jane", "registry"])])
    }

    /// Approvals of one proposal into dev by every kind of key, on its own branch, and its rejection.
    private func addApprovals() throws {
        let version = try trial.register("churn")
        trial.clock.advance(1)
        let open = try trial.proposal(of: version)
        let proposal = try level(open, by: Person.ravi.key, of: ["ravi", "jane", "registry"])
        try trial.submit(dev.proposalBranch(version), open)
        let tip = try trial.tip(dev)
        let tree = try mergedByGit(tip, open)
        let all = keys + [("ed25519", Person.jane.key), ("another approver", Person.sue.key)]
        for (name, signer) in all {
            let merge = try trial.craft(
                tree: tree, parents: [tip, open], by: signer,
                message: "Approve\n\nDecision: approved\nModel: churn\n")
            let outer = try level(merge, by: signer, of: ["jane", "sue"])
            try add("approval by \(name)", dev.branch, [outer, proposal]) { principals in
                principals[0] == principals[1] || principals[0] == "ravi" ? "no four eyes" : nil
            }
            guard name == "another approver" else { continue }
            try add("approval on the proposal", dev.proposalBranch(version), [outer, proposal]) {
                principals in
                principals[0] == principals[1] || principals[0] == "ravi" ? "no four eyes" : nil
            }
        }
        let rejection = try trial.craft(
            tree: trial.tree(of: open), parents: [open], by: Person.jane.key,
            message: "Not yet\n\nDecision: rejected\n")
        try add(
            "rejection", dev.proposalBranch(version),
            [
                try level(
                    rejection, by: Person.jane.key, of: ["jane", "ravi", "sue"],
                    says: "rejected")
            ])
    }

    /// A merge of a partial approval, into the environment and onto the proposal's branch.
    private func addSeveralApprovals() throws {
        let version = try trial.register("fraud")
        let open = try trial.propose(version, to: test)
        let tip = try trial.tip(test)
        let first = try trial.merge(open, into: test, by: .kim)
        try trial.submit(test.proposalBranch(version), first)
        // The tip moves on by another model, as it does between two approvals.
        let other = try trial.register("other")
        let another = try trial.propose(other, to: test)
        let partial = try trial.merge(another, into: test, by: .kim)
        try trial.submit(test.proposalBranch(other), partial)
        try trial.submit(
            test.branch, trial.merge(another, into: test, parents: [trial.tip(test), partial]))
        let present = try trial.tip(test)
        let last = try trial.craft(
            tree: mergedByGit(present, first), parents: [present, first], by: Person.jane.key)
        let levels = [
            try level(last, by: Person.jane.key, of: ["jane"]),
            try level(
                first, by: Person.kim.key, of: ["kim", "jane"], trees: [mergedByGit(tip, open)]),
            try level(open, by: Person.ravi.key, of: ["ravi", "jane", "registry"]),
        ]
        let agree: @Sendable ([String]) -> String? = { principals in
            Set(principals).count == principals.count
                && !principals.dropLast().contains("ravi") ? nil : "two signatures of one person"
        }
        try add("last of two approvals", test.branch, levels, agree: agree)
        let branch = test.proposalBranch(version)
        try add("second approval, on the proposal", branch, levels, agree: agree)
    }

    private func addRegistration() throws {
        let old = try trial.registry.registration(of: trial.register("next"))
        let path = old.version.model.modelPath
        let text = try trial.file("\(path)/model.yaml", of: old.commit.id)
        let tree = try trial.tree(
            old.commit.tree,
            with: ["\(path)/model.yaml": text.replacing("version: 1\n", with: "version: 2\n")])
        let commit = try trial.craft(
            tree: tree, parents: [old.commit.id], by: Person.ravi.key)
        try add(
            "registration", old.version.model.branch,
            [
                try level(
                    commit, by: Person.ravi.key, of: ["ravi", "sue"], folder: "\(path)/")
            ])
    }

    private func addRun(of version: ModelVersion, at commit: ObjectID) throws {
        let record = try trial.runRecord(of: version, at: commit, in: dev)
        let blob = try trial.repository.write(.blob, record.serialise())
        let tree = try trial.repository.writeTree([
            TreeEntry(name: Judge.recordPath, mode: .file, id: blob)
        ])
        let runner = try trial.registry.serviceKey(.runner)
        let run = try trial.craft(
            tree: tree, parents: [trial.registry.founding, commit], by: runner)
        try add("run", dev.runsBranch, [try level(run, by: runner, of: ["runner"])])
    }

    private func addRevocation() throws {
        let tip = try #require(try trial.registry.reference(RevocationReader.reference))
        let revocation = Revocation(
            key: Self.expired.key.publicKey, principal: try PrincipalID("lee"), reason: .rotated,
            fromEntry: nil, note: nil)
        let tree = try trial.tree(
            trial.tree(of: tip),
            with: [
                RevocationReader.file(2): String(decoding: revocation.serialise(), as: UTF8.self)
            ])
        let commit = try trial.craft(tree: tree, parents: [tip], by: Person.ada.key)
        try add(
            "revocation", RevocationReader.reference,
            [try level(commit, by: Person.ada.key, of: ["ada", "omar"])])
    }

    /// Changes of configuration, which two administrators sign: into main, into an environment, and
    /// as the beginning of one.
    private func addConfiguration() throws {
        let registry = trial.registry
        try changePolicy {
            $0.replacing(
                "policyChange:", with: "  - {name: lab, approvals: {approver: 1}}\npolicyChange:")
        }
        try registry.approveConfiguration(serial: 2, reason: "agreed", by: trial.author(Self.omar))
        let both: @Sendable ([String]) -> String? = {
            Set($0) == ["ada", "omar"] ? nil : "signed by \($0), not by two administrators"
        }
        let main = try #require(try registry.reference("refs/heads/main"))
        for (name, environment) in [("roll-out", dev), ("root", try Environment("lab"))] {
            _ = try registry.rollOut(to: environment, reason: "agreed", by: trial.author(.ada))
            let branch = environment.rolloutBranch(2)
            let gathered = try #require(try registry.reference(branch))
            let tree = try trial.tree(of: gathered)
            let first = try registry.reference(environment.branch) ?? main
            let outer = try trial.craft(
                tree: tree, parents: [first, gathered], by: Self.omar.key)
            let levels = [
                try level(outer, by: Self.omar.key, of: ["ada", "omar"]),
                try level(gathered, by: Person.ada.key, of: ["ada", "omar"]),
            ]
            try add(name, environment.branch, levels, agree: both)
            try add("\(name), gathered", branch, levels, agree: both)
        }
        try changePolicy { $0.replacing("admin: 2", with: "admin: 1") }
        let change = try #require(try registry.reference("refs/heads/policy/3"))
        let merge = try trial.craft(
            tree: trial.tree(of: change), parents: [main, change], by: Self.omar.key)
        let levels = [
            try level(merge, by: Self.omar.key, of: ["ada", "omar"]),
            try level(change, by: Person.ada.key, of: ["ada", "omar"]),
        ]
        try add("configuration", "refs/heads/main", levels, agree: both)
        try add("configuration, gathered", "refs/heads/policy/3", levels, agree: both)
    }

    private func changePolicy(_ change: (String) -> String) throws {
        let serial = try trial.registry.mainSnapshot().policy.serial
        let text = change(try trial.policy())
            .replacing("serial: \(serial)\n", with: "serial: \(serial + 1)\n")
        _ = try trial.registry.proposeConfiguration(
            [(".signet/policy.yaml", text.bytes)], title: "Change", by: trial.author(.ada))
    }

    private func level(
        _ id: ObjectID, by signer: any CommitSigner, of signers: Set<String>,
        trees: [ObjectID]? = nil, folder: String? = nil, says: String? = nil
    ) throws -> Level {
        Level(
            id: id, bytes: try trial.repository.read(id, as: .commit), signer: signer,
            signers: signers, trees: Set(try (trees ?? [trial.tree(of: id)]).map(\.hex)),
            folder: folder, says: says)
    }

    /// Adds an update that is right as it is; that is demanded.
    private func add(
        _ name: String, _ reference: String, _ levels: [Level],
        agree: @escaping @Sendable ([String]) -> String? = { _ in nil }
    ) throws {
        let update = try trial.update(reference, to: levels[0].id)
        let verdicts = trial.judge.judge(update, received: trial.clock.now)
        #expect(
            verdicts.allSatisfy(\.isAccepted) && !verdicts.isEmpty,
            "\(name): \(verdicts.last?.refusal ?? "")")
        updates.append(
            SignedUpdate(
                name: name, reference: reference, old: update.old, levels: levels, agree: agree))
    }

    /// The tree of a merge, as stock git makes it.
    private func mergedByGit(_ one: ObjectID, _ other: ObjectID) throws -> ObjectID {
        let words = try git("merge-tree", "--write-tree", one.hex, other.hex)
        return try #require(ObjectID(words), "\(words)")
    }
}
