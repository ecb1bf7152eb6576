import GitStore
import Signatures

extension Judge {
    /// The folders that configuration is made of.
    static let configurationFolders = [".signet/", "templates/"]
    private static let itemised: Set = [
        PolicyReader.policyPath, PolicyReader.signersPath, PolicyReader.environmentPath,
    ]

    /// Whether a file of the configuration is told as a whole: neither the policy nor the keys, of
    /// which each item is.
    static func isToldAsAWhole(_ path: String) -> Bool {
        configurationFolders.contains { path.hasPrefix($0) } && !itemised.contains(path)
    }

    /// Judges one step of `main`: a signed merge of an open change of configuration.
    func configuration(
        _ step: Commit, onto tip: Commit, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(ReferenceUpdate(name: "refs/heads/main", old: tip.id, new: step.id))
        verdict.kind = .configuration
        verdict.action = .configuration
        let snapshot = try policies.snapshot(of: tip.tree)
        guard step.parents.count == 2, step.parents[0] == tip.id else {
            verdict.refuse(
                .parents,
                "main moves by a signed merge of a policy/<serial> branch on its present tip",
                hint: "signet policy propose FILE, then signet policy approve SERIAL")
            return verdict
        }
        let merged = try commits.commit(step.parents[1])
        guard try !isConfigurationRejection(merged) else {
            verdict.refuse(
                .open, "\(merged.id.short) is a rejection: it closed the change for good",
                hint: "propose anew: signet policy propose FILE")
            return verdict
        }
        let (change, partials) = try commits.chain(from: merged) { _, _ in true }
        verdict.proposal = change.id
        guard change.parents == [tip.id] else {
            verdict.refuse(
                .notStale, "the change \(change.id.short) is not made on main's present tip",
                hint: "propose it anew: signet policy propose FILE")
            return verdict
        }
        verdict.answer(
            .tree, step.tree == change.tree,
            step.tree == change.tree
                ? "the merge's tree is the proposed one"
                : "the merge's tree is not the proposed one",
            hint: "git switch --detach \(tip.id.hex) && git merge --no-ff -S \(change.id.hex)")
        try demandSoundConfiguration(change.tree, over: tip.tree, received, into: &verdict)
        if verdict.denials.isEmpty { try demandNotRejected(change, into: &verdict) }
        let first = try demandConfigurationSigner(change, snapshot, received, into: &verdict)
        guard let first, verdict.denials.isEmpty else { return verdict }
        let last = try demandConfigurationSigner(step, snapshot, received, into: &verdict)
        verdict.reason = step.trailer("Reason")
        guard verdict.denials.isEmpty else { return verdict }
        let branch = try policyBranch(of: change)
        var gathered = try changeSignatures(partials, of: change, on: branch, snapshot, received)
        gathered.signatures.insert(first, at: 0)
        demandConfigurationQuorum(gathered, last, snapshot, branch: branch, into: &verdict)
        return verdict
    }

    func policyBranch(of change: Commit) throws -> String {
        "refs/heads/policy/\(try policies.snapshot(of: change.tree).policy.serial)"
    }

    /// The signed merges over a change that count: on main's tip, with the change's tree.
    private func changeSignatures(
        _ partials: [Commit], of change: Commit, on branch: String, _ snapshot: PolicySnapshot,
        _ received: Timestamp
    ) throws -> Gathered {
        try configurationSignatures(partials, on: branch, snapshot, received) { commit, verdict in
            guard commit.parents.first == change.parents.first else {
                return verdict.refuse(.parents, "its first parent is not main's tip")
            }
            verdict.answer(
                .tree, commit.tree == change.tree,
                commit.tree == change.tree
                    ? "the merge's tree is the proposed one"
                    : "the merge's tree is not the proposed one")
        }
    }

    /// Judges a signed merge over an open change, which adds a signature to it.
    private func partialConfiguration(
        _ update: ReferenceUpdate, _ outermost: Commit, _ received: Timestamp
    ) throws -> Verdict {
        var verdict = Verdict(update)
        verdict.kind = .partialConfiguration
        let (change, partials) = try commits.chain(from: outermost) { _, _ in true }
        guard let main = try reference(Self.main), change.parents == [main],
            outermost.parents == [main, update.old]
        else {
            verdict.refuse(
                .parents, "it does not merge the open change onto main's present tip",
                hint: "signet policy approve SERIAL")
            return verdict
        }
        let snapshot = try policies.snapshot(of: commits.commit(main).tree)
        verdict.policyTree = snapshot.tree
        let below = try changeSignatures(
            [change] + partials.dropLast(), of: change, on: update.name, snapshot, received)
        var own = verdict
        own.answer(
            .tree, outermost.tree == change.tree, "the merge's tree is to be the proposed one",
            hint: "git switch --detach \(main.hex) && git merge --no-ff -S \(change.id.hex)")
        let last = try demandConfigurationSigner(outermost, snapshot, received, into: &own)
        if let last, own.denials.isEmpty {
            noteConfigurationQuorum(below.signatures + [last], snapshot, into: &own)
        }
        own.reason = outermost.trailer("Reason")
        return own
    }

    /// Judges an open change of configuration on `policy/<serial>`.
    func configurationProposal(
        _ update: ReferenceUpdate, new: ObjectID, serial: Int, _ received: Timestamp
    ) throws -> Verdict {
        let change = try commits.commit(new)
        if change.parents.count == 2 { return try partialConfiguration(update, change, received) }
        if let old = update.old, change.parents == [old],
            try isConfigurationRejection(change) || change.trailer("Decision") != nil
        {
            return try configurationRejection(update, change, serial: serial, received)
        }
        var verdict = Verdict(update)
        verdict.kind = .configurationProposal
        guard let main = try reference("refs/heads/main"), change.parents == [main] else {
            verdict.refuse(
                .parents, "a change of configuration is one commit on main's present tip",
                hint: "signet policy propose FILE")
            return verdict
        }
        if let old = update.old,
            try commits.chain(from: commits.commit(old), while: { _, _ in true }).inner.parents
                == [main]
        {
            verdict.refuse(
                .open, "a change with the serial \(serial) is open already: \(old.short)",
                hint:
                    "decide it (signet policy approve \(serial) --reason TEXT, or policy reject), "
                    + "or propose yours with the serial \(serial + 1)")
            return verdict
        }
        let tip = try commits.commit(main)
        try demandSoundConfiguration(change.tree, over: tip.tree, received, into: &verdict)
        guard !verdict.answers.contains(where: \.denies) else { return verdict }
        try demandNotRejected(change, into: &verdict)
        let proposed = try policies.snapshot(of: change.tree).policy.serial
        verdict.answer(
            .serial, proposed == serial,
            "the branch is for serial \(serial), the policy has \(proposed)",
            hint: "push it to policy/\(proposed)")
        let snapshot = try policies.snapshot(of: tip.tree)
        let signature = try demandConfigurationSigner(change, snapshot, received, into: &verdict)
        if let signature, verdict.denials.isEmpty {
            noteConfigurationQuorum([signature], snapshot, into: &verdict)
        }
        verdict.reason = change.trailer("Reason") ?? Self.subjectLine(change)
        return verdict
    }

    /// A change stays in its folders, parses, keeps the keys, grows the serial, can be satisfied.
    private func demandSoundConfiguration(
        _ tree: ObjectID, over tip: ObjectID, _ received: Timestamp, into verdict: inout Verdict
    ) throws {
        let changes = try repository.changes(from: tip, to: tree)
        if let fault = try ConfigurationPaths(tree, in: repository).fault(in: changes) {
            verdict.refuse(
                .tree, fault,
                hint: "names are of A-Z a-z 0-9 . _ -, begin with a letter or digit, and differ by "
                    + "more than case")
            return
        }
        let stray = changes.first { change in
            !Self.configurationFolders.contains { change.path.hasPrefix($0) }
                || change.path == PolicyReader.environmentPath
                || change.new.map { $0.mode != .file } ?? false
        }
        guard stray == nil else {
            verdict.refuse(
                .tree, "'\(stray?.path ?? "")' is no plain file of the configuration",
                hint: "a change of configuration touches .signet/ and templates/ alone")
            return
        }
        do {
            let incoming = try policies.snapshot(of: tree)
            try demandSuccession(
                incoming.policy, incoming.signers, after: policies.snapshot(of: tip), received,
                into: &verdict)
            for (place, check) in configurationChecks {
                let paths =
                    place.hasSuffix("/")
                    ? changes.map(\.path).filter { $0.hasPrefix(place) } : [place]
                for path in paths {
                    guard let bytes = try repository.blob(at: path, in: tree) else { continue }
                    try check(path, bytes)
                }
            }
            let registry = ".signet/registry.yaml"
            let description = try repository.blob(at: registry, in: tree) ?? []
            _ = try RegistryDescription.parse(description, file: registry)
        } catch let error as DocumentError {
            verdict.refuse(
                .policy, error.firstLine,
                hint: error.hint)
        } catch let error as AllowedSignersFault {
            verdict.refuse(
                .policy, error.firstLine)
        }
    }
}
