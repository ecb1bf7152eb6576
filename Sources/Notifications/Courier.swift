import FoundationEssentials
import ModelRegistry
import SystemPackage

/// Makes deliveries to the targets that are messages: mail, webhooks, programs.
package struct Courier: Sendable {
    /// What mails in the outbox are from, where no mail server is configured.
    package static let outboxSender = "Signet <signet@localhost>"

    let configuration: LocalConfiguration
    let templates: MessageTemplates
    /// Where secrets named by environment variable are looked up.
    let environment: [String: String]

    package init(
        configuration: LocalConfiguration, templates: MessageTemplates,
        environment: [String: String]
    ) {
        self.configuration = configuration
        self.templates = templates
        self.environment = environment
    }

    /// Makes one attempt; nil for `inference` and `propose-next`, which are no messages.
    ///
    /// A mail's context is the delivery's, over the event's data. Its `approvers`, each with `name`
    /// and `email`, are the recipients of a target that says `to: policy`; where the list is empty,
    /// nobody is asked any more, and there is nothing to send.
    package func deliver(_ delivery: Delivery, now: Date) async -> DeliveryOutcome? {
        do throws(NotificationError) {
            switch configuration.targets[delivery.target] {
            case .email(let email):
                return try await mail(delivery, email)
            case .webhook(let webhook):
                let secret = try webhook.secret?.resolve(environment: environment)
                return await WebhookSender(webhook: webhook, secret: secret)
                    .send(delivery.event, now: now)
            case .exec(let exec):
                return await ExecSender(exec: exec).send(delivery.event)
            case .inference, .proposeNext:
                return nil
            case nil:
                return .retry(
                    reason:
                        "no target '\(delivery.target)' is configured on this machine: add it to "
                        + "'targets' in signet/config.yaml")
            }
        } catch {
            // Secrets, templates, folders: a person mends them, and the delivery then goes out.
            return .retry(reason: "\(error)")
        }
    }

    private func mail(
        _ delivery: Delivery, _ email: Target.Email
    ) async throws(NotificationError) -> DeliveryOutcome {
        let context = context(of: delivery)
        let (recipients, faults) = recipients(email, context)
        if email.to == .policy, context["approvers"] == .list([]) { return .delivered }
        guard !recipients.isEmpty else {
            let reasons = ["nobody who may decide has an e-mail address"] + faults
            return .undeliverable(reason: reasons.joined(separator: "; "))
        }
        let message = EmailMessage.compose(
            try templates.render(delivery.event.type, context: context), about: delivery.event,
            target: delivery.target, from: try sender(), to: recipients, cc: email.cc)
        let outcome = try await send(message, for: delivery)
        guard outcome == .delivered, !faults.isEmpty else { return outcome }
        return .undeliverable(
            reason: faults.joined(separator: "; "), delivered: recipients.map(\.address))
    }

    private func send(
        _ message: EmailMessage, for delivery: Delivery
    ) async throws(NotificationError) -> DeliveryOutcome {
        guard let smtp = configuration.smtp else {
            _ = try Outbox(folder: configuration.outbox).deliver(message, about: delivery.event)
            return .delivered
        }
        let password = try smtp.password?.resolve(environment: environment)
        return await EmailSender(smtp: smtp, password: password)
            .send(message, except: delivery.delivered)
    }

    private func context(of delivery: Delivery) -> [String: DocumentValue] {
        let data = delivery.event.data.mappingValue ?? [:]
        var context = data.merging(delivery.context?.mappingValue ?? [:]) { $1 }
        context["type"] = .string(delivery.event.type)
        context["time"] = .string(RFC3339.text(delivery.event.time))
        if context["registryName"] == nil, let id = context["registry"]?.stringValue {
            context["registryName"] = .string(String(id.prefix(12)))
        }
        return context
    }

    /// The recipients, each once, and what is wrong with addresses that can't be used: one bad
    /// address keeps nobody else from having the mail.
    private func recipients(
        _ email: Target.Email, _ context: [String: DocumentValue]
    ) -> (addresses: [EmailAddress], faults: [String]) {
        if case .addresses(let addresses) = email.to { return (addresses, []) }
        var addresses: [EmailAddress] = []
        var faults: [String] = []
        for person in context["approvers"]?.listValue ?? [] {
            guard let text = person["email"]?.stringValue,
                !addresses.contains(where: { $0.address == text })
            else { continue }
            do throws(NotificationError) {
                let name = person["name"]?.stringValue
                addresses.append(try EmailAddress(name: name, address: text))
            } catch {
                faults.append("\(error)")
            }
        }
        return (addresses, faults)
    }

    private func sender() throws(NotificationError) -> EmailAddress {
        if let smtp = configuration.smtp { return smtp.from }
        return try EmailAddress(Self.outboxSender)
    }
}
