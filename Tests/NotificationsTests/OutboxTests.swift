import Foundation
import SystemPackage
import Testing

@testable import Notifications

struct OutboxTests {
    @Test func aMailIsOneFileWhoseNameSortsByTime() async throws {
        try await TemporaryFolder.with { folder in
            let outbox = Outbox(folder: folder.appending("deep/outbox"))
            let mail = try message()
            let path = try outbox.deliver(mail, about: Samples.event())
            let digest = Delivery.hexDigest(of: [mail.thread.messageID], length: 8)
            #expect(
                path.lastComponent?.string
                    == "20260726T101500Z-proposal.opened-test-churn-\(digest).eml")
            let written = try Data(contentsOf: URL(fileURLWithPath: path.string))
            #expect(Array(written) == mail.serialised())
        }
    }

    @Test func theSameMailIsWrittenOnce() async throws {
        try await TemporaryFolder.with { folder in
            let outbox = Outbox(folder: folder)
            let path = try outbox.deliver(try message(), about: Samples.event())
            try path.write("opened by a person")
            _ = try outbox.deliver(try message(), about: Samples.event())
            #expect(try path.text() == "opened by a person")
            #expect(try folder.names() == [path.lastComponent?.string])
        }
    }

    @Test func aModelNameWithSlashesStaysInTheFolder() throws {
        let event = Samples.event(data: ["model": "../churn/eu"])
        let name = Outbox.fileName(for: try message(), about: event)
        #expect(name.hasPrefix("20260726T101500Z-proposal.opened-test--..-churn-eu-"))
    }

    private func message() throws -> EmailMessage {
        EmailMessage.compose(
            RenderedMessage(subject: "s", text: "t\n", html: nil), about: Samples.event(),
            target: "mail", from: try EmailAddress("a@example.com"),
            to: [try EmailAddress("b@example.com")])
    }
}
