import GitStore
import Signatures

extension Registry {
    /// Revokes a key; by an administrator, or by whom it belongs to.
    ///
    /// - Parameter fromEntry: the first entry in doubt, of a compromised key.
    /// - Returns: the commit in the list of revoked keys.
    @discardableResult
    package func revoke(
        _ key: PublicKey, reason: Revocation.Reason, fromEntry: Int?, note: String?,
        by author: Author
    ) throws -> ObjectID {
        let snapshot = try mainSnapshot()
        guard let entry = snapshot.signers.entry(for: key) else {
            throw RegistryError.invalid(
                "the key \(key.fingerprint) belongs to nobody in this registry",
                hint: "which keys do: signet keys list")
        }
        let newest = try ledger.tip().map { try ledger.entry(of: $0).number } ?? 0
        // The next entry stands for: nothing of what is there.
        if let fromEntry, fromEntry > newest + 1 {
            throw RegistryError.invalid(
                "there is no entry \(fromEntry): the ledger ends with entry \(newest)",
                hint: "name the first entry in doubt; `signet audit` lists them with their numbers")
        }
        try demandUnused(key, of: PrincipalID(entry.principal))
        let revocation = Revocation(
            key: key, principal: try PrincipalID(entry.principal), reason: reason,
            fromEntry: fromEntry, note: note)
        return try whileOthersAreFirst {
            let tip = try reference(RevocationReader.reference)
            let number = try revocations().count + 1
            let blob = try repository.write(.blob, revocation.serialise())
            let before =
                try tip.map { try repository.tree(judge.commits.commit($0).tree).entries } ?? []
            let tree = try repository.writeTree(
                before + [
                    TreeEntry(name: RevocationReader.file(number), mode: .file, id: blob)
                ])
            let revoked = try commit(
                tree: tree, parents: [tip ?? founding],
                title: "Revoke \(key.fingerprint) of \(revocation.principal)", body: note,
                trailers: [("Reason", reason.rawValue)], by: author)
            try submit(
                ReferenceUpdate(name: RevocationReader.reference, old: tip, new: revoked),
                log: "revoke")
            return revoked
        }
    }

    /// A service that went on with a revoked key would sign what counts for nothing.
    private func demandUnused(_ key: PublicKey, of principal: PrincipalID) throws {
        guard principal.isService, access == .local,
            try DurableFile.read(serviceKeyPath(principal)) != nil,
            try serviceKey(principal).publicKey == key
        else { return }
        throw RegistryError.invalid(
            "the service '\(principal)' still signs with the key \(key.fingerprint)",
            hint:
                "enrol another (signet keys enrol \(principal) KEYFILE), and put its private key in "
                + "the place of \(serviceKeyPath(principal))")
    }

    /// The revoked keys, in the order in which they were revoked.
    package func revocations() throws -> [RevocationReader.Item] {
        try judge.revocations.items(
            upTo: reference(RevocationReader.reference), founding: founding)
    }

    /// When a revocation came in; nil where there is no ledger to tell.
    package func received(_ item: RevocationReader.Item) throws -> Timestamp? {
        try receipts.receipt(of: item.commit, on: RevocationReader.reference)?.received
    }

    /// The keys of main's policy that a person means: a fingerprint, a principal, or a key itself.
    package func enrolledKeys(named text: String) throws -> [PublicKey] {
        let revoked = try judge.revokedKeys()
        let entries = try mainSnapshot().signers.entries.filter {
            $0.principal == text || $0.key.fingerprint == text || $0.key.openSSHLine == text
        }
        guard !entries.isEmpty else {
            throw RegistryError.invalid(
                "'\(text)' is neither an enrolled key's fingerprint nor a principal",
                hint: "which keys there are: signet keys list")
        }
        let open = entries.map(\.key).filter { !revoked.contains($0.fingerprint) }
        guard !open.isEmpty else {
            throw RegistryError.invalid(
                "'\(text)' is revoked already", hint: "since when: signet keys list")
        }
        return open
    }
}
