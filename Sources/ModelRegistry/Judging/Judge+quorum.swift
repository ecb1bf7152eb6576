import GitStore

/// The vector of `policyChange`: who signs changes of configuration, roll-outs and new environments.
extension Judge {
    /// The signer of a commit of configuration, who must hold a role that `policyChange` asks for.
    @discardableResult
    func demandConfigurationSigner(
        _ commit: Commit, _ snapshot: PolicySnapshot, _ received: Timestamp,
        into verdict: inout Verdict
    ) throws -> CountedSignature? {
        guard let signer = try resolveSigner(of: commit, under: snapshot, received, into: &verdict)
        else { return nil }
        let roles = snapshot.policy.policyChange.keys.sorted()
        demandRole(roles, of: signer, in: nil, under: snapshot, into: &verdict)
        demandPrintedName(commit, signer, under: snapshot, into: &verdict)
        try demandDates(commit, received, into: &verdict)
        return CountedSignature(
            principal: signer.principal, fingerprint: signer.fingerprint,
            roles: roles.filter { snapshot.policy.holds(signer.principal, $0, in: nil) },
            commit: commit.id, received: received)
    }

    /// What was gathered on a branch: the signatures that count, why others don't, and what is no
    /// signature of this change at all, which must not become history.
    typealias Gathered = (
        signatures: [CountedSignature], disqualified: [String], malformed: RuleAnswer?
    )

    /// The signatures that count among commits gathered on a branch, and why others don't.
    ///
    /// - Parameter check: what makes a commit one of this change; what it denies is malformed.
    func configurationSignatures(
        _ gathered: [Commit], on branch: String, _ snapshot: PolicySnapshot, _ now: Timestamp,
        check: (_ commit: Commit, _ verdict: inout Verdict) throws -> Void
    ) throws -> Gathered {
        var signatures: [CountedSignature] = []
        var disqualified: [String] = []
        var malformed: RuleAnswer?
        for commit in gathered {
            var verdict = Verdict(ReferenceUpdate(name: branch, old: nil, new: commit.id))
            try check(commit, &verdict)
            if malformed == nil, var denial = verdict.denials.first {
                denial.saw = "it merges \(commit.id.short): \(denial.saw)"
                malformed = denial
            }
            let when = try received(commit.id, on: branch, else: now)
            let signature = try demandConfigurationSigner(commit, snapshot, when, into: &verdict)
            if let denial = verdict.denials.first {
                disqualified.append("\(commit.id.short) counts for nothing: \(denial.saw)")
            } else if let signature {
                signatures.append(signature)
            }
        }
        return (signatures, disqualified, malformed)
    }

    /// Whether the signatures meet `policyChange`, each principal counted once.
    func demandConfigurationQuorum(
        _ gathered: Gathered, _ last: CountedSignature?, _ snapshot: PolicySnapshot, branch: String,
        into verdict: inout Verdict
    ) {
        if let malformed = gathered.malformed { return verdict.answers.append(malformed) }
        let signatures = gathered.signatures + [last].compactMap { $0 }
        let missing = signatures.missing(of: snapshot.policy.policyChange)
        let who = signatures.map(\.text).joined(separator: ", ")
        let not = gathered.disqualified.map { "; \($0)" }.joined()
        verdict.counted = signatures
        verdict.answer(
            .approvals, missing.isEmpty,
            missing.isEmpty
                ? "signed by \(who)\(not)" : "signed by \(who), missing: \(missing.text)\(not)",
            hint: "push this commit for the next one to merge: git push origin "
                + "HEAD:\(ReferenceTarget.short(branch))")
    }

    /// The answer about a commit that gathers signatures: who has signed, who is missing.
    func noteConfigurationQuorum(
        _ signatures: [CountedSignature], _ snapshot: PolicySnapshot, into verdict: inout Verdict
    ) {
        if let last = signatures.last,
            signatures.dropLast().contains(where: { $0.principal == last.principal })
        {
            verdict.refuse(
                .approvals, "\(last.principal) has signed this change before",
                hint: "another person signs it")
            return
        }
        let missing = signatures.missing(of: snapshot.policy.policyChange)
        verdict.counted = signatures
        verdict.answer(
            .approvals, true,
            "\(signatures.map(\.text).joined(separator: ", ")); "
                + (missing.isEmpty ? "complete" : "missing: \(missing.text)"))
    }
}
