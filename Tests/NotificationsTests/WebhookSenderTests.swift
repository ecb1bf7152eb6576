import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct WebhookSenderTests {
    /// One request, as the listener saw it.
    struct Request: Decodable {
        var path: String
        var body: String
        var verified: Bool
        var contentType: String?
        var signature: String?
    }

    @Test func anEventIsPostedAsStructuredCloudEventWithASignatureTheReceiverChecks() async throws {
        try await withListener(secret: "hunter2") { port, log in
            let outcome = await send(to: "200", port, secret: "hunter2")
            #expect(outcome == .delivered)
            let request = try #require(try requests(log).first)
            #expect(request.contentType == "application/cloudevents+json; charset=UTF-8")
            #expect(request.body == String(decoding: try Samples.event().json(), as: UTF8.self))
            #expect(request.signature?.hasPrefix("t=1785060900,v1=") == true)
            #expect(request.verified)
        }
    }

    @Test func theSignatureIsTheDocumentedOne() {
        let value = WebhookSignature.value(
            body: Array("{}".utf8), secret: Secret(bytes: Array("hunter2".utf8)), time: Samples.time
        )
        // printf '1785060900.{}' | openssl dgst -sha256 -hmac hunter2
        #expect(
            value
                == "t=1785060900,v1="
                + "6dbeec88da5f4a2e697ef0cb55405379d9c9ee34218304f31c37ef118c940c80")
    }

    @Test func anotherSecretIsNoticedAndWithoutOneThereIsNoSignature() async throws {
        try await withListener(secret: "hunter2") { port, log in
            _ = await send(to: "200", port, secret: "hunter3")
            _ = await send(to: "200", port, secret: nil)
            let seen = try requests(log)
            #expect(seen.map(\.verified) == [false, false])
            #expect(seen.last?.signature == nil)
        }
    }

    @Test(arguments: [
        ("204", DeliveryOutcome.delivered),
        ("302", .undeliverable(reason: "answered 302: the answer of 302")),
        ("400", .undeliverable(reason: "answered 400: the answer of 400")),
        ("404", .undeliverable(reason: "answered 404: the answer of 404")),
        ("410", .gone(reason: "answered 410: the answer of 410")),
        ("429", .retry(reason: "answered 429: the answer of 429")),
        ("500", .retry(reason: "answered 500: the answer of 500")),
        ("busy", .retry(reason: "answered 429: the answer of busy", after: .seconds(120))),
        ("long", .retry(reason: "answered 503: the answer of long", after: .seconds(3600))),
        ("huge", .delivered),
    ])
    func theStatusDecides(path: String, expected: DeliveryOutcome) async throws {
        try await withListener { port, log in
            #expect(await send(to: path, port) == expected)
            // A redirect is not followed: one request, not two.
            let paths = try requests(log).map(\.path)
            #expect(paths == ["/\(path)"])
        }
    }

    @Test func aRetryAfterThatIsADateIsHonoured() async throws {
        try await withListener { port, _ in
            guard case .retry(_, let after?, _) = await send(to: "date", port) else {
                Issue.record("no wait was found")
                return
            }
            #expect((.seconds(280)...Duration.seconds(301)).contains(after))
        }
    }

    @Test func anAnswerThatTakesTooLongIsTriedAgain() async throws {
        try await withListener { port, _ in
            let outcome = await send(to: "slow", port, timeout: .seconds(1))
            #expect(outcome == .retry(reason: "Timeout was reached"))
        }
    }

    @Test func cancellingTheTaskEndsTheTransfer() async throws {
        try await withListener { port, _ in
            let task = Task { await send(to: "slow", port, timeout: .seconds(300)) }
            try await Task.sleep(for: .milliseconds(200))
            task.cancel()
            #expect(
                await task.value
                    == .retry(reason: "Operation was aborted by an application callback"))
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"])
    func noOtherProtocolIsSpoken(url: String) async {
        let sender = WebhookSender(webhook: Target.Webhook(url: url), secret: nil)
        #expect(
            await sender.send(Samples.event(), now: Samples.time)
                == .retry(reason: "Unsupported protocol"))
    }

    @Test func nobodyListeningIsTriedAgain() async {
        #expect(await send(to: "200", 1) == .retry(reason: "Couldn't connect to server"))
    }

    private func send(
        to path: String, _ port: Int, secret: String? = nil, timeout: Duration = .seconds(20)
    ) async -> DeliveryOutcome {
        let webhook = Target.Webhook(url: "http://127.0.0.1:\(port)/\(path)", timeout: timeout)
        return await WebhookSender(
            webhook: webhook, secret: secret.map { Secret(bytes: Array($0.utf8)) }
        ).send(Samples.event(), now: Samples.time)
    }

    private func withListener(
        secret: String = "", _ body: (Int, FilePath) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let log = folder.appending("log")
            let arguments = ["--log", log.string, "--secret", secret]
            try await TestServer.with("http_listener.py", arguments) { server in
                try await body(server.port, log)
            }
        }
    }

    private func requests(_ log: FilePath) throws -> [Request] {
        try log.text().split(separator: "\n").map {
            try JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }
}
