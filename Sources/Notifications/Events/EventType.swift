/// The kinds of event a registry has.
package enum EventType: String, CaseIterable, Sendable {
    case versionRegistered = "version.registered"
    case proposalOpened = "proposal.opened"
    case proposalSigned = "proposal.signed"
    case proposalClosed = "proposal.closed"
    case environmentAdvanced = "environment.advanced"
    case runStarted = "run.started"
    case runFinished = "run.finished"
    case registryAlarm = "registry.alarm"
}
