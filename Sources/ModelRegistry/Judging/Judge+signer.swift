import GitStore
import Signatures

/// The checks that every commit passes, whatever branch it is for.
extension Judge {
    /// Resolves the signer into the verdict; nil, with the answer given, when there is none.
    func resolveSigner(
        of commit: Commit, under snapshot: PolicySnapshot, _ received: Timestamp,
        into verdict: inout Verdict
    ) throws -> Signer? {
        verdict.policyTree = snapshot.tree
        verdict.payloadSHA256 = commit.payloadSHA256
        switch try signer(
            of: commit, on: verdict.reference, under: snapshot, received: received)
        {
        case .success(let signer):
            verdict.principal = signer.principal
            verdict.fingerprint = signer.fingerprint
            verdict.answer(
                .signature, true, "signed by \(signer.principal) with \(signer.fingerprint)")
            return signer
        case .failure(let unresolved):
            verdict.refuse(.signature, unresolved.saw, hint: unresolved.hint)
            return nil
        }
    }

    /// Demands that the signer holds one of `roles`.
    func demandRole(
        _ roles: [RoleName], of signer: Signer, in environment: Environment?,
        under snapshot: PolicySnapshot, into verdict: inout Verdict
    ) {
        let place = { environment.map { " for \($0)" } ?? "" }
        let wanted = { roles.map(\.text).sorted().joined(separator: " or ") + place() }
        let isDecision = [.approval, .partialApproval, .rejection].contains(verdict.kind)
        let model = isDecision ? verdict.model : nil
        let holders = {
            let all = roles.flatMap {
                snapshot.policy.principals(holding: $0, in: environment)
            }
            let able = all.filter { holder in
                model.map { snapshot.policy.mayDecide(holder, $0) } ?? true
            }
            return Set(able.map(\.text)).sorted().joined(separator: ", ")
        }
        let holds = roles.contains { snapshot.policy.holds(signer.principal, $0, in: environment) }
        verdict.answer(
            .role, holds,
            holds
                ? "\(signer.principal) is \(wanted())" : "\(signer.principal) is not \(wanted())",
            hint: "who may: \(holders())")
    }

    /// Demands a committer date between the parents' and the time of receipt, with tolerance.
    func demandDates(_ commit: Commit, _ received: Timestamp, into verdict: inout Verdict) throws {
        var earliest = Timestamp(seconds: Int64.min)
        for parent in commit.parents {
            earliest = max(earliest, try commits.commit(parent).committed)
        }
        let date = commit.committed
        let isEarly = date < earliest
        let isLate = date.seconds > received.seconds + Self.clockTolerance
        verdict.answer(
            .dates, !isEarly && !isLate,
            isEarly
                ? "the committer date \(date) is before its parent's, \(earliest)"
                : isLate
                    ? "the committer date \(date) is after the time of receipt, \(received)"
                    : "committed \(date), received \(received)",
            hint: "set the clock right and make the commit again")
    }

    /// Refuses trailers that contradict what the commit is.
    func demandTrailers(
        _ commit: Commit, _ expected: [(key: String, value: String)], into verdict: inout Verdict
    ) {
        let written = commit.trailers
        for (key, value) in expected {
            // Each of them: what a reader sees first must not be contradicted by what comes last.
            guard let found = written.first(where: { $0.isNamed(key) && $0.value != value })
            else { continue }
            verdict.refuse(
                .trailers,
                "the trailer '\(key): \(found.value)' contradicts the commit, which has '\(value)'",
                hint: "leave the trailer out, or write '\(key): \(value)'")
            return
        }
        verdict.reason = commit.trailer("Reason") ?? verdict.reason
    }

    /// The trailer that names the signer must name who signed.
    func demandPrintedName(
        _ commit: Commit, _ signer: Signer, under snapshot: PolicySnapshot,
        into verdict: inout Verdict
    ) {
        guard let name = snapshot.policy.principal(signer.principal)?.name else { return }
        demandTrailers(commit, [("Signed-by", name)], into: &verdict)
    }

    /// Whether `id` is on the first-parent chain of `main`.
    func isOnMain(_ id: ObjectID) throws -> Bool {
        let tip = try reference(Self.main)
        if tip != mainTip {
            var next = tip
            mainChain = []
            while let id = next {
                mainChain.insert(id)
                next = try commits.commit(id).parents.first
            }
            mainTip = tip
        }
        return mainChain.contains(id)
    }

    /// The policy at `main`'s tip, which admits pushes to branches other than environments.
    func mainSnapshot() throws -> PolicySnapshot {
        guard let tip = try reference("refs/heads/main") else {
            throw DocumentError(file: "refs/heads/main", problem: "is missing")
        }
        return try RegistryError.placing(at: "main, or its policy or keys,") {
            try policies.snapshot(of: commits.commit(tip).tree)
        }
    }

    /// When `commit` came in: the ledger's word, else now, since it comes with this update.
    func received(_ commit: ObjectID, on reference: String, else now: Timestamp) throws -> Timestamp
    {
        try receipts.receipt(of: commit, on: reference)?.received ?? now
    }
}
