import Foundation
import Testing

/// Rules that name webhooks and programs, mail by SMTP, and replays.
struct WatchTargetsTests {
    /// A test server in Python that ends with the value.
    final class Server {
        private let process = Process()
        private let input = Pipe()
        let port: Int

        init(_ script: String, _ arguments: [String]) throws {
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            let path = Fixture.root.appending(path: "Tests/Support/\(script)").path
            process.arguments = [Fixture.python, path] + arguments
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            port = try #require(
                Int(line.trimmingCharacters(in: .whitespacesAndNewlines)),
                "\(script) did not start (Debian: python3-aiosmtpd, or scripts/setup)")
        }

        func stop() throws {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    struct Request: Decodable {
        var path: String
        var body: String
        var verified: Bool
        var contentType: String
    }

    struct Event: Decodable, Equatable {
        struct Details: Decodable, Equatable {
            var environment: String?
            var model: String?
            var version: Int?
            var action: String?
        }
        var specversion: String
        var id: String
        var source: String
        var type: String
        var subject: String?
        var data: Details
    }

    private static let rules = """

          - name: tell the chat
            match: {type: [version.registered, proposal.opened, environment.advanced]}
            to: [chat]

          - name: deploy
            match: {type: environment.advanced, data.environment: {anything-but: [dev]}, data.model: {prefix: tum}}
            to: [deploy]

        """

    @Test func webhooksAndProgramsHaveTheEventsTheRulesSayAndAReplayHasTheSameIDs() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            let log = fixture.folder.appending(path: "requests")
            let server = try Server(
                "http_listener.py", ["--log", log.path, "--secret", "hunter2"])
            let deployed = fixture.folder.appending(path: "deployed")
            try change(rules: Self.rules, fixture)
            try "hunter2".write(
                to: fixture.registry.appending(path: "signet/chat.secret"), atomically: true,
                encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: fixture.registry.appending(path: "signet/chat.secret").path)
            try fixture.configure(
                """
                targets:
                  mail: {kind: email, to: policy}
                  inference: {kind: inference}
                  propose-next: {kind: propose-next}
                  chat: {kind: webhook, url: "http://127.0.0.1:\(server.port)/200", secret: {file: chat.secret}}
                  deploy: {kind: exec, command: [/bin/sh, -c, "cat >>\(deployed.path); echo >>\(deployed.path)"]}
                """)
            try #require(try fixture.register().status == 0)
            for environment in ["dev", "test"] {
                try #require(try fixture.watchOnce().status == 0)
                try fixture.approve(environment)
            }
            let watched = try fixture.watchOnce()
            #expect(watched.status == 0, "\(watched)")
            let first = try requests(log)
            #expect(first.allSatisfy { $0.verified })
            #expect(
                Set(first.map(\.contentType)) == ["application/cloudevents+json; charset=UTF-8"])
            let events = try first.map { try event($0.body) }.filter { $0.data.model != nil }
            #expect(
                events.map { "\($0.type) \($0.subject ?? "")" } == [
                    "version.registered tumour", "proposal.opened dev/tumour",
                    "environment.advanced dev/tumour", "proposal.opened test/tumour",
                    "environment.advanced test/tumour",
                ])
            #expect(Set(events.map(\.specversion)) == ["1.0"])
            let founding = try #require(
                try fixture.lines("rev-list", "--max-parents=0", "main").first)
            #expect(Set(events.map(\.source)) == ["urn:signet:\(founding)"])
            let program = try String(contentsOf: deployed, encoding: .utf8).split(separator: "\n")
            #expect(try program.map { try event(String($0)) } == [try #require(events.last)])

            let mails = try fixture.mails().count
            let replayed = try fixture.signet("watch", "--once", "--since", "0")
            #expect(replayed.status == 0, "\(replayed)")
            let all = try requests(log).map { try event($0.body).id }
            let ids = try first.map { try event($0.body).id }
            #expect(Array(all.dropFirst(ids.count)).sorted() == ids.sorted())
            #expect(Set(ids).count == ids.count)
            #expect(try fixture.mails().count == mails, "a mail that is there stays as it is")
            #expect(try fixture.runs(in: "dev").count == 1)
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            try server.stop()
        }
    }

    @Test func whatIsGivenUpIsSentAgainFromTheEntryThatIsNamed() throws {
        try Fixture.with(environments: "dev") { fixture in
            let here = fixture.folder.appending(path: "here")
            try fixture.configure(
                """
                targets:
                  mail: {kind: exec, command: [/bin/sh, -c, "test -e \(here.path)"]}
                  inference: {kind: inference}
                  propose-next: {kind: propose-next}
                """)
            try #require(try fixture.register().status == 0)
            let given = try fixture.watchOnce()
            #expect(given.status == 1)
            #expect(given.errors.contains("given up: proposal.opened dev/tumour to mail: "))
            let since = try #require(given.errors.firstMatch(of: #/watch --since ([0-9]+)`/#)).1
            try Data().write(to: here)
            let again = try fixture.signet("watch", "--once", "--since", String(since))
            #expect(again.status == 0, "\(again)")
            #expect(again.errors.contains("delivered: proposal.opened dev/tumour to mail"))
        }
    }

    @Test func aServerThatIsAwayIsTriedAgainAndNothingElseWaits() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure(
                """
                targets:
                  mail: {kind: webhook, url: "http://127.0.0.1:9/", timeout: 1s}
                  inference: {kind: inference}
                  propose-next: {kind: propose-next}
                """)
            try #require(try fixture.register().status == 0)
            try fixture.approve("dev")
            let outcome = try fixture.watchOnce()
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("to be tried again: proposal.opened dev/tumour to mail: "))
            #expect(outcome.errors.contains("\nhint: mend the reason; the next `signet watch`"))
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
            #expect(try fixture.deliveries("pending").map(\.attempts) == [1, 1, 1])
        }
    }

    @Test func mailGoesOutBySMTP() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            let taken = fixture.folder.appending(path: "taken")
            try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
            let server = try Server("smtp_server.py", ["--folder", taken.path])
            try fixture.configure(
                """
                smtp: {host: 127.0.0.1, port: \(server.port), security: none, from: Signet <signet@example.com>}
                """)
            try #require(try fixture.register().status == 0)
            let outcome = try fixture.watchOnce()
            #expect(outcome.status == 0, "\(outcome)")
            try server.stop()
            struct Envelope: Decodable {
                var from: String
                var to: [String]
            }
            let envelopes = try FileManager.default.contentsOfDirectory(atPath: taken.path)
                .filter { $0.hasSuffix(".json") }
                .map { try Data(contentsOf: taken.appending(path: $0)) }
                .map { try JSONDecoder().decode(Envelope.self, from: $0) }
            #expect(Set(envelopes.map(\.from)) == ["signet@example.com"])
            #expect(envelopes.flatMap(\.to).sorted() == ["jane@example.com", "kim@example.com"])
            let mail = try fixture.read(taken.appending(path: "1.eml"))
            #expect(
                mail.header("Subject") == "[registry] tumour@1 for dev: please decide (promotion)")
            #expect(mail.text.contains("signet approve tumour@1 --env dev"))
            #expect(try fixture.mails().isEmpty)
        }
    }

    /// Adds rules to main's, by a signed change of configuration.
    private func change(rules more: String, _ fixture: Fixture) throws {
        let show: (String) throws -> String = { name in
            try fixture.git("show", "main:.signet/\(name)").output
        }
        let rules = fixture.folder.appending(path: "rules.yaml")
        try (show("rules.yaml") + more).write(to: rules, atomically: true, encoding: .utf8)
        let policy = fixture.folder.appending(path: "policy.yaml")
        try show("policy.yaml").replacing("serial: 1", with: "serial: 2")
            .write(to: policy, atomically: true, encoding: .utf8)
        for step in [
            ["propose", policy.path, "--rules", rules.path],
            ["approve", "2", "--reason", "tell the chat"],
        ] {
            let done = try fixture.signet(["policy"] + step, as: .ada)
            try #require(done.status == 0, "\(done)")
        }
    }

    private func requests(_ log: URL) throws -> [Request] {
        try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }

    private func event(_ text: String) throws -> Event {
        try JSONDecoder().decode(Event.self, from: Data(text.utf8))
    }
}
