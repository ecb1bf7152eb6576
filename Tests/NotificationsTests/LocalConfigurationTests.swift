import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct LocalConfigurationTests {
    @Test func withoutAFileMailsGoToTheOutboxAndTheWalkIsOn() {
        let configuration = LocalConfiguration.standard(folder: "/r/signet")
        #expect(configuration.outbox == "/r/signet/outbox")
        #expect(configuration.smtp == nil)
        #expect(
            configuration.targets == [
                "mail": .email(Target.Email(to: .policy)), "inference": .inference,
                "propose-next": .proposeNext,
            ])
    }

    @Test func theStarterTextSaysWhatHoldsWithoutIt() throws {
        let configuration = try LocalConfiguration.parse(
            Array(StarterConfiguration.yaml.utf8), file: "config.yaml", folder: "/r/signet")
        #expect(configuration == .standard(folder: "/r/signet"))
    }

    @Test func whatTheStarterTextCommentsOutIsValidToo() throws {
        let lines = StarterConfiguration.yaml.split(
            separator: "\n", omittingEmptySubsequences: false)
        let active = lines.map { line in
            let text = line.drop { $0 == " " }
            let isExample =
                text.hasPrefix("# ") && text.contains(":") && !text.contains(". ")
                && !text.contains("mails") && !text.contains("{environment: NAME}")
            guard isExample, let mark = line.firstIndex(of: "#") else { return String(line) }
            return String(line[..<mark] + line[line.index(mark, offsetBy: 2)...])
        }
        let configuration = try LocalConfiguration.parse(
            Array(active.joined(separator: "\n").utf8), file: "config.yaml", folder: "/r/signet")
        #expect(configuration.baseURL == "https://signet.example.com")
        #expect(configuration.smtp?.password == .environment("SIGNET_SMTP_PASSWORD"))
        #expect(
            configuration.targets.keys.sorted() == [
                "chat", "deploy", "inference", "mail", "propose-next",
            ])
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try parse(
            """
            cloneURL: ssh://signet@host/srv/churn.git
            baseURL: https://signet.example.com/
            dataDirectory: ../data
            outputs: /srv/outputs
            outbox: mails
            smtp:
              host: mail.example.com
              port: 2525
              security: tls
              username: signet
              password: {file: smtp.secret}
              from: Signet <signet@example.com>
              caFile: /etc/ca.pem
            targets:
              mail: {kind: email, to: [Jane Doe <jane@example.com>], cc: [ops@example.com]}
              hook:
                kind: webhook
                url: https://h.example.com/x
                secret: {environment: KEY}
                timeout: 5s
              near: {kind: webhook, url: "http://127.0.0.1:8080/"}
              far: {kind: webhook, url: "http://h.example.com/", insecure: true}
              run: {kind: exec, command: [/bin/true, "a b"], timeout: 2m}
            """)
        let sender = try EmailAddress(name: "Signet", address: "signet@example.com")
        let jane = try EmailAddress(name: "Jane Doe", address: "jane@example.com")
        let operations = try EmailAddress("ops@example.com")
        #expect(configuration.cloneURL == "ssh://signet@host/srv/churn.git")
        #expect(
            configuration.reviewLink(
                environment: "test", model: "churn/eu", version: 3, proposal: "9f1c")
                == "https://signet.example.com/review/test/churn/eu/v3?proposal=9f1c")
        #expect(configuration.dataDirectory == "/r/data")
        #expect(configuration.outputs == "/srv/outputs")
        #expect(configuration.outbox == "/r/signet/mails")
        #expect(
            configuration.smtp
                == SMTPConfiguration(
                    host: "mail.example.com", port: 2525, security: .tls, username: "signet",
                    password: .file("/r/signet/smtp.secret"),
                    from: sender,
                    caFile: "/etc/ca.pem"))
        #expect(
            configuration.targets["mail"]
                == .email(
                    Target.Email(
                        to: .addresses([jane]), cc: [operations])))
        #expect(
            configuration.targets["hook"]
                == .webhook(
                    Target.Webhook(
                        url: "https://h.example.com/x", secret: .environment("KEY"),
                        timeout: .seconds(5))))
        #expect(
            configuration.targets["run"]
                == .exec(Target.Exec(command: ["/bin/true", "a b"], timeout: .seconds(120))))
    }

    @Test(arguments: [
        ("colour: red", 3, "colour", "is not a known key"),
        ("baseURL: ftp://x", 3, "baseURL", "is not a web address"),
        ("baseURL: https://user:pass@x/", 3, "baseURL", "is not a web address"),
        ("baseURL: https://x/?a=b", 3, "baseURL", "must not have a query or a fragment"),
        ("targets:\n  a: {kind: pigeon}", 4, "targets.a.kind", "is not a kind of target"),
        ("targets:\n  a: {to: policy}", 4, "targets.a", "lacks the key 'kind'"),
        ("targets:\n  A: {kind: inference}", 4, "targets.A", "can't be a target's name"),
        (
            "targets:\n  a: {kind: email, to: [jane]}", 4, "targets.a.to[0]",
            "'jane' is not an e-mail address that can be used: it needs one '@'"
        ),
        ("targets:\n  a: {kind: email, to: []}", 4, "targets.a.to", "is an empty list"),
        (
            "targets:\n  a: {kind: webhook, url: 'http://h.example.com/'}", 4, "targets.a.url",
            "is not encrypted"
        ),
        (
            "targets:\n  a: {kind: webhook, url: 'http://127.evil.example/'}", 4, "targets.a.url",
            "is not encrypted"
        ),
        (
            "targets:\n  a:\n    kind: webhook\n    url: https://h/\n    secret: hunter2", 7,
            "targets.a.secret", "holds a secret itself"
        ),
        (
            "targets:\n  a: {kind: webhook, url: 'https://h/', timeout: soon}", 4,
            "targets.a.timeout", "is not a time: 'soon'"
        ),
        (
            "targets:\n  a: {kind: webhook, url: 'https://h/', timeout: 1h}", 4,
            "targets.a.timeout", "must lie between 1.0 seconds and 300.0 seconds"
        ),
        (
            "targets:\n  a: {kind: webhook, url: 'https://h/', timeout: 9223372036854775807h}", 4,
            "targets.a.timeout", "must lie between 1.0 seconds and 300.0 seconds"
        ),
        (
            "targets:\n  a: {kind: exec, command: deploy now}", 4, "targets.a.command",
            "must be a list"
        ),
        (
            "targets:\n  a: {kind: exec, command: [deploy]}", 4, "targets.a.command",
            "begins with 'deploy', which is not an absolute path"
        ),
        ("targets:\n  a: {kind: exec, command: []}", 4, "targets.a.command", "is empty"),
        ("targets:\n  a: {kind: inference, to: x}", 4, "targets.a.to", "is not a known key"),
        ("smtp: {host: mail}", 3, "smtp", "lacks the key 'from'"),
        ("smtp: {host: 'a b', from: a@b}", 3, "smtp.host", "is not a host name: 'a b'"),
        (
            "smtp: {host: h, from: a@b, port: 70000}", 3, "smtp.port",
            "is 70000; it must be between 1 and 65535"
        ),
        (
            "smtp: {host: h, from: a@b, security: ssl}", 3, "smtp.security",
            "is 'ssl'; it must be one of: starttls, tls, none"
        ),
        (
            "smtp:\n  host: h\n  from: a@b\n  username: u\n  password: hunter2", 7, "smtp.password",
            "holds a secret itself"
        ),
        (
            "smtp: {host: h, from: a@b, username: u}", 3, "smtp",
            "needs both username and password, or neither"
        ),
        (
            "smtp: {host: h, from: a@b, username: u, password: {environment: P}, security: none}",
            3,
            "smtp.security", "would send the password unencrypted"
        ),
        (
            "smtp: {host: h, from: a@b, username: u, password: {file: a, environment: B}}", 3,
            "smtp.password", "must name one place"
        ),
        (
            "smtp: {host: h, from: a@b, username: u, password: {environment: 'A=B'}}", 3,
            "smtp.password.environment", "is not the name of an environment variable"
        ),
    ])
    func aWrongConfigurationIsRefusedWithItsPlace(
        text: String, line: Int, field: String, problem: String
    ) throws {
        let error = try #require(throws: DocumentError.self) { try parse(text) }
        #expect(error.file == "config.yaml")
        #expect(error.field == field)
        #expect(error.problem == problem)
        #expect(error.line == line)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func aLiteralSecretIsRefusedWithTheRemedy() throws {
        let error = try #require(throws: DocumentError.self) {
            try parse("targets:\n  a: {kind: webhook, url: 'https://h/', secret: hunter2}")
        }
        #expect(error.hint == "write `{environment: NAME}` or `{file: PATH}`")
    }

    private func parse(_ text: String) throws -> LocalConfiguration {
        let document = "apiVersion: signet/v1\nkind: Configuration\n\(text)\n"
        return try LocalConfiguration.parse(
            Array(document.utf8), file: "config.yaml", folder: "/r/signet")
    }
}
