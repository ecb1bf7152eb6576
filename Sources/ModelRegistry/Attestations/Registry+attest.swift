import GitStore
import Signatures
import SystemPackage

/// Stating, for other tools, what the ledger says of environments.
extension Registry {
    package var attestations: Attestations { Attestations(repository: repository) }

    /// Where the last pass ended: the ledger commit, and the attestations' tip then. A cache.
    private var attestedUpTo: FilePath { folder.appending("index").appending("attested") }

    /// Attests every accepted environment commit that has no attestation yet; returns how many.
    ///
    /// Not for hooks, whose time is somebody's wait. Only an environment whose every step holds is
    /// stated to hold; the others wait.
    @discardableResult
    package func attest() throws -> Int {
        guard receipts is LedgerIndex,
            let lock = try FileLock(ifFree: folder.appending("attest.lock"))
        else { return 0 }
        defer { withExtendedLifetime(lock) {} }
        let links = try ledger.entries(after: lastAttested())
        guard let last = links.last else { return 0 }
        var isComplete = true
        var holding: [Environment: Bool] = [:]
        var made: [(commit: ObjectID, envelope: DSSEEnvelope)] = []
        let moves = links.filter { $0.entry.statesAnEnvironment }
        if !moves.isEmpty {
            guard let key = try serviceKey(.registry) as? ServiceKey else { return 0 }
            for link in moves {
                guard let commit = link.entry.moved,
                    let environment = link.entry.verdict.environment,
                    try attestations.envelope(of: commit) == nil
                else { continue }
                let holds = try holding[environment] ?? isSound(environment)
                holding[environment] = holds
                guard holds else {
                    isComplete = false
                    continue
                }
                let payload = try CanonicalJSON.encode(summary(of: link.entry))
                let envelope = try DSSEEnvelope.signed(
                    payload, type: VerificationSummary.payloadType, by: key)
                made.append((commit, envelope))
            }
            if !made.isEmpty {
                try attestations.add(made, upTo: last.entry.number, at: now, signer: key)
            }
        }
        if isComplete { try noteAttested(last.commit) }
        return made.count
    }

    /// The statement that is true of an accepted environment commit.
    func summary(of entry: LedgerEntry) throws -> VerificationSummary {
        guard let commit = entry.moved else {
            throw RegistryError.damaged(
                what: "ledger entry \(entry.number)", why: "it moved nothing to attest")
        }
        let uri = VerificationSummary.uri(of: founding)
        return VerificationSummary(
            subject: [
                .init(
                    name: description.name, digest: ["gitCommit": commit.hex],
                    annotations: .init(sourceRefs: [entry.verdict.reference]))
            ],
            predicate: .init(
                verifier: .init(id: uri), timeVerified: entry.received, resourceUri: uri,
                policy: try policyDescriptor(of: commit, uri),
                verifiedLevels: [try judge.sourceLevel(of: entry)]))
    }

    /// The policy that judged: that of the tree before, which for a first commit is main's.
    private func policyDescriptor(
        of commit: ObjectID, _ uri: String
    ) throws -> VerificationSummary.PolicyDescriptor {
        let parents = try judge.commits.commit(commit).parents
        guard let before = parents.first else {
            throw RegistryError.damaged(what: "commit \(commit.short)", why: "it has no parent")
        }
        let tree = try judge.commits.commit(before).tree
        guard let policy = try repository.entry(at: PolicyReader.policyPath, in: tree) else {
            throw RegistryError.damaged(
                what: "commit \(before.short)", why: "it has no \(PolicyReader.policyPath)")
        }
        return .init(
            uri: "\(uri)#\(PolicyReader.policyPath)@\(tree.hex)",
            digest: ["gitTree": tree.hex, "gitBlob": policy.id.hex])
    }

    private func isSound(_ environment: Environment) throws -> Bool {
        do {
            _ = try verifiedTip(of: environment)
            return true
        } catch is RegistryError {
            return false  // whoever resolves, watches or verifies is told why
        }
    }

    private func lastAttested() throws -> ObjectID? {
        guard let bytes = try DurableFile.read(attestedUpTo) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let commit = ObjectID(fields[0]),
            try fields[1] == (attestations.tip()?.hex ?? "-"), try ledger.continues(commit)
        else { return nil }
        return commit
    }

    private func noteAttested(_ commit: ObjectID) throws {
        let line = "\(commit.hex) \(try attestations.tip()?.hex ?? "-")\n"
        try DurableFile.write(Array(line.utf8), to: attestedUpTo, synced: false)
    }
}

extension LedgerEntry {
    /// Whether the entry's move is a commit that an environment accepted.
    var statesAnEnvironment: Bool {
        switch verdict.kind {
        case .approval, .rollout, .environmentRoot: true
        case .founding, .registration, .proposal, .partialApproval, .rejection, .run,
            .configuration, .configurationProposal, .configurationRejection, .partialConfiguration,
            .partialRollout,
            .revocation, .refused:
            false
        }
    }
}
