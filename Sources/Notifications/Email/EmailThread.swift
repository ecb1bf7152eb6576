import ModelRegistry

/// The ids of mails: the same event to the same target is always the same mail, and all mails about
/// one model in one environment of one registry are answers to one root.
package struct EmailThread: Hashable, Sendable {
    /// The Message-ID of this mail, with its angle brackets.
    package let messageID: String
    /// What `In-Reply-To` and `References` name, an id that no mail has; nil without a subject.
    package let root: String?

    /// Derives the ids; `domain` is the sender's.
    package init(event: CloudEvent, target: String, domain: String) {
        messageID = "<\(Delivery.id(event: event, target: target))@\(domain)>"
        let environment = event.data["environment"]?.stringValue
        let model = event.data["model"]?.stringValue
        guard environment != nil || model != nil else {
            root = nil
            return
        }
        let digest = Delivery.hexDigest(
            of: [event.source, environment ?? "", model ?? ""], length: 32)
        root = "<thread.\(digest)@\(domain)>"
    }
}
