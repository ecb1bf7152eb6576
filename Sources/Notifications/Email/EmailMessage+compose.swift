import ModelRegistry

extension EmailMessage {
    /// The mail about an event, from its filled-in templates.
    package static func compose(
        _ rendered: RenderedMessage, about event: CloudEvent, target: String, from: EmailAddress,
        to: [EmailAddress], cc: [EmailAddress] = []
    ) -> EmailMessage {
        let place = ["environment", "model"].compactMap { event.data[$0]?.stringValue }
        return EmailMessage(
            from: from, to: to, cc: cc, subject: rendered.subject, text: rendered.text,
            html: rendered.html, date: event.time,
            thread: EmailThread(event: event, target: target, domain: from.domain),
            listID: (["signet"] + place).joined(separator: "."))
    }
}
