import GitStore

/// What waits for somebody now.
extension Auditor {
    /// The obligations of one environment, or of all; each kind has its own function here.
    func obligations(in only: Environment?) throws -> [Obligation] {
        let environments = try registry.environments().filter {
            try (only == nil || $0 == only) && registry.reference($0.branch) != nil
        }
        return try openProposals(in: environments) + openConfiguration(only)
            + environments.flatMap { try ofModels(in: $0) } + policiesBehind(in: environments)
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
        let policy = try judge.mainSnapshot().policy
        let admins = policy.policyChange.keys
            .flatMap { policy.principals(holding: $0, in: nil) }
        let names = Set(admins).sorted().map(policy.printedName)
        return try registry.references(prefix: "refs/heads/policy/").map { name, target in
            Obligation(
                kind: .openConfiguration, commit: target,
                since: try map.receipt(of: target, on: name)?.received, waitsFor: names,
                what:
                    "configuration \(name.dropFirst("refs/heads/policy/".count)) waits for approval"
            )
        }
    }

    /// What is in an environment although its run did not pass, or although rules were set aside.
    private func ofModels(in environment: Environment) throws -> [Obligation] {
        let tip = try registry.tip(of: environment)
        return try models(in: tip.tree).flatMap { model in
            guard let number = try judge.versionNumber(Scope(model, in: tip.tree, of: repository)),
                let step = try judge.history.lastChange(of: model, from: tip.id)
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
            let exceptions = entry?.verdict.answers.filter {
                $0.status == .overridden || $0.status == .bypassed
            }
            if let exceptions, !exceptions.isEmpty {
                let rules = exceptions.map(\.rule.rawValue).joined(separator: ", ")
                found.append(
                    obligation(
                        .reapproval, "\(version) came to \(environment) with set aside: \(rules)"))
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
