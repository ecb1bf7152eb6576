import GitStore

extension Registry {
    /// Every move of a period, the histories judged again.
    ///
    /// A ledger that can't be read is a finding of the report, which then has no moves.
    package func audit(
        _ period: AuditPeriod = AuditPeriod(), of environment: Environment? = nil
    ) throws -> AuditReport {
        try demandLedger()
        var report = AuditReport(
            registry: founding, name: description.name, made: now, period: period,
            environment: environment, verification: try verify(only: environment), moves: [],
            obligations: [])
        guard !report.verification.isUnreadable else { return report }
        let auditor = try Auditor(self)
        report.moves = try auditor.moves(in: period, of: environment)
        report.revocations = try auditor.revocations(upTo: period.to ?? now)
        report.obligations = try auditor.obligations(in: environment)
        report.verification.findings += auditor.contradictions
        return report
    }

    /// What was in each environment at a time, or in one.
    package func snapshot(
        at time: Timestamp, of environment: Environment? = nil
    ) throws -> AuditSnapshot {
        try demandLedger()
        guard time <= now else {
            throw RegistryError.invalid(
                "\(time) is still to come: it is \(now)", hint: "name a time that has passed")
        }
        var snapshot = AuditSnapshot(
            registry: founding, name: description.name, made: now, at: time,
            verification: try verify(only: environment), environments: [])
        guard !snapshot.verification.isUnreadable else { return snapshot }
        let auditor = try Auditor(self)
        let entries = auditor.links.map(\.entry).filter { $0.received <= time }
        snapshot.entry = entries.map(\.number).max()
        snapshot.revocations = try auditor.revocations(upTo: time)
        for place in try everyEnvironment() where environment == nil || place == environment {
            let brought = entries.last {
                $0.verdict.reference == place.branch && $0.verdict.kind != .refused
            }
            guard let brought, let tip = brought.verdict.new else { continue }
            snapshot.environments.append(
                try auditor.place(place, at: tip, brought, snapshot.revocations))
        }
        return snapshot
    }

    /// Refuses where there is no ledger to read.
    func demandLedger() throws {
        guard try ledger.tip() == nil else { return }
        throw RegistryError.invalid(
            "this copy has no ledger, so nothing says when anything came in",
            hint: "make one that has: git clone --mirror URL")
    }
}

extension Auditor {
    fileprivate func place(
        _ environment: Environment, at tip: ObjectID, _ entry: LedgerEntry,
        _ revoked: [AuditRevocation]
    ) throws -> AuditSnapshot.Place {
        let tree = try commit(tip).tree
        guard let policy = try repository.entry(at: PolicyReader.policyPath, in: tree),
            let keys = try repository.entry(at: PolicyReader.signersPath, in: tree)
        else {
            throw RegistryError.damaged(
                what: "env/\(environment) at \(tip.short)", why: "it has no policy")
        }
        let models = try models(in: tree)
        let steps = try judge.history.lastChanges(of: models, from: tip)
        return AuditSnapshot.Place(
            environment: environment, tip: tip, entry: entry.number, received: entry.received,
            policySerial: try judge.policies.snapshot(of: tree).policy.serial, policy: policy.id,
            keys: keys.id,
            models: try models.compactMap {
                try model($0, since: steps[$0], in: environment, tree, by: entry, revoked)
            })
    }

    private func model(
        _ model: ModelName, since step: Commit?, in environment: Environment, _ tree: ObjectID,
        by entry: LedgerEntry, _ revoked: [AuditRevocation]
    ) throws -> AuditSnapshot.Model? {
        guard let number = try judge.versionNumber(Scope(model, in: tree, of: repository)),
            let step, !step.parents.isEmpty
        else { return nil }
        let link = links.last {
            $0.entry.verdict.reference == environment.branch && $0.entry.moved == step.id
        }
        let move = try link.map(move)
        let mine = reapprovals.filter { $0.entry == move?.entry }
        let ended = mine.compactMap(\.endedBy).first { $0 <= entry.number }
        let isInDoubt =
            ended == nil
            && mine.contains { reapproval in
                reapproval.reason == .compromisedKey
                    && revoked.contains { $0.fingerprint == reapproval.fingerprint }
            }
        return AuditSnapshot.Model(
            model: model, version: number, commit: step.id, entry: move?.entry,
            received: move?.received, approvals: move?.approvals ?? [], reapprovedBy: ended,
            reapproveBy: ended == nil ? move?.breakGlass?.reapproveBy : nil, isInDoubt: isInDoubt,
            parameters: try document(model.parametersPath, in: tree) ?? .mapping([:]))
    }
}

extension Verification {
    /// Whether the ledger could not even be read.
    var isUnreadable: Bool {
        ledgerEntries == 0 && findings.contains { $0.reference == Ledger.reference }
    }
}
