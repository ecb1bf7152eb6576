import Foundation
import GitStore
import ModelRegistry
import Notifications

/// What the mails say beyond an event's own data: the review, the run, who should read it.
struct EventContext {
    let registry: Registry

    struct Described {
        var data: DocumentValue
        var context: DocumentValue?
    }

    /// The event's data, completed, and the context of mails about it.
    func described(_ event: RegistryEvent) throws -> Described {
        var event = event
        var context: [String: DocumentValue] = [:]
        let configuration = try WatchSettings.configuration(of: registry)
        context["registryName"] = .string(registry.description.name)
        if let cloneURL = configuration.cloneURL { context["cloneURL"] = .string(cloneURL) }
        switch event.kind {
        case .proposalOpened, .proposalSigned:
            context.merge(try review(event, configuration)) { $1 }
        case .runFinished, .runStarted:
            if let run = try run(event) {
                event.merge(["run": .mapping(["status": .string(run.record.status.rawValue)])])
                context["run"] = Self.table(run.record)
            }
            context["approvers"] = try people(event, concerned(event))
        case .environmentAdvanced:
            context["parameters"] = try parameterChanges(event)
            context["approvers"] = try people(event, concerned(event))
        case .proposalClosed, .versionRegistered:
            context["approvers"] = try people(event, concerned(event))
        case .alarm:
            context["approvers"] = try people(
                event, registry.mainSnapshot().policy.policyChange.keys.sorted())
        }
        return Described(data: event.data, context: .mapping(context))
    }

    /// The review of a proposal that is still open; nothing to decide otherwise.
    private func review(
        _ event: RegistryEvent, _ configuration: LocalConfiguration
    ) throws -> [String: DocumentValue] {
        guard let (environment, version) = try subject(event),
            let open = try registry.openProposals(of: version.model, in: environment)
                .first(where: { $0.proposal.hex == event.data["proposal"]?.stringValue })
        else { return ["approvers": .list([])] }
        var review = try registry.review(open)
        review.cloneURL = configuration.cloneURL
        review.reviewLink = configuration.reviewLink(
            environment: environment.name, model: version.model.text, version: version.number,
            proposal: open.proposal.hex)
        return try Self.value(review).mappingValue ?? [:]
    }

    /// What an approval changed in the parameters; nil for a roll-out.
    private func parameterChanges(_ event: RegistryEvent) throws -> DocumentValue? {
        guard let (_, version) = try subject(event),
            let commit = event.data["commit"]?.stringValue.flatMap({ ObjectID($0) })
        else { return nil }
        return try registry.parameterChanges(of: version.model, by: commit).map(Self.value)
    }

    private static func value(_ answer: some Encodable) throws -> DocumentValue {
        try JSONDecoder().decode(DocumentValue.self, from: JSONEncoder().encode(answer))
    }

    private func run(
        _ event: RegistryEvent
    ) throws -> (record: RunRecord, commit: ObjectID)? {
        guard let text = event.data["commit"]?.stringValue, let commit = ObjectID(text),
            let (environment, _) = try subject(event)
        else { return nil }
        if event.kind == .runStarted { return nil }
        let subject = try registry.judge.commits.commit(commit).parents[1]
        return try registry.runRecord(of: subject, in: environment)
    }

    /// The run's figures as the templates list them.
    private static func table(_ record: RunRecord) -> DocumentValue {
        let rows = record.metrics.sorted { $0.key < $1.key }.map { name, metric in
            DocumentValue.mapping([
                "name": .string(name), "value": .string(Registry.figure(metric.value)),
            ])
        }
        let gates = record.gates.map { gate in
            DocumentValue.mapping([
                "metric": .string(gate.metric), "limit": .string(gate.limit.text),
                "value": .string(Registry.figure(gate.value)),
                "result": .string(gate.result.rawValue),
            ])
        }
        var run: [String: DocumentValue] = [
            "status": .string(record.status.rawValue), "rows": .list(rows), "gates": .list(gates),
        ]
        if let reason = record.reason { run["reason"] = .string(reason) }
        return .mapping(run)
    }

    /// The roles that an event concerns: registrars, and whoever approves where it happened.
    private func concerned(_ event: RegistryEvent) throws -> [RoleName] {
        let policy = try registry.mainSnapshot().policy
        let rules = try subject(event).map { [policy.environment($0.0)].compactMap { $0 } }
        return [.registrar] + Set((rules ?? policy.environments).flatMap(\.approvals.keys)).sorted()
    }

    /// The people who hold one of the roles where the event happened.
    private func people(_ event: RegistryEvent, _ roles: [RoleName]) throws -> DocumentValue {
        let policy = try registry.mainSnapshot().policy
        let environment = try subject(event)?.0
        let ids = Set(roles.flatMap { policy.principals(holding: $0, in: environment) })
        let people = ids.sorted().compactMap { policy.principal($0) }.map { person in
            DocumentValue.mapping([
                "name": .string(person.name), "email": .string(person.email),
            ])
        }
        return .list(people)
    }

    private func subject(
        _ event: RegistryEvent
    ) throws -> (Environment, ModelVersion)? {
        guard let environment = event.data["environment"]?.stringValue,
            let model = event.data["model"]?.stringValue,
            let number = event.data["version"]?.integerValue
        else { return nil }
        return (
            try Environment(environment),
            try ModelVersion(model: ModelName(model), number: number)
        )
    }
}
