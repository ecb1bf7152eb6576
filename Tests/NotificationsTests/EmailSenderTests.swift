import Foundation
import SystemPackage
import Testing

@testable import Notifications

struct EmailSenderTests {
    @Test func eachRecipientGetsTheMailInAnEnvelopeOfTheirOwn() async throws {
        try await MailServer.with { server in
            let mail = try message(to: ["jane@example.com", "kim@example.com"])
            let outcome = await EmailSender(smtp: try server.configuration(), password: nil)
                .send(mail)
            #expect(outcome == .delivered)
            let envelopes = try server.envelopes()
            #expect(envelopes.map(\.to) == [["jane@example.com"], ["kim@example.com"]])
            #expect(envelopes.map(\.from) == ["signet@example.com", "signet@example.com"])
            #expect(try server.mail(1) == mail.serialised())
            #expect(try server.mail(2) == mail.serialised())
        }
    }

    @Test(arguments: [SMTPConfiguration.Security.starttls, .tls])
    func mailsGoEncryptedAndSignedIn(security: SMTPConfiguration.Security) async throws {
        try await MailServer.with(security: security, login: "signet:hunter2") { server in
            let smtp = try server.configuration(
                security, username: "signet", trusting: server.certificate)
            let sender = EmailSender(smtp: smtp, password: Secret(bytes: Array("hunter2".utf8)))
            #expect(await sender.send(try message()) == .delivered)
            #expect(
                try server.envelopes() == [
                    MailServer.Envelope(
                        from: "signet@example.com", to: ["jane@example.com"], encrypted: true,
                        user: "signet")
                ])
        }
    }

    @Test func aWrongPasswordIsTriedAgainLaterAndNotShown() async throws {
        try await MailServer.with(security: .starttls, login: "signet:hunter2") { server in
            let smtp = try server.configuration(
                .starttls, username: "signet", trusting: server.certificate)
            let sender = EmailSender(smtp: smtp, password: Secret(bytes: Array("wrong-one".utf8)))
            let outcome = await sender.send(try message())
            let reason = try #require(retryReason(outcome))
            #expect(reason.contains("answered 535"))
            #expect(!reason.contains("wrong-one"))
            #expect(try server.envelopes() == [])
        }
    }

    @Test func aServerWithoutEncryptionGetsNoMailWhenStarttlsIsAsked() async throws {
        try await MailServer.with { server in
            let smtp = try server.configuration(.starttls)
            let outcome = await EmailSender(smtp: smtp, password: nil).send(try message())
            #expect(retryReason(outcome)?.contains("SSL") == true)
            #expect(try server.envelopes() == [])
        }
    }

    @Test func aCertificateNobodyVouchesForGetsNoMail() async throws {
        try await MailServer.with(security: .starttls) { server in
            let smtp = try server.configuration(.starttls)
            let outcome = await EmailSender(smtp: smtp, password: nil).send(try message())
            #expect(retryReason(outcome)?.contains("certificate") == true)
            #expect(try server.envelopes() == [])
        }
    }

    @Test func aRefusedAddressKeepsNobodyElseFromHavingIt() async throws {
        try await MailServer.with { server in
            let mail = try message(to: ["550-gone@example.com", "jane@example.com"])
            let outcome = await EmailSender(smtp: try server.configuration(), password: nil)
                .send(mail)
            #expect(
                outcome
                    == .undeliverable(
                        reason: "550-gone@example.com: 127.0.0.1:\(server.port) answered 550 "
                            + "(Failed sending data to the peer)",
                        delivered: ["jane@example.com"]))
            #expect(try server.envelopes().map(\.to) == [["jane@example.com"]])
        }
    }

    @Test func aBusyAddressIsTriedAgainWithoutSendingToTheOthersTwice() async throws {
        try await MailServer.with { server in
            let mail = try message(to: ["jane@example.com", "451-busy@example.com"])
            let sender = EmailSender(smtp: try server.configuration(), password: nil)
            let outcome = await sender.send(mail)
            guard case .retry(let reason, nil, let delivered) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reason.contains("answered 451"))
            #expect(delivered == ["jane@example.com"])
            _ = await sender.send(mail, except: delivered)
            #expect(try server.envelopes().map(\.to) == [["jane@example.com"]])
        }
    }

    @Test func aMailRefusedAfterItsBodyIsUndeliverable() async throws {
        try await MailServer.with { server in
            var mail = try message()
            mail.subject = "reply-554"
            let outcome = await EmailSender(smtp: try server.configuration(), password: nil)
                .send(mail)
            guard case .undeliverable(let reason, []) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reason.contains("answered 554"))
        }
    }

    @Test func aServerThatIsNotThereIsTriedAgain() async throws {
        let smtp = SMTPConfiguration(
            host: "127.0.0.1", port: 1, security: .none,
            from: try EmailAddress("signet@example.com"))
        let outcome = await EmailSender(smtp: smtp, password: nil).send(try message())
        #expect(retryReason(outcome) == "jane@example.com: 127.0.0.1:1: Couldn't connect to server")
    }

    private func message(to addresses: [String] = ["jane@example.com"]) throws -> EmailMessage {
        let body = "line\n.\n..\n" + String(repeating: "Größe = 1\n", count: 2000)
        return EmailMessage.compose(
            RenderedMessage(subject: "churn@3", text: body, html: "<p>.</p>\n"),
            about: Samples.event(), target: "mail",
            from: try EmailAddress("Signet <signet@example.com>"),
            to: try addresses.map { try EmailAddress($0) })
    }

    private func retryReason(_ outcome: DeliveryOutcome) -> String? {
        guard case .retry(let reason, _, _) = outcome else { return nil }
        return reason
    }
}
