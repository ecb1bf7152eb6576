import GitStore

/// An open change of configuration: found, and rejected.
extension Registry {
    /// A change that waits on `policy/<serial>`.
    struct OpenChange {
        let branch: String
        /// The branch's tip: the change, or the newest signed merge over it.
        let tip: Commit
        let change: Commit
        let merges: [Commit]
    }

    /// The open change of this serial.
    ///
    /// - Parameter expected: the change's id as it was reviewed; another one is refused.
    func openChange(_ serial: Int, expected: String?) throws -> OpenChange {
        let prefix = "refs/heads/policy/"
        let branch = prefix + "\(serial)"
        guard let target = try reference(branch) else {
            let open = try references(prefix: prefix).map {
                String($0.name.dropFirst(prefix.count))
            }
            let present = try mainSnapshot().policy.serial
            throw RegistryError.noProposal(
                "there is no open change of configuration \(serial)"
                    + (present == serial ? ": it is in force already" : ""),
                hint: present == serial
                    ? "roll it out: signet policy roll-out --reason \"…\""
                    : open.isEmpty
                        ? "propose one: signet policy propose FILE"
                        : "open: \(open.joined(separator: ", "))")
        }
        let tip = try judge.commits.commit(target)
        let (change, merges) = try judge.commits.chain(from: tip) { _, _ in true }
        if let expected, expected.count < 7 || !change.id.hex.hasPrefix(expected) {
            throw RegistryError.invalid(
                "the open change \(serial) is \(change.id.short), not \(expected)",
                hint: "review what is open now: signet policy diff \(serial)")
        }
        return OpenChange(branch: branch, tip: tip, change: change, merges: merges)
    }

    /// Rejects an open change of configuration: a signed commit that closes it for good.
    ///
    /// - Parameter expected: the change's id as it was reviewed; another one is refused.
    @discardableResult
    package func rejectConfiguration(
        serial: Int, reason: String, expected: String? = nil, by author: Author
    ) throws -> ObjectID {
        let reason = try Self.demandReason(reason)
        let open = try openChange(serial, expected: expected)
        let rejection = try commit(
            tree: open.tip.tree, parents: [open.tip.id], title: "Reject configuration \(serial)",
            body: reason,
            trailers: [("Decision", "rejected"), ("Serial", "\(serial)"), ("Reason", reason)],
            by: author)
        try submit(
            ReferenceUpdate(name: open.branch, old: open.tip.id, new: rejection),
            log: "reject configuration \(serial)")
        return rejection
    }
}
