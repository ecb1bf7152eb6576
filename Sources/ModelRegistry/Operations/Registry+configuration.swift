import GitStore
import Signatures

/// Changes of policy, keys, rules and templates: proposed, approved into main, rolled out.
extension Registry {
    /// Opens a change of configuration on `policy/<serial>`.
    ///
    /// - Parameter files: the new contents by path, all in `.signet/` or `templates/`.
    /// - Returns: the serial of the change.
    package func proposeConfiguration(
        _ files: [(path: String, bytes: [UInt8])], title: String, by author: Author
    ) throws -> Int {
        guard let main = try reference("refs/heads/main") else {
            throw RegistryError.damaged(what: "refs/heads/main", why: "it is missing")
        }
        let tip = try judge.commits.commit(main)
        let serial = try judge.policies.snapshot(of: tip.tree).policy.serial + 1
        var contents = files
        if !contents.contains(where: { $0.path == PolicyReader.policyPath }) {
            let bytes = try repository.blob(at: PolicyReader.policyPath, in: tip.tree) ?? []
            contents.append(
                (PolicyReader.policyPath, Policy.replacingSerial(in: bytes, with: serial)))
        }
        let changes = try contents.map { path, bytes in
            let id = try repository.write(.blob, bytes)
            return (path: path, entry: TreeEntry?.some(TreeEntry(name: path, mode: .file, id: id)))
        }
        let tree = try repository.composed(changes, over: tip.tree, writing: true)
        guard tree != tip.tree else {
            throw RegistryError.invalid("the configuration is like this already", hint: nil)
        }
        let proposed = try judge.policies.snapshot(of: tree).policy.serial
        let branch = "refs/heads/policy/\(proposed)"
        let open = try reference(branch)
        if let open {
            // The same once more, as after an interruption; signatures on it stay.
            let same = try judge.commits.commit(open)
            if same.tree == tree, same.parents.first == main { return proposed }
        }
        let change = try commit(
            tree: tree, parents: [main], title: title,
            trailers: [("Serial", "\(proposed)")], by: author)
        try submit(ReferenceUpdate(name: branch, old: open, new: change), log: title)
        return proposed
    }

    /// Merges an open change of configuration into main, or, while more signatures are needed, onto
    /// its own branch.
    ///
    /// - Parameter expected: the change's id as it was reviewed; another one is refused.
    /// - Returns: the merge, and the roles that still have to sign.
    @discardableResult
    package func approveConfiguration(
        serial: Int, reason: String, expected: String? = nil, by author: Author
    ) throws -> (commit: ObjectID, missing: [RoleName: Int]) {
        let reason = try Self.demandReason(reason)
        guard let main = try reference(Judge.main) else {
            throw RegistryError.damaged(what: Judge.main, why: "it is missing")
        }
        let open = try openChange(serial, expected: expected)
        let merge = try commit(
            tree: open.tip.tree, parents: [main, open.tip.id],
            title: "Approve configuration \(serial)",
            body: reason,
            trailers: [("Decision", "approved"), ("Serial", "\(serial)"), ("Reason", reason)],
            by: author)
        let missing = try missing(
            after: author, beside: [open.change] + open.merges, of: mainSnapshot())
        let update =
            missing.isEmpty
            ? ReferenceUpdate(name: Judge.main, old: main, new: merge)
            : ReferenceUpdate(name: open.branch, old: open.tip.id, new: merge)
        try submit(update, log: "configuration \(serial)")
        return (merge, missing)
    }

    /// What `policyChange` still lacks once `author` has signed beside those commits.
    private func missing(
        after author: Author, beside commits: [Commit], of snapshot: PolicySnapshot
    ) throws -> [RoleName: Int] {
        var signers: [PrincipalID: Set<RoleName>] = [:]
        func add(_ principal: PrincipalID) {
            signers[principal] = Set(
                snapshot.policy.policyChange.keys.filter {
                    snapshot.policy.holds(principal, $0, in: nil)
                })
        }
        for commit in commits {
            if case .success(let signer) = judge.signatures.signer(
                of: commit, under: snapshot, received: now)
            {
                add(signer.principal)
            }
        }
        add(author.principal.id)
        // Whoever holds no role is told so where the change would land.
        guard signers[author.principal.id]?.isEmpty == false else { return [:] }
        return Quorum.missing(roles: snapshot.policy.policyChange, signers: signers)
    }

    /// What a roll-out did in one environment.
    package enum Rollout: Hashable, Sendable {
        case began
        case merged(serial: Int)
        case alreadyThere(serial: Int)
        /// Others must sign too, on the branch that gathers their signatures.
        case gathering(branch: String, missing: [RoleName: Int])
    }

    /// Merges main's configuration into an environment, or begins an environment that is new.
    package func rollOut(to environment: Environment, reason: String, by author: Author) throws
        -> Rollout
    {
        let reason = try Self.demandReason(reason)
        guard let main = try reference("refs/heads/main") else {
            throw RegistryError.damaged(what: "refs/heads/main", why: "it is missing")
        }
        let incoming = try judge.commits.commit(main)
        let serial = try judge.policies.snapshot(of: incoming.tree).policy.serial
        guard try reference(environment.branch) != nil else {
            return try beginEnvironment(environment, by: author)
        }
        return try whileOthersAreFirst {
            try merge(incoming, serial, into: environment, reason: reason, by: author)
        }
    }

    private func merge(
        _ incoming: Commit, _ serial: Int, into environment: Environment, reason: String,
        by author: Author
    ) throws -> Rollout {
        let tip = try tip(of: environment)
        if try judge.policies.snapshot(of: tip.tree).policy.serial == serial {
            return .alreadyThere(serial: serial)
        }
        let own = try Judge.environmentsOwn.map { path in
            (path: path, entry: try repository.entry(at: path, in: tip.tree))
        }
        let tree = try repository.composed(own, over: incoming.tree, writing: true)
        let branch = environment.rolloutBranch(serial)
        let gathered = try reference(branch)
        let below = try gathered.flatMap {
            try judge.rolloutChain(from: judge.commits.commit($0))?.partials
        }
        let missing = try missing(
            after: author, beside: below ?? [], of: judge.policies.snapshot(of: tip.tree))
        let merge = try commit(
            tree: tree, parents: [tip.id, gathered ?? incoming.id],
            title: "Roll configuration \(serial) out to \(environment)", body: reason,
            trailers: [
                ("Decision", "approved"), ("Environment", environment.name),
                ("Serial", "\(serial)"), ("Reason", reason),
            ], by: author)
        guard missing.isEmpty else {
            try submit(
                ReferenceUpdate(name: branch, old: gathered, new: merge), log: "roll out \(serial)")
            return .gathering(branch: ReferenceTarget.short(branch), missing: missing)
        }
        try submit(
            ReferenceUpdate(name: environment.branch, old: tip.id, new: merge),
            log: "roll out \(serial)")
        return .merged(serial: serial)
    }

    /// Makes an environment's branch: a signed commit on main's tip that adds its name; while more
    /// signatures are needed, on a branch that gathers them.
    func beginEnvironment(_ environment: Environment, by author: Author) throws -> Rollout {
        guard let main = try reference("refs/heads/main") else {
            throw RegistryError.damaged(what: "refs/heads/main", why: "it is missing")
        }
        let snapshot = try mainSnapshot()
        let branch = environment.rolloutBranch(snapshot.policy.serial)
        let gathered = try reference(branch)
        let name = try repository.write(.blob, Array("\(environment.name)\n".utf8))
        let tree = try repository.composed(
            [
                (
                    PolicyReader.environmentPath,
                    TreeEntry(name: "environment", mode: .file, id: name)
                )
            ], over: judge.commits.commit(main).tree, writing: true)
        let root = try commit(
            tree: tree, parents: [main] + [gathered].compactMap { $0 },
            title: "Begin the environment \(environment)",
            trailers: [("Environment", environment.name)], by: author)
        let below = try gathered.map {
            try judge.commits.chain(from: judge.commits.commit($0)) { _, _ in true }
        }
        let missing = try missing(
            after: author, beside: below.map { [$0.inner] + $0.merges } ?? [], of: snapshot)
        guard missing.isEmpty || main == founding else {
            try submit(
                ReferenceUpdate(name: branch, old: gathered, new: root), log: "begin \(environment)"
            )
            return .gathering(branch: ReferenceTarget.short(branch), missing: missing)
        }
        try submit(
            ReferenceUpdate(name: environment.branch, old: nil, new: root),
            log: "begin \(environment)")
        return .began
    }

    /// The text of allowed_signers with a key for a principal added.
    package func signersAdding(_ key: PublicKey, for principal: PrincipalID) throws -> [UInt8] {
        let snapshot = try mainSnapshot()
        guard snapshot.policy.knows(principal) else {
            throw RegistryError.unknownPrincipal(
                "'\(principal)' is no principal of the policy\n"
                    + "hint: add them to principals and roles first: signet policy propose FILE")
        }
        if let entry = snapshot.signers.entry(for: key) {
            throw RegistryError.invalid(
                "the key \(key.fingerprint) is enrolled already, for \(entry.principal)",
                hint: "one key belongs to one principal; make another with ssh-keygen -t ed25519")
        }
        let main = try reference("refs/heads/main").map { try judge.commits.commit($0).tree }
        let bytes = try main.flatMap { try repository.blob(at: PolicyReader.signersPath, in: $0) }
        var text = String(decoding: bytes ?? [], as: UTF8.self)
        if !text.isEmpty && !text.hasSuffix("\n") { text += "\n" }
        return Array((text + AllowedSigners.line(principal: principal.text, key: key) + "\n").utf8)
    }
}
