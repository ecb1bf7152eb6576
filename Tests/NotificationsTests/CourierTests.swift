import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct CourierTests {
    @Test func withoutAMailServerThePolicysPeopleGetTheirMailInTheOutbox() async throws {
        try await TemporaryFolder.with { folder in
            let delivery = Delivery(
                event: Samples.event(), target: "mail", created: Samples.time,
                context: .mapping(Samples.proposal))
            let courier = try courier(.standard(folder: folder))
            #expect(await courier.deliver(delivery, now: Samples.time) == .delivered)
            #expect(await courier.deliver(delivery, now: Samples.time) == .delivered)
            let names = try folder.appending("outbox").names()
            #expect(names.count == 1)
            let text = try folder.appending("outbox").appending(try #require(names.first)).text()
            #expect(text.contains("\r\nTo: \"Jane Doe\" <jane@example.com>\r\n"))
            #expect(text.contains("\r\nFrom: \"Signet\" <signet@localhost>\r\n"))
            #expect(
                text.contains(
                    "\r\nSubject: [models] churn@3 for test: please decide (promotion)\r\n"))
        }
    }

    @Test func anAddressThatCantBeUsedKeepsNobodyElseFromHavingTheMail() async throws {
        try await TemporaryFolder.with { folder in
            let delivery = Delivery(
                event: Samples.event(), target: "mail", created: Samples.time,
                context: [
                    "approvers": [
                        ["name": "Bad", "email": "nowhere"],
                        ["name": "Jane", "email": "jane@example.com"],
                        ["name": "Jane", "email": "jane@example.com"],
                    ]
                ])
            let outcome = await (try courier(.standard(folder: folder)))
                .deliver(delivery, now: Samples.time)
            #expect(
                outcome
                    == .undeliverable(
                        reason: "'nowhere' is not an e-mail address that can be used: "
                            + "it needs one '@'",
                        delivered: ["jane@example.com"]))
            #expect(try folder.appending("outbox").names().count == 1)
        }
    }

    @Test func nobodyIsWrittenToOnceNobodyIsAsked() async throws {
        try await TemporaryFolder.with { folder in
            let delivery = Delivery(
                event: Samples.event(), target: "mail", created: Samples.time,
                context: ["approvers": []])
            let courier = try courier(.standard(folder: folder))
            #expect(await courier.deliver(delivery, now: Samples.time) == .delivered)
            let names = try folder.names()
            #expect(names == [])
        }
    }

    @Test func aRegistryWithoutANameIsCalledByItsId() async throws {
        try await TemporaryFolder.with { folder in
            let id = "0123456789abcdef0123456789abcdef01234567"
            var event = Samples.event(type: "registry.alarm", data: ["registry": .string(id)])
            event.subject = nil
            let delivery = Delivery(
                event: event, target: "mail", created: Samples.time,
                context: ["approvers": [["name": "Jane", "email": "jane@example.com"]]])
            let courier = try courier(.standard(folder: folder))
            #expect(await courier.deliver(delivery, now: Samples.time) == .delivered)
            let outbox = folder.appending("outbox")
            let mail = try outbox.appending(try #require(try outbox.names().first)).text()
            #expect(mail.contains("\r\nSubject: [0123456789ab] ALARM in test: "))
        }
    }

    @Test func aMailNobodyIsToGetIsGivenUpWithTheReason() async throws {
        let outcome = await (try courier(.standard(folder: "/nowhere")))
            .deliver(Samples.delivery(), now: Samples.time)
        #expect(outcome == .undeliverable(reason: "nobody who may decide has an e-mail address"))
    }

    @Test func aMailGoesThroughTheMailServerWithItsPassword() async throws {
        try await MailServer.with(security: .starttls, login: "signet:hunter2") { server in
            var smtp = try server.configuration(
                .starttls, username: "signet", trusting: server.certificate)
            smtp.password = .environment("MAIL_PASSWORD")
            var configuration = LocalConfiguration.standard(folder: "/nowhere")
            configuration.smtp = smtp
            configuration.targets["mail"] = .email(
                Target.Email(
                    to: .addresses([try EmailAddress("ops@example.com")]),
                    cc: [try EmailAddress("audit@example.com")]))
            let courier = try courier(configuration, environment: ["MAIL_PASSWORD": "hunter2"])
            #expect(await courier.deliver(Samples.delivery(), now: Samples.time) == .delivered)
            #expect(
                try server.envelopes().map(\.to) == [["ops@example.com"], ["audit@example.com"]])
            let missing = await (try self.courier(configuration)).deliver(
                Samples.delivery(), now: Samples.time)
            #expect(
                missing
                    == .retry(
                        reason: "\(NotificationError.secretMissing(name: "MAIL_PASSWORD"))"))
        }
    }

    @Test func whatIsNoMessageIsLeftToTheWatcher() async throws {
        let courier = try courier(.standard(folder: "/nowhere"))
        for target in ["inference", "propose-next"] {
            let delivery = Samples.delivery(to: target)
            #expect(await courier.deliver(delivery, now: Samples.time) == nil)
        }
    }

    @Test func aTargetThatIsNotConfiguredWaitsForAPerson() async throws {
        let outcome = await (try courier(.standard(folder: "/nowhere")))
            .deliver(Samples.delivery(to: "pager"), now: Samples.time)
        #expect(
            outcome
                == .retry(
                    reason:
                        "no target 'pager' is configured on this machine: add it to 'targets' in "
                        + "signet/config.yaml"))
    }

    private func courier(
        _ configuration: LocalConfiguration, environment: [String: String] = [:]
    ) throws -> Courier {
        Courier(
            configuration: configuration,
            templates: try MessageTemplates.load(folder: MessageTemplatesTests.folder),
            environment: environment)
    }
}
