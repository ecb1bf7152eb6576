import GitStore

extension Registry {
    /// Gathers what an approver of an open proposal needs.
    package func review(_ proposal: OpenProposal) throws -> Review {
        let assessment = try judge.assess(
            proposal.target, for: proposal.environment, received: now)
        let facts = assessment.facts
        let (version, environment) = (facts.version, facts.environment)
        let tip = try tip(of: environment)
        let before = try Scope(version.model, in: tip.tree, of: repository)
        let policy = try judge.policies.snapshot(of: tip.tree).policy
        return Review(
            registry: founding.hex, registryName: description.name, environment: environment.name,
            model: version.model.text,
            version: version.number, versionText: "\(version)",
            action: Self.word(assessment.action),
            proposal: facts.commit.id.hex,
            proposalBranch: ReferenceTarget.short(environment.proposalBranch(version)),
            proposedBy: policy.principal(facts.signer.principal)?.name
                ?? Principal.service(facts.signer.principal)?.name ?? facts.signer.principal.text,
            authors: assessment.authors.map(\.text).sorted(),
            current: try current(before, of: version.model, tip),
            metrics: try metrics(facts.registration.files, beside: before.files),
            evidence: try evidence(facts, beside: before),
            parameters: try changes(to: facts.parameters, from: before),
            card: .init(
                excerpt: Card.excerpt(of: try blob("CARD.md", facts.registration.files), lines: 8)),
            modelSignature: facts.registration.modelSignature?.statement(under: policy),
            approvers: assessment.approvers.map { approver in
                let principal = policy.principal(approver.principal)
                return .init(
                    id: approver.principal.text, name: principal?.name ?? approver.principal.text,
                    email: principal?.email ?? "", role: approver.role.text)
            },
            signed: assessment.signatures.map { signature in
                .init(
                    id: signature.principal.text,
                    name: policy.principal(signature.principal)?.name ?? signature.principal.text,
                    roles: signature.roles.map(\.text), commit: signature.commit.hex,
                    received: signature.received.description)
            },
            missingSignatures: assessment.missing.text,
            missing: assessment.answers.filter(\.denies).map { "\($0.rule.rawValue): \($0.saw)" },
            answers: assessment.answers,
            commands: commands(
                facts, over: proposal.target, isLast: assessment.missing.total <= 1))
    }

    private static func word(_ action: Action) -> String {
        switch action {
        case .approved, .configuration: "promotion"
        case .rolledBack: "rollback"
        case .withdrawn: "withdrawal"
        case .parametersChanged: "parameters"
        case .reapproved: "approval again, of what is there"
        }
    }

    private func blob(_ name: String, _ folder: TreeEntry?) throws -> [UInt8] {
        try folder.flatMap { try repository.blob(at: name, in: $0.id) } ?? []
    }

    private func current(
        _ before: Scope, of model: ModelName, _ tip: Commit
    ) throws -> Review.Current? {
        guard let number = try judge.versionNumber(before),
            let step = try judge.history.lastChange(of: model, from: tip.id)
        else { return nil }
        return .init(version: number, commit: step.id.hex)
    }

    private func metrics(
        _ files: TreeEntry, beside before: TreeEntry?
    ) throws -> [Review.Metric] {
        let present = try Metrics.parse(blob("metrics.json", files), file: "metrics.json")
        let earlier = try before.map {
            try Metrics.parse(blob("metrics.json", $0), file: "metrics.json")
        }
        return present.values.sorted { $0.key < $1.key }.map { name, metric in
            .init(
                name: name, value: Self.figure(metric.value),
                current: earlier?.values[name].map { Self.figure($0.value) })
        }
    }

    /// The run records, oldest environment first, beside the incumbent's where both saw one input.
    private func evidence(
        _ facts: ProposalFacts, beside before: Scope
    ) throws -> [Review.Evidence] {
        let incumbent = try judge.recordsAsWritten(before)
        let order = try environments()
        return order.compactMap { facts.evidence[$0] }.map { record in
            let other = incumbent[record.environment]
            let isSameData = record.input != nil && other?.input?.sha256 == record.input?.sha256
            let worthReading = record.metrics.filter { Self.isWorthReading($0.key, $0.value) }
            let rows = worthReading.sorted { $0.key < $1.key }.map { name, metric in
                let there = other?.metrics[name]
                return Review.EvidenceRow(
                    name: name, value: Self.figure(metric.value), interval: Self.interval(metric),
                    current: isSameData ? there.map { Self.figure($0.value) } : nil,
                    note: there != nil && !isSameData ? "different data" : nil)
            }
            return Review.Evidence(
                environment: record.environment.name, status: record.status.rawValue,
                commit: record.environmentCommit, rows: rows,
                gates: record.gates.map {
                    .init(
                        metric: $0.metric, limit: $0.limit.text, value: Self.figure($0.value),
                        result: $0.result.rawValue)
                })
        }
    }

    /// Of the drift of single features, only what counts as a shift (PSI from 0.2); the record has
    /// all of it.
    private static func isWorthReading(_ name: String, _ metric: MetricValue) -> Bool {
        !name.hasPrefix("psi.") || name == "psi.max" || metric.value.map { $0 >= 0.2 } ?? true
    }

    /// What a step of an environment changed in the model's parameters.
    package func parameterChanges(
        of model: ModelName, by step: ObjectID
    ) throws -> Review.Parameters? {
        let commit = try judge.commits.commit(step)
        guard let parent = try commit.parents.first.map(judge.commits.commit) else { return nil }
        return try changes(
            to: parameters(Scope(model, in: commit.tree, of: repository)),
            from: Scope(model, in: parent.tree, of: repository))
    }

    private func parameters(_ scope: Scope) throws -> Parameters? {
        try scope.parameters.flatMap { try repository.read($0.id)?.bytes }
            .map { try Parameters.parse($0, file: scope.model.parametersPath) }
    }

    private func changes(
        to parameters: Parameters?, from before: Scope
    ) throws -> Review.Parameters {
        let earlier = try self.parameters(before)
        let changes = (parameters ?? .none).differences(from: earlier).map {
            Review.Change(
                path: $0.path, old: $0.old.map(Self.shortened), new: $0.new.map(Self.shortened))
        }
        return .init(changes: changes, unchanged: changes.isEmpty)
    }

    /// A long value, such as a list of features, by its beginning.
    private static func shortened(_ text: String) -> String {
        text.count <= 72 ? text : "\(text.prefix(69))…"
    }

    private func commands(
        _ facts: ProposalFacts, over target: ObjectID, isLast: Bool
    ) -> Review.Commands {
        let subject = "\(facts.version) --env \(facts.environment)"
        let branch = ReferenceTarget.short(facts.environment.proposalBranch(facts.version))
        let environment = facts.environment.name
        return .init(
            review: "signet review \(subject)",
            approve: "signet approve \(subject) --proposal \(facts.commit.id.short) --reason \"…\"",
            reject: "signet reject \(subject) --proposal \(facts.commit.id.short) --reason \"…\"",
            gitApprove: [
                "git fetch origin && git switch --detach origin/env/\(environment)",
                "git merge --no-ff -S \(target.hex)",
                "git push origin HEAD:\(isLast ? "env/\(environment)" : branch)",
            ],
            gitReject: [
                "git fetch origin && git switch --detach \(target.hex)",
                "git commit --allow-empty -S -m \"REASON\" --trailer \"Decision: rejected\"",
                "git push origin HEAD:\(branch)",
            ])
    }

    /// A figure as people read it: four digits that matter.
    package static func figure(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
        let digits = max(0, 3 - Int(log10Floor(abs(value))))
        return decimal(value, digits: min(digits, 6))
    }

    private static func interval(_ metric: MetricValue) -> String? {
        guard let low = metric.low, let high = metric.high else { return nil }
        return "\(figure(low))–\(figure(high))" + (metric.n.map { ", n = \($0)" } ?? "")
    }

    private static func log10Floor(_ value: Double) -> Double {
        var (rest, exponent) = (value, 0.0)
        while rest >= 10 { (rest, exponent) = (rest / 10, exponent + 1) }
        while rest < 1 && rest > 0 { (rest, exponent) = (rest * 10, exponent - 1) }
        return exponent
    }

    private static func decimal(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        guard digits > 0 else { return (value < 0 ? "-" : "") + "\(whole)" }
        let rest = String(scaled % Int64(scale))
        let fraction = String(repeating: "0", count: digits - rest.count) + rest
        return (value < 0 ? "-" : "") + "\(whole).\(fraction)"
    }
}
