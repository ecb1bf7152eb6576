import GitStore

/// What waits for somebody now.
extension Auditor {
    /// The obligations of one environment, or of all; each kind has its own function here.
    func obligations(in only: Environment?) throws -> [Obligation] {
        let environments = try registry.environments().filter {
            try (only == nil || $0 == only) && registry.reference($0.branch) != nil
        }
        return try openProposals(in: environments) + openConfiguration(only)
            + openRollouts(only) + environments.flatMap { try ofModels(in: $0) }
            + policiesBehind(in: environments) + openReapprovals(in: only)
    }

    private func openProposals(in environments: [Environment]) throws -> [Obligation] {
        let open = try registry.openProposals()
        return try environments.flatMap { environment in
            try open.filter { $0.environment == environment }.map(obligation)
        }
    }

    private func obligation(of proposal: Registry.OpenProposal) throws -> Obligation {
        let (version, environment) = (proposal.version, proposal.environment)
        let branch = environment.proposalBranch(version)
        var obligation = Obligation(
            kind: .openProposal, environment: environment, model: version.model,
            version: version.number, commit: proposal.target,
            since: try map.receipt(of: proposal.target, on: branch)?.received, waitsFor: [],
            what: "\(version) waits for approval in \(environment)")
        do {
            let assessment = try registry.judge.assess(
                proposal.target, for: environment, received: registry.now)
            let policy = try judge.policies.snapshot(of: registry.tip(of: environment).tree).policy
            obligation.waitsFor = assessment.approvers.map { policy.printedName($0.principal) }
                .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            if !assessment.signatures.isEmpty {
                let signed = assessment.signatures.map(\.text).joined(separator: ", ")
                obligation.what +=
                    "; signed by \(signed), "
                    + (assessment.missing.isEmpty
                        ? "complete" : "missing: \(assessment.missing.text)")
            }
            let denials = assessment.answers.filter(\.denies)
            if denials.contains(where: { $0.rule == .notStale }) {
                obligation.kind = .staleProposal
                obligation.waitsFor = []
            }
            if !denials.isEmpty {
                obligation.what += "; " + denials.map(\.saw).joined(separator: "; ")
            }
        } catch RegistryError.refused(let verdict) {
            obligation.what += "; " + verdict.denials.map(\.saw).joined(separator: "; ")
        }
        return obligation
    }

    private func openConfiguration(_ only: Environment?) throws -> [Obligation] {
        guard only == nil else { return [] }
        let tree = try commit(registry.reference(Judge.main) ?? registry.founding).tree
        return try registry.references(prefix: "refs/heads/policy/").map { name, target in
            try gathering(
                .openConfiguration, target, on: name, under: tree, in: nil,
                "configuration \(name.dropFirst("refs/heads/policy/".count))")
        }
    }

    private func openRollouts(_ only: Environment?) throws -> [Obligation] {
        try registry.references(prefix: "refs/heads/rollout/").compactMap { name, target in
            guard case .rollout(let environment, let serial) = ReferenceTarget(name),
                only == nil || environment == only
            else { return nil }
            let tip = try registry.reference(environment.branch) ?? registry.reference(Judge.main)
            return try gathering(
                .openRollout, target, on: name,
                under: commit(tip ?? registry.founding).tree, in: environment,
                "the roll-out of configuration \(serial) to \(environment)")
        }
    }

    /// Something that gathers signatures: who signed, what is missing, and who may give it.
    private func gathering(
        _ kind: Obligation.Kind, _ target: ObjectID, on name: String, under tree: ObjectID,
        in environment: Environment?, _ what: String
    ) throws -> Obligation {
        let policy = try judge.policies.snapshot(of: tree).policy
        let count = try configurationCount(
            gathered(below: commit(target)), on: name, under: tree, registry.now)
        let signed = count.signatures.map(\.text).joined(separator: ", ")
        let done = Set(count.signatures.map(\.principal))
        // When the signatures are complete, anybody of the roles may merge.
        let others =
            count.missing.isEmpty
            ? policy.policyChange.keys.flatMap { policy.principals(holding: $0, in: nil) }
            : count.missing.keys.flatMap { policy.principals(holding: $0, in: nil) }
                .filter { !done.contains($0) }
        let live = try judge.livePrincipals(judge.mainSnapshot().signers, at: registry.now)
        return Obligation(
            kind: kind, environment: environment, commit: target,
            since: try map.receipt(of: target, on: name)?.received,
            waitsFor: Set(others).intersection(live).sorted().map(policy.printedName),
            what: "\(what) waits for approval; signed by \(signed.isEmpty ? "nobody" : signed)"
                + (count.missing.isEmpty ? ", complete" : ", missing: \(count.missing.text)"))
    }

    /// What is in an environment although its run did not pass, or although rules were set aside.
    private func ofModels(in environment: Environment) throws -> [Obligation] {
        let tip = try registry.tip(of: environment)
        let models = try models(in: tip.tree)
        let steps = try judge.history.lastChanges(of: models, from: tip.id)
        return try models.flatMap { model in
            guard let number = try judge.versionNumber(Scope(model, in: tip.tree, of: repository)),
                let step = steps[model]
            else { return [Obligation]() }
            let version = try ModelVersion(model: model, number: number)
            let entry = links.last { $0.entry.verdict.new == step.id }?.entry
            func obligation(_ kind: Obligation.Kind, _ what: String) -> Obligation {
                Obligation(
                    kind: kind, environment: environment, model: model, version: number,
                    commit: step.id, since: entry?.received, waitsFor: [], what: what)
            }
            var found: [Obligation] = []
            if let record = try registry.runRecord(of: step.id, in: environment)?.record,
                record.status == .failed || record.status == .error
            {
                let why = record.reason.map { ": \($0)" } ?? ""
                found.append(
                    obligation(
                        .failedRun,
                        "\(version) is in \(environment) and its run there ended as "
                            + "\(record.status.rawValue)\(why)"))
            }
            return found
        }
    }

    private func policiesBehind(in environments: [Environment]) throws -> [Obligation] {
        let main = try judge.mainSnapshot().policy
        let admins = main.policyChange.keys.flatMap { main.principals(holding: $0, in: nil) }
        return try environments.compactMap { environment in
            let tip = try registry.tip(of: environment)
            let serial = try judge.policies.snapshot(of: tip.tree).policy.serial
            guard serial < main.serial else { return nil }
            return Obligation(
                kind: .policyBehind, environment: environment, commit: tip.id,
                waitsFor: Set(admins).sorted().map(main.printedName),
                what: "\(environment) has policy \(serial), main has \(main.serial): not rolled out"
            )
        }
    }

    /// The models that a tree of an environment holds.
    func models(in tree: ObjectID) throws -> [ModelName] {
        guard let folder = try repository.entry(at: "models", in: tree) else { return [] }
        return try repository.files(in: folder.id).compactMap { path, _ in
            guard path.hasSuffix("/model.yaml"), !path.contains("/artifacts/") else { return nil }
            return try ModelName(String(path.dropLast("/model.yaml".count)))
        }
    }
}
