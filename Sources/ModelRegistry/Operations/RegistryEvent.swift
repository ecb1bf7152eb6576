import GitStore

/// What a ledger entry means to those who follow the registry.
package struct RegistryEvent: Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case versionRegistered = "version.registered"
        case proposalOpened = "proposal.opened"
        case proposalSigned = "proposal.signed"
        case proposalClosed = "proposal.closed"
        case environmentAdvanced = "environment.advanced"
        case runStarted = "run.started"
        case runFinished = "run.finished"
        case alarm = "registry.alarm"
    }

    package var kind: Kind
    /// Derived from the entry and the kind: a replay has the same.
    package var id: String
    package var subject: String
    package var time: Timestamp
    package var data: DocumentValue

    package init(
        kind: Kind, id: String, subject: String, time: Timestamp, data: DocumentValue
    ) {
        self.kind = kind
        self.id = id
        self.subject = subject
        self.time = time
        self.data = data
    }

    /// The events of one entry, in the order in which they happened.
    package static func derived(
        from entry: LedgerEntry, at commit: ObjectID, registry: ObjectID
    ) -> [RegistryEvent] {
        let verdict = entry.verdict
        var events: [RegistryEvent] = []
        switch verdict.kind {
        case .registration: events.append(event(.versionRegistered, entry, commit, registry))
        case .proposal: events.append(event(.proposalOpened, entry, commit, registry))
        case .partialApproval: events.append(event(.proposalSigned, entry, commit, registry))
        case .approval, .rollout:
            events.append(event(.environmentAdvanced, entry, commit, registry))
        case .run: events.append(event(.runFinished, entry, commit, registry))
        case .founding, .rejection, .partialConfiguration, .partialRollout, .configuration,
            .environmentRoot, .configurationProposal, .configurationRejection, .revocation,
            .refused:
            break
        }
        for (index, effect) in entry.effects.enumerated() {
            guard effect.kind == .close,
                case .proposal(_, let version)? = ReferenceTarget(effect.reference)
            else { continue }
            var closed = event(.proposalClosed, entry, commit, registry)
            if index > 0 { closed.id += "-\(index)" }
            closed.merge([
                "version": .integer(version.number),
                "outcome": .string(effect.why?.rawValue ?? ""),
            ])
            // A rejected branch ends in the rejection; the entry names the proposal itself.
            if effect.why != .rejected { closed.merge(["proposal": .string(effect.target.hex)]) }
            events.append(closed)
        }
        return events
    }

    private static func event(
        _ kind: Kind, _ entry: LedgerEntry, _ commit: ObjectID, _ registry: ObjectID
    ) -> RegistryEvent {
        let verdict = entry.verdict
        var data: [String: DocumentValue] = [
            "registry": .string(registry.hex), "ledgerEntry": .integer(entry.number),
            "received": .string(entry.received.description),
            "reference": .string(verdict.reference),
        ]
        data["actor"] = verdict.principal.map { .string($0.text) }
        data["model"] = verdict.model.map { .string($0.text) }
        data["version"] = verdict.version.map { .integer($0) }
        data["previousVersion"] = verdict.previousVersion.map { .integer($0) }
        data["environment"] = verdict.environment.map { .string($0.name) }
        data["action"] = verdict.action.map { .string($0.rawValue) }
        data["commit"] = verdict.new.map { .string($0.hex) }
        data["proposal"] = verdict.proposal.map { .string($0.hex) }
        data["reason"] = verdict.reason.map { .string($0) }
        data["signers"] = verdict.counted.map { .list($0.map { .string($0.principal.text) }) }
        data["reapproveBy"] = verdict.reapproveBy.map { .string($0.description) }
        let subject = [verdict.environment?.name, verdict.model?.text].compactMap { $0 }
        return RegistryEvent(
            kind: kind, id: "\(commit.hex)-\(kind.rawValue)",
            subject: subject.joined(separator: "/"), time: entry.received, data: .mapping(data))
    }

    /// Adds members to the event's data.
    package mutating func merge(_ members: [String: DocumentValue]) {
        data = .mapping((data.mappingValue ?? [:]).merging(members) { $1 })
    }
}
