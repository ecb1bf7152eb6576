import GitStore
import Signatures

/// Whether every attestation says what the ledger says, in the registry's hand.
struct AttestationCheck {
    let registry: Registry
    let links: [Ledger.Link]

    /// How many there are, and what is wrong with them.
    func findings() throws -> (count: Int, findings: [Verification.Finding]) {
        let snapshot = try registry.mainSnapshot()
        var entries: [ObjectID: LedgerEntry] = [:]
        for link in links where link.entry.statesAnEnvironment {
            if let commit = link.entry.moved { entries[commit] = link.entry }
        }
        var findings: [Verification.Finding] = []
        let paths = try registry.attestations.paths()
        for (path, id) in paths {
            let commit = AttestationFile.commit(at: path)
            let fault: String?
            do {
                fault = try self.fault(
                    in: registry.repository.read(id, as: .blob), path,
                    commit.flatMap { entries[$0] },
                    snapshot)
            } catch {
                fault = "the attestation '\(path)' can't be read: \(error)"
            }
            guard let fault else { continue }
            findings.append(
                .init(
                    reference: Attestations.reference, commit: commit, basis: .ledger,
                    rule: .record,
                    saw: fault))
        }
        return (paths.count, findings)
    }

    private func fault(
        in bytes: [UInt8], _ path: String, _ entry: LedgerEntry?, _ snapshot: PolicySnapshot
    ) throws -> String? {
        guard let entry else { return "'\(path)' attests what no environment accepted" }
        let envelope = try AttestationFile.envelope(bytes, at: path)
        guard envelope.payloadType == VerificationSummary.payloadType else {
            return "'\(path)' is no envelope of an in-toto statement"
        }
        // Of any time: it is the ledger that tells when, and the statement must agree with it.
        let isSigned = snapshot.signers.entries(of: PrincipalID.registry.text).contains { entry in
            if case .good = envelope.verify(with: entry.key) { true } else { false }
        }
        guard isSigned else { return "'\(path)' is not signed by the registry" }
        let stated = try CanonicalJSON.decode(
            VerificationSummary.self, from: envelope.payload, file: path)
        var expected = try registry.summary(of: entry)
        // To state less than can be proven is no lie.
        if stated.predicate.verifiedLevels == [.recorded] {
            expected.predicate.verifiedLevels = stated.predicate.verifiedLevels
        }
        // The registry may have been given another name since.
        if expected.subject.count == stated.subject.count {
            for index in stated.subject.indices {
                expected.subject[index].name = stated.subject[index].name
            }
        }
        return stated == expected ? nil : "'\(path)' says otherwise than entry \(entry.number)"
    }
}
